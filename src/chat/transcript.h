// Transcript: the event stream of one answer as it happens, and its compact stored form.
//
// A delta is stored as the number of bytes of its text, everything else whole: together with the
// answer's text the stored form gives back the very bytes that were streamed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "events/streams.h"

namespace parley::chat {

/// Written by one thread at a time: the turn's own, and while the provider answers, the one that
/// reads it.
class Transcript {
 public:
  /// `stream` gets every event as it is added.
  explicit Transcript(std::shared_ptr<events::AnswerStream> stream) : stream_(std::move(stream)) {}

  /// False once the stream is full: the answer must end then.
  bool delta(std::string_view text);
  /// The bytes of `data` as streamed; 0, and nothing is added, if they are more than `bytes_max` or
  /// more than the stream still takes.
  size_t event(std::string_view name, const Json& data, size_t bytes_max = SIZE_MAX);

  /// Everything said so far: the deltas joined.
  const std::string& content() const { return content_; }

  /// The stored form of what was added so far, and then `name`/`data` as the terminal event.
  std::string stored_with(std::string_view name, const Json& data) const;

  /// Streams the terminal event; to be called after stored_with() is committed.
  void finish(std::string_view name, const Json& data);

 private:
  std::shared_ptr<events::AnswerStream> stream_;
  Json entries_ = Json::array();  ///< number: a delta's bytes; [name, data]: any other event
  std::string content_;
};

/// The ended stream again, from its stored form. Errors: internal if the two do not fit.
Result<std::shared_ptr<events::AnswerStream>> replay(int64_t turn_number, std::string_view stored,
                                                     std::string_view content);

}  // namespace parley::chat
