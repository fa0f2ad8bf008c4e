#include "net/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace parley::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::string_view blank_line = "\r\n\r\n";

/// Beast's callbacks, turned into a RequestHead and pieces of body.
class Framer final : public http::basic_parser<true> {
 public:
  using Code = beast::error_code;

  RequestHead head;
  RequestParser::OnBody on_body;
  std::optional<Refusal> refused_by_sink;
  bool is_chunk_line_due = true;
  bool is_first_chunk = true;

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, Code&) override {
    head.method.assign(method.data(), method.size());
    head.target.assign(target.data(), target.size());
    head.is_http_1_0 = version == 10;
  }
  void on_response_impl(int, beast::string_view, int, Code&) override {}
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     Code&) override {
    if (is_header_done_) return;  // a trailer: checked, not used (RFC 9110, 6.5.1)
    head.fields.emplace_back(to_lower_ascii({name.data(), name.size()}),
                             std::string(value.data(), value.size()));
  }
  void on_header_impl(Code&) override { is_header_done_ = true; }
  void on_body_init_impl(boost::optional<uint64_t> const&, Code&) override {}
  size_t on_body_impl(beast::string_view body, Code& code) override { return take(body, code); }
  void on_chunk_header_impl(uint64_t, beast::string_view, Code&) override {
    is_chunk_line_due = false;
    is_first_chunk = false;
  }
  size_t on_chunk_body_impl(uint64_t remaining, beast::string_view body, Code& code) override {
    is_chunk_line_due = body.size() == remaining;
    return take(body, code);
  }
  void on_finish_impl(Code&) override {}

  size_t take(beast::string_view body, Code& code) {
    refused_by_sink = on_body({body.data(), body.size()});
    if (refused_by_sink) code = http::error::body_limit;
    return body.size();
  }

  bool is_header_done_ = false;
};

}  // namespace

struct RequestParser::Impl {
  explicit Impl(const HeadLimits& head_limits) : limits(head_limits) {
    framer.header_limit(std::numeric_limits<uint32_t>::max());  // ours come first
    framer.body_limit(boost::none);
  }

  State refuse(Refusal reason) {
    refusal = reason;
    return State::refused;
  }

  State refuse_framing() { return refuse(Refusal::bad_request); }

  State check_partial(std::string_view input);
  State check_chunk_line(std::string_view input);
  State check_trailers(std::string_view input);

  HeadLimits limits;
  Framer framer;
  Refusal refusal = Refusal::bad_request;
  size_t scanned = 0;
};

/// Judges a head that is not whole yet, so that hopeless ones do not wait for their deadline.
RequestParser::State RequestParser::Impl::check_partial(std::string_view input) {
  if (is_hopeless(input.substr(scanned), scanned == 0 ? '\0' : input[scanned - 1])) {
    return refuse(Refusal::bad_request);
  }
  const bool has_request_line = input.find("\r\n") != std::string_view::npos;
  // A method, two spaces and a version are far shorter than this allowance.
  constexpr size_t rest_of_line = 64;
  if (!has_request_line && input.size() > limits.target_bytes_max + rest_of_line) {
    return refuse(Refusal::uri_too_long);
  }
  if (input.size() >= limits.bytes_max) return refuse(Refusal::head_too_large);
  scanned = input.size();
  return State::more;
}

/// done: the line (and for the last chunk its trailers) is right and may go to Beast.
RequestParser::State RequestParser::Impl::check_chunk_line(std::string_view input) {
  if (!framer.is_first_chunk) {
    if (!std::string_view("\r\n").starts_with(input.substr(0, 2))) return refuse_framing();
    if (input.size() < 2) return State::more;
    input.remove_prefix(2);
  }
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) {
    const bool is_too_long = input.size() > chunk_line_bytes_max + 1;  // and a CR
    const bool is_wrong = is_too_long || is_hopeless(input, '\0');
    return is_wrong ? refuse_framing() : State::more;
  }
  if (end == 0 || input[end - 1] != '\r') return refuse_framing();
  const auto size = chunk_size_of(input.substr(0, end - 1));
  if (!size) return refuse_framing();
  return *size > 0 ? State::done : check_trailers(input.substr(end + 1));
}

RequestParser::State RequestParser::Impl::check_trailers(std::string_view input) {
  if (input.starts_with("\r\n")) return State::done;
  const size_t end = input.find(blank_line);
  if (end == std::string_view::npos) {
    const bool is_too_long = input.size() >= trailer_bytes_max + blank_line.size();
    return is_too_long || is_hopeless(input, '\0') ? refuse_framing() : State::more;
  }
  if (end > trailer_bytes_max) return refuse_framing();
  return are_field_lines(input.substr(0, end + 2)) ? State::done : refuse_framing();
}

RequestParser::RequestParser(const HeadLimits& limits) : impl_(std::make_unique<Impl>(limits)) {
  impl_->framer.eager(false);
}

RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::parse_head(std::string_view input, size_t& consumed) {
  const size_t resume = impl_->scanned < 3 ? 0 : impl_->scanned - 3;
  const size_t end = input.find(blank_line, resume);
  if (end == std::string_view::npos) return impl_->check_partial(input);
  const std::string_view head = input.substr(0, end + blank_line.size());
  if (head.size() > impl_->limits.bytes_max) return impl_->refuse(Refusal::head_too_large);
  if (const auto refusal = check_head_bytes(head, impl_->limits)) return impl_->refuse(*refusal);
  beast::error_code code;
  consumed = impl_->framer.put({head.data(), head.size()}, code);
  if (code || !impl_->framer.is_header_done()) return impl_->refuse_framing();
  if (const auto refusal = check_head(impl_->framer.head)) return impl_->refuse(*refusal);
  return State::done;
}

RequestParser::State RequestParser::parse_body(std::string_view input, size_t& consumed,
                                               const OnBody& on_body) {
  Framer& framer = impl_->framer;
  framer.on_body = on_body;
  consumed = 0;
  while (!framer.is_done()) {
    const std::string_view rest = input.substr(consumed);
    if (rest.empty()) return State::more;
    if (framer.chunked() && framer.is_chunk_line_due) {
      if (const State state = impl_->check_chunk_line(rest); state != State::done) return state;
    }
    beast::error_code code;
    consumed += framer.put({rest.data(), rest.size()}, code);
    if (code == http::error::need_more) return State::more;
    if (code) return impl_->refuse(framer.refused_by_sink.value_or(Refusal::bad_request));
  }
  return State::done;
}

Refusal RequestParser::refusal() const {
  return impl_->refusal;
}

RequestHead& RequestParser::head() {
  return impl_->framer.head;
}

std::optional<int64_t> RequestParser::announced_length() const {
  if (impl_->framer.chunked()) return std::nullopt;
  return static_cast<int64_t>(impl_->framer.content_length().value_or(0));
}

bool RequestParser::is_whole() const {
  return impl_->framer.is_done();
}

}  // namespace parley::net
