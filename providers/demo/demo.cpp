#include "providers/demo/demo.h"

#include <string_view>
#include <utility>

#include "providers/demo/replies.h"

namespace parley::providers::demo {

namespace {

constexpr std::string_view spaces = " \n";

/// One word with the spaces after it.
std::string_view next_word(std::string_view text) {
  const size_t word_end = text.find_first_of(spaces);
  if (word_end == std::string_view::npos) return text;
  return text.substr(0, text.find_first_not_of(spaces, word_end));
}

int64_t input_words(const Request& request) {
  int64_t words = 0;
  const auto count = [&words](std::string_view text) {
    for (; !text.empty(); text.remove_prefix(next_word(text).size())) ++words;
  };
  for (const std::string& part : request.system) count(part);
  for (const Turn& turn : request.turns) count(turn.text);
  return words;
}

}  // namespace

void Demo::speak(const std::string& text, int64_t words_max, const OnPart& on_part,
                 const std::stop_token& stop, Answer& answer) const {
  std::string_view rest = text;
  while (!rest.empty()) {
    const bool is_first = answer.text.empty();
    const bool go_on = is_first || options_.word_ms <= 0 || waiter_.wait(options_.word_ms, stop);
    if (!go_on || stop.stop_requested()) {
      answer.finish = Finish::cancelled;
      break;
    }
    if (answer.usage.output >= words_max) {
      answer.finish = Finish::length;
      break;
    }
    const std::string_view word = next_word(rest);
    rest.remove_prefix(word.size());
    answer.text += word;
    ++answer.usage.output;
    on_part(TextDelta{std::string(word)});
  }
}

AnswerResult Demo::answer(const Request& request, const OnPart& on_part, std::stop_token stop) {
  if (stop.stop_requested()) {
    return tl::unexpected(Failure{.kind = Failure::Kind::cancelled, .detail = "cancelled"});
  }
  Reply reply = make_reply(request);
  Answer answer;
  answer.provider = options_.name;
  answer.model = options_.default_model;
  answer.usage.known = true;
  answer.usage.input_uncached = input_words(request);
  if (!reply.calls.empty()) {
    for (const ToolCall& call : reply.calls) on_part(ToolCallStarted{call.id, call.name});
    answer.tool_calls = std::move(reply.calls);
    answer.finish = Finish::tool_calls;
    answer.usage.output = 1;
  } else {
    speak(reply.text, output_bound(request, 0), on_part, stop, answer);
  }
  answer.finish_raw = name_of(answer.finish);
  answer.usage.raw = {{"input_words", answer.usage.input_uncached},
                      {"output_words", answer.usage.output}};
  if (answer.finish == Finish::cancelled && answer.text.empty()) {
    return tl::unexpected(Failure{.kind = Failure::Kind::cancelled, .detail = "cancelled"});
  }
  return answer;
}

}  // namespace parley::providers::demo
