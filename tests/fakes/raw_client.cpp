#include "tests/fakes/raw_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/clock.h"
#include "base/text.h"

namespace parley {

namespace {

int64_t now_ms() {
  return SystemClock().steady_ms();
}

RawResponse parse_head(std::string head) {
  RawResponse response;
  response.status = std::atoi(head.substr(9, 3).c_str());
  size_t begin = head.find("\r\n") + 2;
  while (begin < head.size() - 2) {
    const size_t end = head.find("\r\n", begin);
    const size_t colon = head.find(':', begin);
    response.headers[to_lower_ascii(head.substr(begin, colon - begin))] =
        std::string(trim(std::string_view(head).substr(colon + 1, end - colon - 1)));
    begin = end + 2;
  }
  response.head = std::move(head);
  return response;
}

}  // namespace

std::string RawResponse::header(const std::string& lowercase_name) const {
  const auto found = headers.find(lowercase_name);
  return found == headers.end() ? "" : found->second;
}

RawClient::RawClient(uint16_t port, const std::string& host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr generic{};
  std::copy_n(reinterpret_cast<const char*>(&address), sizeof generic,
              reinterpret_cast<char*>(&generic));
  if (::connect(fd_, &generic, sizeof generic) != 0) close();
}

RawClient::~RawClient() {
  close();
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::request(std::string_view method, std::string_view target,
                        const std::vector<std::pair<std::string, std::string>>& headers,
                        std::string_view body) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, target);
  const bool has_host = std::any_of(headers.begin(), headers.end(),
                                    [](const auto& header) { return header.first == "Host"; });
  if (!has_host) text += "Host: localhost\r\n";
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  const bool has_length = !body.empty() || method == "POST" || method == "PUT";
  if (has_length) text += fmt::format("Content-Length: {}\r\n", body.size());
  text += "\r\n";
  text += body;
  return send(text);
}

bool RawClient::fill(int64_t end_ms) {
  pollfd waiting{fd_, POLLIN, 0};
  const int64_t left_ms = std::max<int64_t>(0, end_ms - now_ms());
  if (fd_ < 0 || ::poll(&waiting, 1, static_cast<int>(left_ms)) <= 0) return false;
  char block[16 * 1024];
  const ssize_t count = ::recv(fd_, block, sizeof block, 0);
  if (count <= 0) return false;
  buffer_.append(block, static_cast<size_t>(count));
  return true;
}

bool RawClient::read_until_size(size_t size, int64_t end_ms) {
  while (buffer_.size() < size) {
    if (!fill(end_ms)) return false;
  }
  return true;
}

std::optional<RawResponse> RawClient::read_head(int wait_ms) {
  const int64_t end_ms = now_ms() + wait_ms;
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(end_ms)) return std::nullopt;
  }
  RawResponse response = parse_head(buffer_.substr(0, end + 4));
  buffer_.erase(0, end + 4);
  events_.clear();
  decoder_.emplace([this](SseEvent&& event) { events_.push_back(std::move(event)); });
  return response;
}

std::optional<RawResponse> RawClient::read_response(int wait_ms, bool is_head) {
  const int64_t end_ms = now_ms() + wait_ms;
  auto response = read_head(wait_ms);
  if (!response || is_head || response->status < 200) return response;
  if (response->header("transfer-encoding") == "chunked") {
    while (const auto chunk = take_chunk(end_ms)) {
      if (chunk->empty()) return response;
      response->body += *chunk;
    }
    return std::nullopt;
  }
  const size_t length = static_cast<size_t>(std::atoll(response->header("content-length").c_str()));
  const bool is_until_close = !response->headers.contains("content-length") &&
                              response->status != 204 && response->status != 304;
  while (is_until_close && fill(end_ms)) {
  }
  if (!read_until_size(length, end_ms)) return std::nullopt;
  response->body = buffer_.substr(0, is_until_close ? buffer_.size() : length);
  buffer_.erase(0, response->body.size());
  return response;
}

std::optional<std::string> RawClient::take_chunk(int64_t end_ms) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill(end_ms)) return std::nullopt;
  }
  const size_t size = std::strtoul(buffer_.c_str(), nullptr, 16);
  if (!read_until_size(end + 2 + size + 2, end_ms)) return std::nullopt;
  std::string chunk = buffer_.substr(end + 2, size);
  buffer_.erase(0, end + 2 + size + 2);
  return chunk;
}

std::optional<std::string> RawClient::read_chunk(int wait_ms) {
  return take_chunk(now_ms() + wait_ms);
}

std::optional<SseEvent> RawClient::read_event(int wait_ms) {
  const int64_t end_ms = now_ms() + wait_ms;
  while (events_.empty()) {
    const auto chunk = take_chunk(end_ms);
    if (!chunk || chunk->empty()) return std::nullopt;
    decoder_->feed(*chunk);
  }
  SseEvent event = std::move(events_.front());
  events_.erase(events_.begin());
  return event;
}

bool RawClient::is_closed_by_peer(int wait_ms) {
  const int64_t end_ms = now_ms() + wait_ms;
  while (fill(end_ms)) {
  }
  return now_ms() < end_ms;
}

void RawClient::shutdown_write() {
  ::shutdown(fd_, SHUT_WR);
}

void RawClient::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawClient::set_receive_buffer(int bytes) {
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::optional<RawResponse> fetch(uint16_t port, std::string_view method, std::string_view target,
                                 const std::vector<std::pair<std::string, std::string>>& headers,
                                 std::string_view body) {
  RawClient client(port);
  client.request(method, target, headers, body);
  return client.read_response(RawClient::deadline_ms, method == "HEAD");
}

}  // namespace parley
