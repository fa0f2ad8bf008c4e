#include "http/httplib_adapter.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "http/head_cache.h"

namespace parley::http {

namespace {

constexpr size_t connection_field_bytes_max = 32;  // the front door adds it later

/// What one run shows to the hook that httplib calls, carried by the request object.
struct Exchange {
  const HttplibAdapter::Serve* serve;
  bool is_http_1_0;
  Reply reply = {};
  bool is_served = false;
};

/// httplib's request has no field for the application's own data; its `progress` callback is for
/// clients only, and a std::function gives back what it holds.
struct Carrier {
  Exchange* exchange;
  bool operator()(uint64_t, uint64_t) const { return true; }
};

/// Null if httplib refused the request before the carrier was put on it.
Exchange* exchange_of(const httplib::Request& request) {
  const auto* carrier = request.progress.target<Carrier>();
  return carrier == nullptr ? nullptr : carrier->exchange;
}

/// One canonical request in, one response head out.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string input) : input_(std::move(input)) {}

  bool is_readable() const override { return offset_ < input_.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* out, size_t size) override {
    const size_t count = std::min(size, input_.size() - offset_);
    std::memcpy(out, input_.data() + offset_, count);
    offset_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* data, size_t size) override {
    output_.append(data, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

  std::string take_output() { return std::move(output_); }

 private:
  std::string input_;
  size_t offset_ = 0;
  std::string output_;
};

/// Methods httplib would refuse are shown to it as GET; the application knows the real one.
std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> known = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};
  return std::find(known.begin(), known.end(), method) == known.end() ? "GET" : method;
}

/// A query may have more question marks (RFC 3986, 3.4); httplib takes one only.
void append_target(std::string& text, std::string_view target) {
  const size_t query = std::min(target.find('?'), target.size());
  text += target.substr(0, query);
  for (size_t i = query; i < target.size(); ++i) {
    if (target[i] == '?' && i > query) {
      text += "%3F";
    } else {
      text += target[i];
    }
  }
}

/// No fields: a body is never looked for, and each byte here is read by itself.
std::string canonical_request(std::string_view method, std::string_view target) {
  std::string text(known_method(method));
  text += ' ';
  append_target(text, target);
  text += " HTTP/1.1\r\n\r\n";
  return text;
}

bool has_line_end(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

/// Adds the application's own fields to a head that httplib wrote. As httplib would: one with a
/// line end in it is left out.
void add_fields(const net::HeaderFields& fields, std::string& head) {
  constexpr std::string_view blank_line = "\r\n";
  constexpr size_t separators = 4;
  size_t bytes = head.size();
  for (const auto& [name, value] : fields) bytes += name.size() + value.size() + separators;
  head.reserve(bytes + connection_field_bytes_max);
  head.resize(head.size() - blank_line.size());
  for (const auto& [name, value] : fields) {
    if (has_line_end(name) || has_line_end(value)) continue;
    head.append(name).append(": ").append(value).append(blank_line);
  }
  head += blank_line;
}

int64_t length_of(const Reply& reply) {
  if (const auto* text = std::get_if<std::string>(&reply.body)) {
    return static_cast<int64_t>(text->size());
  }
  const auto* file = std::get_if<File>(&reply.body);
  return file != nullptr ? file->length : 0;
}

HeadCache::Kind kind_of(const Reply& reply, bool is_http_1_0) {
  using Framing = HeadCache::Framing;
  if (std::holds_alternative<Stream>(reply.body)) {
    return {reply.status, reply.content_type, Framing::chunked, is_http_1_0};
  }
  const bool has_body = length_of(reply) > 0;
  return {reply.status, reply.content_type, has_body ? Framing::length : Framing::none,
          is_http_1_0};
}

/// Tells httplib the head only: a provider that stops at once makes it write the fields that
/// frame the body, and the front door sends the body itself, without a copy.
void describe(const Reply& reply, httplib::Response& response) {
  response.status = reply.status;
  const auto stop = [](size_t, size_t, httplib::DataSink&) { return false; };
  if (std::holds_alternative<Stream>(reply.body)) {
    const auto stop_at_once = [](size_t, httplib::DataSink&) { return false; };
    response.set_chunked_content_provider(reply.content_type, stop_at_once);
  } else if (const int64_t length = length_of(reply); length > 0) {
    response.set_content_provider(static_cast<size_t>(length), reply.content_type, stop);
  }
}

/// Runs after httplib added its own fields: takes back those that are not its to say.
void correct_head(const httplib::Request& request, httplib::Response& response) {
  response.headers.erase("Connection");  // the front door owns the connection
  response.headers.erase("Keep-Alive");
  response.headers.erase("Accept-Ranges");
  // HTTP/1.0 knows no chunks: the end of the connection ends the body.
  const Exchange* exchange = exchange_of(request);
  if (exchange != nullptr && exchange->is_http_1_0) response.headers.erase("Transfer-Encoding");
  // RFC 9110, 8.6 and 15.4.5: no length, as there is no body.
  if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
}

void attach_body(Reply& reply, net::Response& response) {
  if (auto* text = std::get_if<std::string>(&reply.body)) {
    response.body = std::move(*text);
  } else if (auto* file = std::get_if<File>(&reply.body)) {
    response.body = net::FileSlice{std::move(file->file), 0, file->length};
  } else if (auto* stream = std::get_if<Stream>(&reply.body)) {
    response.body = std::move(stream->source);
    response.keep_alive_bytes = std::move(stream->keep_alive);
  }
}

}  // namespace

struct HttplibAdapter::Impl final : public httplib::Server {
  Impl() {
    svr_sock_ = 0;  // anything but "invalid": else every provider counts as shut down
    // Before routing: no std::regex ever sees a path, and no body is looked for.
    set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
      Exchange& exchange = *exchange_of(request);
      exchange.is_served = true;
      Query query;
      for (const auto& [name, value] : request.params) query[name] = value;
      exchange.reply = (*exchange.serve)(std::move(query));
      describe(exchange.reply, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler(correct_head);
  }

  std::string process(std::string_view method, std::string_view target, Exchange& exchange) {
    MemoryStream stream(canonical_request(method, target));
    bool is_closed = false;
    // "Close" only chooses the fields that correct_head() takes back; it is the cheaper choice.
    process_request(stream, true, is_closed, [&exchange](httplib::Request& request) {
      request.progress = Carrier{&exchange};
    });
    return stream.take_output();
  }

  /// What httplib writes as the head of `reply`.
  std::string head_of(Reply& reply, bool is_http_1_0) {
    const HeadCache::Kind kind = kind_of(reply, is_http_1_0);
    const int64_t length = length_of(reply);
    if (auto known = heads.find(kind, length)) return *std::move(known);
    const Serve give_it = [&reply](const Query&) { return std::move(reply); };
    Exchange exchange{&give_it, is_http_1_0};
    std::string head = process("GET", "/", exchange);
    reply = std::move(exchange.reply);
    heads.keep(kind_of(reply, is_http_1_0), length, head);
    return head;
  }

  HeadCache heads;
};

HttplibAdapter::HttplibAdapter() : impl_(std::make_unique<Impl>()) {}

HttplibAdapter::~HttplibAdapter() = default;

/// Without a query httplib has nothing to decode: then the request need not pass through it.
net::Response HttplibAdapter::run(const net::RequestHead& head, const Serve& serve, Later& later) {
  Exchange exchange{&serve, head.is_http_1_0};
  net::Response response;
  if (head.target.find('?') != std::string::npos) {
    response.head = impl_->process(head.method, head.target, exchange);
  }
  // The front door took this request, so it is answered: if need be without a query that httplib
  // cannot read.
  if (!exchange.is_served) {
    exchange.reply = serve({});
    response.head = impl_->head_of(exchange.reply, head.is_http_1_0);
  }
  add_fields(exchange.reply.headers, response.head);
  if (auto* deferred = std::get_if<Later>(&exchange.reply.body)) {
    later = std::move(*deferred);
  } else if (head.method != "HEAD") {
    attach_body(exchange.reply, response);
  }
  return response;
}

}  // namespace parley::http
