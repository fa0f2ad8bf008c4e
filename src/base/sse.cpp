#include "base/sse.h"

namespace parley {

namespace {

constexpr std::string_view line_ends = "\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\n");
}

}  // namespace

std::string encode_sse(const SseEvent& event) {
  std::string out;
  out.reserve(event.data.size() + event.name.size() + event.id.size() + 32);
  if (!event.id.empty()) append_field(out, "id", event.id);
  if (!event.name.empty()) append_field(out, "event", event.name);
  std::string_view rest = event.data;
  for (size_t end = rest.find_first_of(line_ends); end != std::string_view::npos;
       end = rest.find_first_of(line_ends)) {
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
    const size_t end = bytes.find_first_of(line_ends);
    partial_line_.append(bytes.substr(0, end));
    overflow_ = partial_line_.size() + event_.data.size() > event_bytes_max;
    if (end == std::string_view::npos || overflow_) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    line(partial_line_);
    partial_line_.clear();
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
