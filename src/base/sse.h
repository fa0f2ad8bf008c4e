// Server-sent events: the one encoder and the one decoder (WHATWG HTML, section 9.2).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace parley {

/// One dispatched event. `name` is empty when the stream sent none.
struct SseEvent {
  std::string name;
  std::string data;
  std::string id;
};

/// "id: …\nevent: …\ndata: …\n\n"; empty id or name are left out, each line of data gets a field
/// (a CR or CRLF in it comes back as LF). `id` and `name` must hold no line ends.
std::string encode_sse(const SseEvent& event);

/// Feeds bytes cut anywhere (inside UTF-8, CRLF, lines) and calls back once per event.
/// LF, CRLF and CR end a line; a BOM is dropped; comments and `retry` are ignored.
/// Not thread-safe: one decoder per stream. Bounded: an event over `event_bytes_max` is an
/// overflow.
class SseDecoder {
 public:
  static constexpr size_t event_bytes_max = 4 * 1024 * 1024;
  using OnEvent = std::function<void(SseEvent&&)>;

  explicit SseDecoder(OnEvent on_event) : on_event_(std::move(on_event)) {}

  /// False once an event overflowed; later bytes are ignored.
  bool feed(std::string_view bytes);

  /// The body ended: dispatches a pending event that lacks its last blank line (PROVIDERS.md 3).
  void finish();

 private:
  void line(std::string_view text);
  void dispatch();

  OnEvent on_event_;
  std::string partial_line_;
  SseEvent event_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
  bool overflow_ = false;
};

}  // namespace parley
