// The demo provider: a visitor's words over a visitor's table, with the tools run as a chat does.
#include <filesystem>
#include <fstream>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "datasets/import.h"
#include "datasets/opened.h"
#include "datasets/statement.h"
#include "datasets/worker_protocol.h"
#include "providers/demo/replies.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

using providers::Request;
using providers::ToolCall;
using providers::Turn;

/// The tools of a chat over one uploaded table. The file at `path` is replaced.
class Tools {
 public:
  Tools(std::string_view csv, std::string path) : path_(std::move(path)) {
    std::filesystem::remove(path_);
    std::ofstream(path_).close();
    formats::ByteSource source = formats::ByteSource::of_memory(csv);
    datasets::ImportOptions options;
    options.file_name = "input.csv";
    const auto made = datasets::import_file(source, formats::FileType::csv, options, path_, {});
    if (made) schema_ = dump(Json(to_json(*made)));
  }

  bool has_table() const { return !schema_.empty(); }

  std::string run(const ToolCall& call) const {
    if (call.name == "describe_data") return schema_;
    demand(call.name == "query_data", "only what was offered is called");
    datasets::Query query;
    query.paths = {path_};
    query.sql = call.arguments.at("sql").get<std::string>();
    query.limits.deadline_ms = 10'000;
    auto opened = datasets::open_datasets(query.paths);
    demand(opened.has_value(), "the table opens");
    const auto result =
        datasets::decode_answer(datasets::run_statement(*opened, query), query.limits);
    demand(result.has_value(), "what is asked can be answered");
    Json columns = Json::array();
    for (const auto& column : result->columns) columns.push_back(column.name);
    return dump(Json{{"columns", columns},
                     {"rows", result->rows},
                     {"rowCount", result->rows.size()},
                     {"truncated", result->truncated}});
  }

 private:
  std::string path_;
  std::string schema_;
};

/// The first line is the question, the others are the file.
void question(std::string_view bytes) {
  static const TempDir directory;
  Turn asked;
  asked.text = to_valid_utf8(take_line(bytes));
  const Tools tools(bytes, directory.path("table"));
  if (!tools.has_table()) return;
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
    Turn calling;
    calling.role = Turn::Role::assistant;
    calling.tool_calls = reply.calls;
    Turn results;
    results.tool_results = {{reply.calls[0].id, tools.run(reply.calls[0]), false}};
    request.turns.push_back(calling);
    request.turns.push_back(results);
  }
}

}  // namespace

std::vector<Target> demo_targets() {
  return {{"question", &question}};
}

}  // namespace parley::fuzz
