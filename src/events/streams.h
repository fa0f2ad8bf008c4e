// Streams: replayable answer streams. One writer, many readers, resume by event number.
//
// An AnswerStream holds the encoded events of one answer from its start until some time after its
// end, so that a reader that was cut off continues byte-equal. A reader is a cursor into the
// shared bytes: a slow or vanished reader costs nothing but its cursor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::events {

/// An event's number as it stands in `id:` and Last-Event-ID: "<seq>.<n>".
struct EventId {
  int64_t seq = 0;  ///< of the turn in its conversation
  int64_t n = 0;    ///< of the event in the answer, from 1

  std::string text() const;
  /// nullopt unless exactly that form, both > 0 and below 10^15.
  static std::optional<EventId> parse(std::string_view text);
};

/// Threads: any; one mutex, held for a copy at most. shared_ptr: the writer and each reader keep
/// it alive, whoever ends last.
class AnswerStream {
 public:
  /// Bytes one answer may take encoded; append() refuses beyond it.
  static constexpr size_t bytes_max = 4 * 1024 * 1024;

  enum class State { more, wait, end };

  AnswerStream() = default;
  explicit AnswerStream(int64_t seq) : seq_(seq) {}

  /// The first half of every event id; to be set before the first event.
  void set_seq(int64_t seq);
  int64_t seq() const;

  /// Encodes and adds the next event. False if the stream is full or ended; nothing is added then.
  bool append(std::string_view name, std::string_view data);

  /// As append(), ignoring bytes_max: the terminal event; ends the stream.
  void finish(std::string_view name, std::string_view data);

  /// Appends up to about `bytes_most` bytes from `offset` on to `out` and moves `offset`.
  State read(size_t& offset, std::string& out, size_t bytes_most) const;

  /// `wake` runs after each append and at the end, on the appending thread; it must be quick. The
  /// token unsubscribes; an append at that moment may still run it once.
  int64_t subscribe(std::function<void()> wake);
  void unsubscribe(int64_t token);

  /// All bytes so far.
  std::string encoded() const;
  bool ended() const;

  /// Byte offset of the first event after number `n` (n = 0: the start).
  size_t offset_after(int64_t n) const;

 private:
  void add(std::string_view name, std::string_view data);
  void wake_all() const;

  using Readers = std::vector<std::pair<int64_t, std::function<void()>>>;

  mutable std::mutex mutex_;  ///< guards all below
  int64_t seq_ = 0;
  std::string bytes_;
  std::vector<size_t> ends_;  ///< ends_[n - 1]: where event n ends
  bool ended_ = false;
  int64_t next_token_ = 1;
  std::shared_ptr<const Readers> readers_ = std::make_shared<Readers>();
};

}  // namespace parley::events
