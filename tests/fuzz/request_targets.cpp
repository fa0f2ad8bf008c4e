// HTTP/1.1 requests: what the door takes for a request, and what it makes of its target.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "base/text.h"
#include "http/httplib_adapter.h"
#include "http/target.h"
#include "net/request_parser.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

using State = net::RequestParser::State;

struct Reading {
  State state = State::more;
  net::RequestHead head;
  std::string body;
  size_t consumed = 0;

  bool operator==(const Reading& other) const {
    return state == other.state && head.method == other.head.method &&
           head.target == other.head.target && head.fields == other.head.fields &&
           head.is_http_1_0 == other.head.is_http_1_0 && body == other.body &&
           consumed == other.consumed;
  }
};

/// Reads the body that follows a whole head, as a connection does: `fed` bytes have arrived.
void read_body(net::RequestParser& parser, std::string_view bytes, size_t fed, size_t piece_bytes,
               Reading& reading) {
  while (!parser.is_whole()) {
    size_t consumed = 0;
    reading.state = parser.parse_body(bytes.substr(reading.consumed, fed - reading.consumed),
                                      consumed, [&](std::string_view piece) {
                                        reading.body += piece;
                                        return std::optional<net::Refusal>();
                                      });
    reading.consumed += consumed;
    if (reading.state != State::more || fed == bytes.size()) return;
    fed = std::min(fed + piece_bytes, bytes.size());
  }
}

/// The first request of `bytes`, which arrive in pieces.
Reading read_request(std::string_view bytes, size_t piece_bytes) {
  net::RequestParser parser{net::HeadLimits{}};
  Reading reading;
  size_t fed = 0;
  while (reading.state == State::more && fed < bytes.size()) {
    fed = std::min(fed + piece_bytes, bytes.size());
    reading.state = parser.parse_head(bytes.substr(0, fed), reading.consumed);
  }
  if (reading.state == State::done) {
    reading.head = parser.head();
    read_body(parser, bytes, fed, piece_bytes, reading);
  }
  // Of what is refused or cut nothing is used.
  return reading.state == State::done ? reading : Reading{reading.state, {}, {}, 0};
}

bool frames_body(std::string_view field) {
  return field == "content-length" || field == "transfer-encoding";
}

/// The same request as its plainest sender would write it.
std::string canonical(const Reading& reading) {
  const net::RequestHead& head = reading.head;
  std::string text = head.method + " " + head.target + " HTTP/1." + (head.is_http_1_0 ? "0" : "1");
  bool has_body = false;
  for (const auto& [name, value] : head.fields) {
    has_body = has_body || frames_body(name);
    if (!frames_body(name)) text += "\r\n" + name + ": " + value;
  }
  if (has_body) text += "\r\ncontent-length: " + std::to_string(reading.body.size());
  return text + "\r\n\r\n" + reading.body;
}

void demand_same_again(const Reading& reading) {
  const Reading again = read_request(canonical(reading), std::string::npos / 2);
  demand(again.state == State::done, "a canonical request is taken");
  demand(again.body == reading.body && again.head.target == reading.head.target &&
             again.head.method == reading.head.method,
         "a canonical request means the same");
  auto fields = reading.head.fields;
  std::erase_if(fields, [](const auto& field) { return frames_body(field.first); });
  auto fields_again = again.head.fields;
  std::erase_if(fields_again, [](const auto& field) { return frames_body(field.first); });
  demand(fields == fields_again, "a canonical request has the same fields");
}

void http_request(std::string_view bytes) {
  const Reading whole = read_request(bytes, bytes.size());
  for (const size_t piece_bytes : {size_t{1}, size_t{7}}) {
    demand(read_request(bytes, piece_bytes) == whole, "pieces do not change the request");
  }
  if (whole.state != State::done) return;
  demand(whole.consumed <= bytes.size(), "no more is taken than was sent");
  demand(whole.body.size() <= whole.consumed, "a body is no longer than what was sent");
  demand(whole.head.target.front() == '/' || whole.head.target == "*", "targets are origin form");
  demand_same_again(whole);
}

/// A chunked body read as plainly as RFC 9112, 7.1 has it; nullopt if it is cut or wrong. Takes
/// what it read off `rest`.
std::optional<std::string> dechunk(std::string_view& rest) {
  std::string body;
  while (true) {
    const size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view digits = rest.substr(0, std::min(rest.find(';'), end));
    size_t size = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    rest.remove_prefix(end + 2);
    if (size == 0) break;
    if (rest.size() < size + 2 || rest.substr(size, 2) != "\r\n") return std::nullopt;
    body += rest.substr(0, size);
    rest.remove_prefix(size + 2);
  }
  const size_t end = rest.starts_with("\r\n") ? 0 : rest.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(end == 0 ? 2 : end + 4);
  return body;
}

void http_chunked(std::string_view bytes) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string request = head + std::string(bytes);
  const Reading whole = read_request(request, request.size());
  for (const size_t piece_bytes : {size_t{1}, size_t{5}}) {
    demand(read_request(request, piece_bytes) == whole, "pieces do not change the body");
  }
  if (whole.state != State::done) return;
  std::string_view rest = bytes;
  const auto plain = dechunk(rest);
  demand(plain.has_value(), "only a whole body is taken");
  demand(*plain == whole.body, "the body is what its chunks say");
  demand(whole.consumed == head.size() + bytes.size() - rest.size(), "it ends where they end");
}

void target(std::string_view bytes) {
  const std::string request = "GET " + std::string(bytes) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  const Reading reading = read_request(request, request.size());
  if (reading.state != State::done || reading.consumed != request.size()) return;
  const auto segments = http::path_segments(reading.head.target);
  if (segments) {
    std::string again;
    for (const std::string& segment : *segments) {
      demand(is_valid_utf8(segment), "segments are UTF-8");
      demand(segment.find('\0') == std::string::npos, "segments have no control characters");
      again += "/" + percent_encoded(segment);
    }
    demand(http::path_segments(again) == segments, "segments are read back whole");
  }
  static http::HttplibAdapter adapter;
  int served = 0;
  http::Later later;
  const auto response = adapter.run(
      reading.head,
      [&served](const http::HttplibAdapter::Query&) {
        ++served;
        return http::json_reply(200, nullptr);
      },
      later);
  demand(served == 1, "each request is served, once");
  demand(response.head.starts_with("HTTP/1.1 200 ") &&
             response.head.find("\r\n\r\n") == response.head.size() - 4,
         "the answer has one head");
}

}  // namespace

std::vector<Target> request_targets() {
  return {{"http_request", &http_request}, {"http_chunked", &http_chunked}, {"target", &target}};
}

}  // namespace parley::fuzz
