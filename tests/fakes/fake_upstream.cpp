#include "tests/fakes/fake_upstream.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace parley::fakes {

namespace {

constexpr int look_ms = 5;

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
  return out;
}

FakeRequest parse_head(std::string_view head) {
  FakeRequest request;
  const std::string_view first = head.substr(0, head.find("\r\n"));
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.path = first.substr(space + 1, first.rfind(' ') - space - 1);
  for (size_t at = first.size() + 2; at < head.size();) {
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    const size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
    at += line.size() + 2;
  }
  return request;
}

std::string make_head(const FakeReply& reply) {
  std::string head = fmt::format("HTTP/1.1 {} Scripted\r\n", reply.status);
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (reply.framing == FakeReply::Framing::chunked) head += "transfer-encoding: chunked\r\n";
  if (reply.framing == FakeReply::Framing::length) {
    head += fmt::format("content-length: {}\r\n", reply.body.size());
  }
  if (reply.framing == FakeReply::Framing::until_close) head += "connection: close\r\n";
  return head + "\r\n";
}

}  // namespace

FakeUpstream::FakeUpstream(Handler handler, int port) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 512) != 0 ||
      ::getsockname(listener_, raw, &size) != 0) {
    throw std::runtime_error("the fake upstream cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeUpstream::~FakeUpstream() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& thread : connection_threads_) thread.join();
  ::close(listener_);
}

std::string FakeUpstream::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

std::vector<FakeRequest> FakeUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool FakeUpstream::wait_for_requests(size_t count, int timeout_ms) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                           [&] { return requests_.size() >= count; });
}

bool FakeUpstream::wait_for_hang_ups(size_t count, int timeout_ms) const {
  return wait_for(hang_ups_, count, timeout_ms);
}

bool FakeUpstream::wait_for_replies(size_t count, int timeout_ms) const {
  return wait_for(replies_, count, timeout_ms);
}

bool FakeUpstream::wait_for(const size_t& counter, size_t count, int timeout_ms) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                           [&] { return counter >= count; });
}

void FakeUpstream::count(size_t& counter) {
  const std::lock_guard lock(mutex_);
  ++counter;
  changed_.notify_all();
}

void FakeUpstream::accept_all() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, look_ms) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    const std::lock_guard lock(mutex_);
    connection_threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void FakeUpstream::serve(int socket) {
  const int one = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  std::string buffer;
  FakeRequest request;
  while (read_request(socket, buffer, request)) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
    }
    if (!send_reply(socket, handler_(request))) break;
  }
  ::close(socket);
}

bool FakeUpstream::read_request(int socket, std::string& buffer, FakeRequest& request) const {
  size_t needed = 0;  // head and body together; 0 while the head is incomplete
  size_t body_at = 0;
  while (needed == 0 || buffer.size() < needed) {
    const size_t end = buffer.find("\r\n\r\n");
    if (needed == 0 && end != std::string::npos) {
      request = parse_head(std::string_view(buffer).substr(0, end + 2));
      body_at = end + 4;
      const auto length = request.headers.find("content-length");
      needed = body_at + (length == request.headers.end() ? 0 : std::stoul(length->second));
      continue;
    }
    pollfd waiting{socket, POLLIN, 0};
    if (stopping_) return false;
    if (::poll(&waiting, 1, look_ms) <= 0) continue;
    char bytes[16 * 1024];
    const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer.append(bytes, static_cast<size_t>(got));
  }
  request.body = buffer.substr(body_at, needed - body_at);
  buffer.erase(0, needed);
  return true;
}

/// False: the connection is over.
bool FakeUpstream::send_reply(int socket, const FakeReply& reply) {
  if (reply.silent) {
    stall(socket);
    return false;
  }
  const bool sent = reply.raw.empty()
                        ? send_all(socket, make_head(reply)) && send_pieces(socket, reply)
                        : send_all(socket, reply.raw);
  if (!sent) return false;
  if (reply.ending == FakeReply::Ending::stall) stall(socket);
  if (reply.ending == FakeReply::Ending::reset) {
    const linger abort{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  }
  if (reply.ending != FakeReply::Ending::proper || !reply.raw.empty()) return false;
  if (reply.framing == FakeReply::Framing::chunked && !send_all(socket, "0\r\n\r\n")) return false;
  count(replies_);
  return reply.framing != FakeReply::Framing::until_close;
}

bool FakeUpstream::send_pieces(int socket, const FakeReply& reply) {
  const bool chunked = reply.framing == FakeReply::Framing::chunked;
  const size_t step = reply.piece_bytes == 0 ? reply.body.size() : reply.piece_bytes;
  for (size_t at = 0; at < reply.body.size() && !stopping_; at += step) {
    const std::string piece = reply.body.substr(at, step);
    // The gap ends early when the client goes.
    pollfd gap{socket, POLLRDHUP, 0};
    if (at > 0 && reply.gap_ms > 0) ::poll(&gap, 1, reply.gap_ms);
    if (!send_all(socket, chunked ? fmt::format("{:x}\r\n{}\r\n", piece.size(), piece) : piece)) {
      count(hang_ups_);
      return false;
    }
  }
  return true;
}

/// Says nothing until the client goes.
void FakeUpstream::stall(int socket) {
  while (!stopping_) {
    pollfd waiting{socket, POLLIN | POLLRDHUP, 0};
    if (::poll(&waiting, 1, look_ms) <= 0) continue;
    char byte = 0;
    if (::recv(socket, &byte, 1, 0) > 0) continue;
    return count(hang_ups_);
  }
}

FakeUpstream::Handler in_order(std::vector<FakeReply> replies) {
  auto next = std::make_shared<std::atomic<size_t>>(0);
  return [replies = std::move(replies), next](const FakeRequest&) {
    return replies[std::min(next->fetch_add(1), replies.size() - 1)];
  };
}

}  // namespace parley::fakes
