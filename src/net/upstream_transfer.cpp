#include "net/upstream_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace parley::net {

namespace {

using Kind = UpstreamFailure::Kind;

constexpr int64_t ignored_rest_ms = 250;
constexpr long idle_connection_seconds_max = 60;

/// A CR or LF in a header would start another one.
bool is_header_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    return static_cast<unsigned char>(byte) >= 0x20 || byte == '\t';
  });
}

}  // namespace

std::optional<std::pair<std::string, std::string>> parse_header_line(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || line[0] == ' ' || line[0] == '\t') {
    return std::nullopt;
  }
  return std::pair(to_lower_ascii(line.substr(0, colon)),
                   std::string(trim(line.substr(colon + 1))));
}

UpstreamTransfer::UpstreamTransfer(UpstreamRequest request, const CurlUpstreamOptions& options,
                                   std::shared_ptr<UpstreamMailbox> mailbox, const Clock& clock)
    : request_(std::move(request)),
      options_(options),
      mailbox_(std::move(mailbox)),
      clock_(clock),
      started_ms_(clock.steady_ms()) {}

std::optional<UpstreamFailure> UpstreamTransfer::prepare() {
  easy_.reset(curl_easy_init());
  if (!easy_) return UpstreamFailure{Kind::connect, "libcurl has no memory for a handle"};
  if (auto failure = set_headers()) return failure;
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  if (request_.method == "GET") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  set_connection_options();
  set_callbacks();
  return std::nullopt;
}

std::optional<UpstreamFailure> UpstreamTransfer::set_headers() {
  curl_slist* list = nullptr;
  // Without this, libcurl waits up to a second for a "100 Continue" before a large body.
  list = curl_slist_append(list, "Expect:");
  for (const auto& [name, value] : request_.headers) {
    if (!is_header_safe(name) || !is_header_safe(value)) {
      curl_slist_free_all(list);
      return UpstreamFailure{Kind::protocol, "request header with a control character: refused"};
    }
    // "Name;" is how libcurl spells a header without a value.
    const std::string line =
        value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
    list = curl_slist_append(list, line.c_str());
  }
  headers_.reset(list);
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, list);
  return std::nullopt;
}

void UpstreamTransfer::set_connection_options() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  // A burst over HTTP/2 shares the connection that is being made, in place of one each. Without TLS
  // there is no HTTP/2, and a burst would wait for the first answer to learn that.
  const bool may_share = request_.url.starts_with("https:");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   may_share ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  // Below what vendors' front ends keep, so that a request rarely meets a closing connection.
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, idle_connection_seconds_max);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A name that does not resolve in time must not hold the thread when its call is dropped.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  // missed_deadline() keeps every deadline; this one makes libcurl divide its time between
  // addresses.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request_.deadlines.connect_ms));
}

void UpstreamTransfer::set_callbacks() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(
      easy, CURLOPT_HEADERFUNCTION, +[](char* data, size_t, size_t size, void* self) -> size_t {
        return static_cast<UpstreamTransfer*>(self)->on_header({data, size});
      });
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(
      easy, CURLOPT_WRITEFUNCTION, +[](char* data, size_t, size_t size, void* self) -> size_t {
        return static_cast<UpstreamTransfer*>(self)->on_body({data, size});
      });
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(
      easy, CURLOPT_PREREQFUNCTION, +[](void* self, char*, char*, int, int) -> int {
        auto* transfer = static_cast<UpstreamTransfer*>(self);
        transfer->connected_ms_ = transfer->clock_.steady_ms();
        return CURL_PREREQFUNC_OK;
      });
}

size_t UpstreamTransfer::on_header(std::string_view line) {
  progress_ms_ = clock_.steady_ms();
  head_bytes_ += line.size();
  if (head_bytes_ > options_.head_bytes_max) {
    own_failure_ = {Kind::protocol,
                    fmt::format("response head over {} bytes", options_.head_bytes_max)};
    return 0;
  }
  if (head_done_) return line.size();  // trailers
  if (line.starts_with("HTTP/")) {
    head_ = {};
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    head_.status = static_cast<int>(status);
  } else if (trim(line).empty()) {
    if (head_.status < 200) return line.size();  // 1xx: the real head follows
    head_done_ = true;
    mailbox_->put_head(std::move(head_));
  } else if (auto header = parse_header_line(line)) {
    head_.headers.push_back(std::move(*header));
  }
  return line.size();
}

size_t UpstreamTransfer::on_body(std::string_view bytes) {
  progress_ms_ = clock_.steady_ms();
  paused_ = !mailbox_->put_body(bytes);
  return paused_ ? CURL_WRITEFUNC_PAUSE : bytes.size();
}

UpstreamTransfer& UpstreamTransfer::of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return *reinterpret_cast<UpstreamTransfer*>(self);
}

bool UpstreamTransfer::fulfil_wish() {
  const UpstreamMailbox::Wish wish = mailbox_->wish();
  if (wish == UpstreamMailbox::Wish::cancel) return false;
  if (wish == UpstreamMailbox::Wish::ignore && ignored_ms_ < 0) ignored_ms_ = clock_.steady_ms();
  if (mailbox_->take_resume()) {
    paused_ = false;
    progress_ms_ = clock_.steady_ms();
    curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  }
  return true;
}

std::optional<UpstreamFailure> UpstreamTransfer::missed_deadline(int64_t now_ms) const {
  const auto deadline = next_deadline();
  if (!deadline || now_ms < deadline->at_ms) return std::nullopt;
  return UpstreamFailure{Kind::timeout,
                         fmt::format("{} took over {} ms", deadline->name, deadline->limit_ms)};
}

std::optional<UpstreamTransfer::Deadline> UpstreamTransfer::next_deadline() const {
  const UpstreamDeadlines& limits = request_.deadlines;
  std::optional<Deadline> next;
  const auto consider = [&next](int64_t since, int64_t limit, const char* name) {
    if (limit <= 0) return;
    if (!next || since + limit < next->at_ms) next = Deadline{since + limit, name, limit};
  };
  consider(started_ms_, limits.total_ms, "the whole call");
  if (ignored_ms_ >= 0) consider(ignored_ms_, ignored_rest_ms, "the unwanted rest");
  if (connected_ms_ < 0) {
    consider(started_ms_, limits.connect_ms, "connecting");
  } else if (!head_done_) {
    consider(connected_ms_, limits.first_byte_ms, "the response head");
  } else if (!paused_) {
    consider(progress_ms_, limits.idle_ms, "a silence in the body");
  }
  return next;
}

void UpstreamTransfer::finish(CURLcode code) {
  if (code == CURLE_OK && head_done_) return mailbox_->put_end(std::nullopt);
  mailbox_->put_end(own_failure_ ? *own_failure_ : failure_of(code));
}

UpstreamFailure UpstreamTransfer::failure_of(CURLcode code) const {
  std::string detail =
      error_text_[0] == '\0' ? std::string(curl_easy_strerror(code)) : std::string(error_text_);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::timeout, std::move(detail)};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
      return {Kind::protocol, std::move(detail)};
    default:
      return {connected_ms_ < 0 ? Kind::connect : Kind::cut, std::move(detail)};
  }
}

}  // namespace parley::net
