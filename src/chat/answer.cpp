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

constexpr size_t file_section_characters_max = 6'000;
constexpr size_t tool_calls_max = 8;  // of one step
constexpr const char* refusal_sentence = "I can't help with that request.";

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

Produced produced_by(const Answer& answer, const providers::Usage& usage, Json receipts) {
  return {wire_finish(answer.finish),
          answer.finish_raw,
          answer.provider,
          answer.model,
          answer.request_id,
          usage,
          std::move(receipts)};
}

/// An answer that broke off in a later step, after text was shown.
Produced cut_short(const LiveTurn& turn, bool stopped, const providers::Usage& usage,
                   Json receipts) {
  return {stopped ? "stopped" : "truncated",
          "",
          turn.facts.provider->name(),
          turn.facts.model,
          "",
          usage,
          std::move(receipts)};
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

}  // namespace

Result<providers::Request> Answerer::make_request(const LiveTurn& turn) const {
  ASSIGN_OR_RETURN(const auto files, files_.list(turn.scope, turn.message.conversation_id));
  ContextInput input;
  const auto& tenant = turn.facts.tenant->settings;
  input.system_parameter = tenant.system_parameter;
  input.bot_name = find_string(turn.facts.config, "botName")
                       .value_or(tenant.bot.name.value_or(options_.bot_name));
  input.config = turn.facts.config;
  input.history = turn.facts.history;
  input.message = turn.facts.visitor.content;
  input.customer_section = turn.facts.customer_section;
  input.file_section = files::describe_for_model(files, file_section_characters_max);

  Context context = build_context(input, options_.context);
  providers::Request request;
  request.model = turn.facts.model;
  request.system = std::move(context.system);
  request.turns = std::move(context.turns);
  request.output_tokens_max = output_tokens(turn.facts.config, options_);
  request.cache_key = turn.message.conversation_id;
  if (!files.empty()) request.tools = Tools::definitions();
  return request;
}

providers::Turn Answerer::run_tools(const LiveTurn& turn,
                                    const std::vector<providers::ToolCall>& calls, bool may_run,
                                    Transcript& transcript, Tools::Shown& shown) const {
  providers::Turn results;
  for (const auto& call : calls) {
    const bool runs = may_run && results.tool_results.size() < tool_calls_max;
    results.tool_results.push_back(
        runs ? tools_.run(turn, call, transcript, shown)
             : providers::ToolResult{call.id, "No more tool calls; answer with what you have.",
                                     true});
  }
  return results;
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
  Tools::Shown shown;
  for (int step = 0;; ++step) {
    auto answer = turn.facts.provider->answer(*request, on_part, turn.stop.get_token());
    if (!answer) {
      const bool stopped = answer.error().kind == Failure::Kind::cancelled;
      usage += answer.error().usage;
      if (stopped || !transcript.content().empty()) {
        return cut_short(turn, stopped, usage, std::move(shown.receipts));
      }
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
      return produced_by(*answer, usage, std::move(shown.receipts));
    }
    request->turns.push_back(assistant_turn(*answer));
    const bool may_run = step < options_.tool_steps_max;
    request->turns.push_back(run_tools(turn, answer->tool_calls, may_run, transcript, shown));
  }
}

}  // namespace parley::chat
