#include "providers/transport/draft.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "providers/transport/surrogates.h"

namespace parley::providers::transport {

void AnswerDraft::add_text(std::string_view text) {
  if (text.empty() || is_over()) return;
  std::string whole = std::exchange(held_, {});
  whole += text;
  if (ends_in_first_half(whole)) {
    held_ = whole.substr(whole.size() - marker_bytes);
    whole.resize(whole.size() - marker_bytes);
  }
  keep(resolve_surrogates(whole));
}

void AnswerDraft::keep(std::string_view text) {
  if (text_.size() + text.size() > text_bytes_max) {
    return fail({.kind = Failure::Kind::network, .detail = "the answer's text is over its bound"});
  }
  text_ += text;
}

void AnswerDraft::pass_on() {
  if (passed_on_ == text_.size()) return;
  const size_t begin = std::exchange(passed_on_, text_.size());
  on_part_(TextDelta{text_.substr(begin)});
}

size_t AnswerDraft::open_call(std::string id, std::string name) {
  if (calls_.size() == tool_calls_max) {
    fail({.kind = Failure::Kind::network, .detail = "too many tool calls in one answer"});
    return calls_.size() - 1;
  }
  if (id.empty()) id = fmt::format("{}_{}", id_prefix_, calls_.size() + 1);
  pass_on();
  on_part_(ToolCallStarted{id, name});
  calls_.push_back({std::move(id), std::move(name), {}});
  return calls_.size() - 1;
}

void AnswerDraft::add_arguments(size_t call, std::string_view text) {
  std::string& arguments = calls_[call].arguments;
  if (arguments.size() + text.size() > arguments_bytes_max) {
    return fail({.kind = Failure::Kind::network, .detail = "tool arguments are over their bound"});
  }
  arguments += text;
}

void AnswerDraft::replace_arguments(size_t call, const std::string& text) {
  calls_[call].arguments.clear();
  add_arguments(call, text);
}

void AnswerDraft::complete(Finish finish, std::string raw) {
  if (is_over()) return;
  if (finish == Finish::tool_calls && calls_.empty()) finish = Finish::stop;
  finish_ = finish;
  finish_raw_ = std::move(raw);
}

void AnswerDraft::fail(Failure failure) {
  if (!is_over()) failure_ = std::move(failure);
}

std::vector<ToolCall> AnswerDraft::parsed_calls() const {
  std::vector<ToolCall> parsed;
  for (const Call& call : calls_) {
    ToolCall& out = parsed.emplace_back(ToolCall{call.id, call.name, Json(), {}});
    const std::string text = resolve_surrogates(mark_lone_surrogates(call.arguments));
    auto arguments = trim(text).empty() ? Result<Json>(Json::object()) : parse_json(text);
    if (!arguments) {
      out.problem = arguments.error().message;
    } else if (!arguments->is_object()) {
      out.problem = "The arguments must be a JSON object";
    } else {
      out.arguments = std::move(*arguments);
    }
  }
  return parsed;
}

Answer AnswerDraft::to_answer(Finish finish, std::string raw) {
  Answer answer;
  answer.finish = finish;
  answer.finish_raw = std::move(raw);
  answer.usage = std::move(usage);
  answer.request_id = std::move(request_id);
  answer.model = std::move(model);
  // Any other finish may have cut the last call.
  if (finish == Finish::tool_calls) {
    answer.tool_calls = parsed_calls();
    answer.native = std::move(native);
  }
  return answer;
}

AnswerResult AnswerDraft::conclude(std::optional<Failure> broken) && {
  if (!held_.empty()) keep(resolve_surrogates(std::exchange(held_, {})));
  pass_on();
  Answer answer;
  if (finish_) {
    answer = to_answer(*finish_, std::move(finish_raw_));
  } else {
    Failure failure = failure_ ? std::move(*failure_) : std::move(broken).value_or(Failure{});
    if (text_.empty()) {
      if (!request_id.empty()) failure.request_id = std::move(request_id);
      failure.usage = std::move(usage);
      return tl::unexpected(std::move(failure));
    }
    const bool cancelled = failure.kind == Failure::Kind::cancelled;
    answer = to_answer(cancelled ? Finish::cancelled : Finish::truncated,
                       fmt::format("{}: {}", name_of(failure.kind), failure.detail));
  }
  answer.text = std::move(text_);
  return answer;
}

}  // namespace parley::providers::transport
