// AnswerDraft: an answer while its stream arrives. Vendor readers fill it, the transport ends it.
//
// Passes text on as valid UTF-8, joins surrogate pairs cut between events, collects tool calls and
// parses their arguments only when the answer is complete. One thread at a time. Bounded: text,
// arguments and the number of calls; beyond a bound the draft fails.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.h"

namespace parley::providers::transport {

inline constexpr size_t text_bytes_max = 4 * 1024 * 1024;
inline constexpr size_t arguments_bytes_max = 1024 * 1024;
inline constexpr size_t tool_calls_max = 64;

class AnswerDraft {
 public:
  /// `on_part` must outlive the draft. `id_prefix` begins the ids of calls whose server sent none.
  AnswerDraft(const OnPart& on_part, std::string id_prefix)
      : on_part_(on_part), id_prefix_(std::move(id_prefix)) {}

  /// Text may hold markers of surrogates.h. Nothing is done for empty text.
  void add_text(std::string_view text);

  /// Hands what was added since the last time to `on_part`, as one part: tokens that arrive
  /// together travel together.
  void pass_on();

  bool has_text() const { return !text_.empty() || !held_.empty(); }

  /// Starts a tool call and returns its number; an empty id is made up.
  size_t open_call(std::string id, std::string name);
  size_t call_count() const { return calls_.size(); }
  void add_arguments(size_t call, std::string_view text);
  void replace_arguments(size_t call, const std::string& text);

  /// The terminal event came. `raw` is the vendor's word for `finish`.
  void complete(Finish finish, std::string raw);
  /// The vendor said it failed. The first word counts.
  void fail(Failure failure);
  /// Completed or failed: no further event is wanted.
  bool is_over() const { return finish_.has_value() || failure_.has_value(); }

  /// The end. `broken` says why the transport stopped before the draft was over, if it did.
  /// Rules: complete → Answer; text → Answer truncated or cancelled; else the failure.
  AnswerResult conclude(std::optional<Failure> broken) &&;

  Usage usage;
  Json native;             ///< kept in the Answer only if there are tool calls
  std::string request_id;  ///< from a header or an event
  std::string model;       ///< who really answered, if the vendor says

 private:
  struct Call {
    std::string id;
    std::string name;
    std::string arguments;
  };

  void keep(std::string_view text);
  std::vector<ToolCall> parsed_calls() const;
  Answer to_answer(Finish finish, std::string raw);

  const OnPart& on_part_;
  const std::string id_prefix_;
  std::string text_;
  size_t passed_on_ = 0;  ///< bytes of text_ that on_part has had
  std::string held_;      ///< the marker of a first half whose second half may follow
  std::vector<Call> calls_;
  std::optional<Finish> finish_;
  std::string finish_raw_;
  std::optional<Failure> failure_;
};

}  // namespace parley::providers::transport
