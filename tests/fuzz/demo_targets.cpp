// The demo provider: a visitor's words over a visitor's table, with the tools run as a chat does.
#include "base/text.h"
#include "providers/demo/replies.h"
#include "tests/fakes/table_tools.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

using providers::Request;
using providers::Turn;

/// The first line is the question, the others are the file.
void question(std::string_view bytes) {
  static const TempDir directory;
  Turn asked;
  asked.text = to_valid_utf8(take_line(bytes));
  const auto tools = TableTools::make(bytes, directory.path("table"));
  if (!tools) return;
  Request request;
  request.tools = {{"describe_data", "", {}}, {"query_data", "", {}}};
  request.turns = {asked};
  constexpr size_t steps_max = 3;  // look, ask, answer
  for (size_t step = 1;; ++step) {
    const auto reply = providers::demo::make_reply(request);
    if (reply.calls.empty()) {
      demand(!reply.text.empty() && is_valid_utf8(reply.text), "an answer is text");
      return;
    }
    demand(step < steps_max && reply.calls.size() == 1, "it comes to an end");
    const std::string& name = reply.calls[0].name;
    demand(name == "describe_data" || name == "query_data", "only what was offered is called");
    const auto result = tools->run(reply.calls[0]);
    demand(result.has_value(), "what is asked can be answered");
    Turn calling;
    calling.role = Turn::Role::assistant;
    calling.tool_calls = reply.calls;
    Turn results;
    results.tool_results = {{reply.calls[0].id, *result, false}};
    request.turns.push_back(calling);
    request.turns.push_back(results);
  }
}

}  // namespace

std::vector<Target> demo_targets() {
  return {{"question", &question}};
}

}  // namespace parley::fuzz
