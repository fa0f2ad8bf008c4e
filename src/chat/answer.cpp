#include "chat/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "files/context.h"

namespace parley::chat {

namespace {

using providers::Answer;
using providers::Failure;
using providers::Finish;

constexpr const char* search_tool = "search_file";
constexpr size_t file_section_characters_max = 6'000;
constexpr size_t tool_result_bytes_max = 32 * 1024;
constexpr size_t label_characters_max = 60;
constexpr const char* refusal_sentence = "I can't help with that request.";

providers::ToolDefinition search_definition() {
  return {
      search_tool,
      "Searches the visitor's uploaded file for a text, ignoring case, over all rows (CSV) or "
      "items (JSON). Returns the first 10 matches and the total number of matches.",
      {{"type", "object"},
       {"properties", {{"query", {{"type", "string"}, {"description", "The text to look for."}}}}},
       {"required", Json::array({"query"})},
       {"additionalProperties", false}}};
}

std::string wire_finish(Finish finish) {
  switch (finish) {
    case Finish::stop:
      return "stop";
    case Finish::length:
      return "length";
    case Finish::refusal:
      return "refusal";
    case Finish::cancelled:
      return "stopped";
    case Finish::truncated:
    case Finish::tool_calls:
      return "truncated";  // it still wanted tools beyond the last step
  }
  return "truncated";
}

int64_t output_tokens(const Json& config, const Options& options) {
  const auto wanted = find_integer(config, "maxTokens").value_or(options.output_tokens_default);
  return std::clamp<int64_t>(wanted, 1, options.output_tokens_max);
}

Produced produced_by(const Answer& answer, const providers::Usage& usage) {
  return {wire_finish(answer.finish),
          answer.finish_raw,
          answer.provider,
          answer.model,
          answer.request_id,
          usage};
}

/// An answer that broke off in a later step, after text was shown.
Produced cut_short(const LiveTurn& turn, bool stopped, const providers::Usage& usage) {
  return {stopped ? "stopped" : "truncated",
          "",
          turn.facts.provider->name(),
          turn.facts.model,
          "",
          usage};
}

providers::Turn assistant_turn(const Answer& answer) {
  providers::Turn turn;
  turn.role = providers::Turn::Role::assistant;
  turn.text = answer.text;
  turn.tool_calls = answer.tool_calls;
  turn.native = answer.native;
  turn.native_owner = answer.native_owner;
  return turn;
}

void tool_event(Transcript& transcript, const providers::ToolCall& call, const char* status,
                const std::string& label) {
  transcript.event("tool",
                   {{"id", call.id}, {"name", call.name}, {"status", status}, {"label", label}});
}

}  // namespace

Result<providers::Request> Answerer::make_request(const LiveTurn& turn) const {
  ASSIGN_OR_RETURN(const auto file, files_.find(turn.scope, turn.message.conversation_id));
  ContextInput input;
  input.bot_name = find_string(turn.facts.config, "botName").value_or(options_.bot_name);
  input.config = turn.facts.config;
  input.history = turn.facts.history;
  input.message = turn.facts.visitor.content;
  if (file) input.file_section = files::describe_for_model(*file, file_section_characters_max);

  Context context = build_context(input, options_.context);
  providers::Request request;
  request.model = turn.facts.model;
  request.system = std::move(context.system);
  request.turns = std::move(context.turns);
  request.output_tokens_max = output_tokens(turn.facts.config, options_);
  request.cache_key = turn.message.conversation_id;
  if (file) request.tools.push_back(search_definition());
  return request;
}

providers::ToolResult Answerer::run_tool(const LiveTurn& turn, const providers::ToolCall& call,
                                         Transcript& transcript) const {
  const auto query = find_string(call.arguments, "query");
  if (!call.problem.empty() || call.name != search_tool || !query) {
    const std::string problem =
        call.problem.empty() ? "Unknown tool, or the argument `query` is missing." : call.problem;
    tool_event(transcript, call, "failed", "A step did not work; trying another way");
    return {call.id, problem, true};
  }
  const std::string label =
      fmt::format("Searching the file for \"{}\"", first_characters(*query, label_characters_max));
  tool_event(transcript, call, "running", label);
  const auto found = files_.search(turn.scope, turn.message.conversation_id, *query);
  tool_event(transcript, call, found ? "done" : "failed", label);
  if (!found) return {call.id, found.error().message, true};
  const std::string text = without_invisible_characters(found->results);
  return {call.id, std::string(first_characters(text, tool_result_bytes_max)), false};
}

AnswerOutcome Answerer::run(LiveTurn& turn, Transcript& transcript) const {
  auto request = make_request(turn);
  if (!request) {
    return tl::unexpected(Unanswered{error_text(request.error()), request.error().detail});
  }
  const auto on_part = [&](const providers::Part& part) {
    const auto* delta = std::get_if<providers::TextDelta>(&part);
    // A full stream ends the answer: what was said is kept.
    if (delta != nullptr && !transcript.delta(delta->text)) turn.stop.request_stop();
  };
  providers::Usage usage;
  usage.known = true;
  for (int step = 0;; ++step) {
    auto answer = turn.facts.provider->answer(*request, on_part, turn.stop.get_token());
    if (!answer) {
      const bool stopped = answer.error().kind == Failure::Kind::cancelled;
      usage += answer.error().usage;
      if (stopped || !transcript.content().empty()) return cut_short(turn, stopped, usage);
      return tl::unexpected(Unanswered{failure_text(answer.error().kind), answer.error().detail});
    }
    usage += answer->usage;
    const bool wants_tools = answer->finish == Finish::tool_calls && !answer->tool_calls.empty();
    if (!wants_tools || step > options_.tool_steps_max) {
      if (answer->finish == Finish::refusal && transcript.content().empty()) {
        transcript.delta(refusal_sentence);
      }
      const bool said_nothing = transcript.content().empty();
      if (said_nothing && answer->finish != Finish::cancelled) {
        return tl::unexpected(
            Unanswered{failure_text(Failure::Kind::overloaded), "the answer was empty"});
      }
      return produced_by(*answer, usage);
    }
    request->turns.push_back(assistant_turn(*answer));
    providers::Turn results;
    for (const auto& call : answer->tool_calls) {
      results.tool_results.push_back(
          step < options_.tool_steps_max
              ? run_tool(turn, call, transcript)
              : providers::ToolResult{call.id, "No more tool calls; answer with what you have.",
                                      true});
    }
    request->turns.push_back(std::move(results));
  }
}

}  // namespace parley::chat
