#include "base/sse.h"

#include <algorithm>
#include <utility>

namespace parley {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\n");
}

/// Where the first line ends; `bytes.size()` if it does not.
size_t end_of_line(std::string_view bytes) {
  const auto is_end = [](char byte) { return byte == '\n' || byte == '\r'; };
  return static_cast<size_t>(std::find_if(bytes.begin(), bytes.end(), is_end) - bytes.begin());
}

}  // namespace

std::string encode_sse(const SseEvent& event) {
  std::string out;
  out.reserve(event.data.size() + event.name.size() + event.id.size() + 32);
  if (!event.id.empty()) append_field(out, "id", event.id);
  if (!event.name.empty()) append_field(out, "event", event.name);
  std::string_view rest = event.data;
  for (size_t end = end_of_line(rest); end < rest.size(); end = end_of_line(rest)) {
    append_field(out, "data", rest.substr(0, end));
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  append_field(out, "data", rest);
  out += '\n';
  return out;
}

bool SseDecoder::feed(std::string_view bytes) {
  while (!bytes.empty() && !overflow_) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') bytes.remove_prefix(1);
      continue;
    }
    const size_t end = end_of_line(bytes);
    const std::string_view piece = bytes.substr(0, end);
    overflow_ = partial_line_.size() + piece.size() + event_.data.size() > event_bytes_max;
    if (overflow_) break;
    if (end == bytes.size()) {
      partial_line_ += piece;
      break;
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (partial_line_.empty()) {
      line(piece);
    } else {
      partial_line_ += piece;
      line(std::exchange(partial_line_, {}));
    }
  }
  return !overflow_;
}

void SseDecoder::finish() {
  if (overflow_) return;
  if (!partial_line_.empty()) line(partial_line_);
  partial_line_.clear();
  dispatch();
}

void SseDecoder::line(std::string_view text) {
  if (at_start_ && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  at_start_ = false;
  if (text.empty()) return dispatch();
  const size_t colon = text.find(':');
  if (colon == 0) return;  // a comment
  const std::string_view field = text.substr(0, colon);
  std::string_view value =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  } else if (field == "event") {
    event_.name = value;
  } else if (field == "id") {
    event_.id = value;
  }
}

void SseDecoder::dispatch() {
  if (has_data_ || !event_.name.empty()) on_event_(std::move(event_));
  event_ = {};
  has_data_ = false;
}

}  // namespace parley
