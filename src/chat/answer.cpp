#include "chat/answer.h"

#include "chat/request.h"

namespace parley::chat {

namespace {

using providers::Answer;
using providers::Failure;
using providers::Finish;

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

Produced produced_by(const Answer& answer, const providers::Usage& usage, Json receipts) {
  return {wire_finish(answer.finish),
          answer.finish_raw,
          answer.provider,
          answer.model,
          answer.request_id,
          usage,
          std::move(receipts),
          {}};
}

/// An answer that broke off in a later step, after text was shown.
Produced cut_short(const LiveTurn& turn, const char* finish, const providers::Usage& usage,
                   Json receipts) {
  return {finish, "",    turn.facts.provider->name(), turn.facts.model,
          "",     usage, std::move(receipts),         {}};
}

/// The last step's answer.
AnswerOutcome concluded(const Answer& answer, Transcript& transcript, const providers::Usage& usage,
                        Json receipts) {
  if (answer.finish == Finish::refusal && transcript.content().empty()) {
    transcript.delta(refusal_sentence);
  }
  if (transcript.content().empty() && answer.finish != Finish::cancelled) {
    return tl::unexpected(
        Unanswered{failure_text(Failure::Kind::overloaded), "the answer was empty"});
  }
  return produced_by(answer, usage, std::move(receipts));
}

/// Another step could not be reserved for, for want of tokens or of a database: what was said
/// stands.
AnswerOutcome unpaid(const Error& error, const LiveTurn& turn, const Transcript& transcript,
                     const providers::Usage& usage, Json receipts) {
  const bool is_limit = error.code == ErrorCode::rate_limited;
  if (!transcript.content().empty()) {
    return cut_short(turn, is_limit ? "length" : "truncated", usage, std::move(receipts));
  }
  if (!is_limit) return tl::unexpected(Unanswered{error_text(error), error.detail});
  return tl::unexpected(Unanswered{budget_text(), "no tokens are left for the next step"});
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
  Meter meter(spending_, options_, turn);
  AnswerOutcome outcome = run_steps(turn, transcript, meter);
  (outcome ? outcome->bill : outcome.error().bill) = meter.bill();
  return outcome;
}

AnswerOutcome Answerer::run_steps(LiveTurn& turn, Transcript& transcript, Meter& meter) const {
  auto request = turn.facts.request ? *std::move(turn.facts.request) : make_request(turn, options_);
  request.may_resend = [&](const Failure& failure) { return meter.may_resend(failure); };
  const auto on_part = [&](const providers::Part& part) {
    const auto* delta = std::get_if<providers::TextDelta>(&part);
    // A full stream ends the answer: what was said is kept.
    if (delta != nullptr && !transcript.delta(delta->text)) turn.stop.request_stop();
  };
  providers::Usage usage;
  usage.known = true;
  Tools::Shown shown;
  for (int step = 0;; ++step) {
    if (const auto begun = meter.begin_step(request); !begun) {
      return unpaid(begun.error(), turn, transcript, usage, std::move(shown.receipts));
    }
    auto answer = turn.facts.provider->answer(request, on_part, turn.stop.get_token());
    if (!answer) {
      meter.add(answer.error());
      const bool stopped = answer.error().kind == Failure::Kind::cancelled;
      usage += answer.error().usage;
      if (stopped || !transcript.content().empty()) {
        return cut_short(turn, stopped ? "stopped" : "truncated", usage, std::move(shown.receipts));
      }
      return tl::unexpected(Unanswered{failure_text(answer.error().kind), answer.error().detail});
    }
    meter.add(*answer);
    usage += answer->usage;
    const bool wants_tools = answer->finish == Finish::tool_calls && !answer->tool_calls.empty();
    if (!wants_tools || step > options_.tool_steps_max) {
      return concluded(*answer, transcript, usage, std::move(shown.receipts));
    }
    request.turns.push_back(assistant_turn(*answer));
    const bool may_run = step < options_.tool_steps_max;
    request.turns.push_back(run_tools(turn, answer->tool_calls, may_run, transcript, shown));
  }
}

}  // namespace parley::chat
