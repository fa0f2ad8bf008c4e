#include "bench/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace parley::bench {
namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool would_block() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

void be_punctual() {
  prctl(PR_SET_TIMERSLACK, 1UL);
}

int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * ns_per_s + now.tv_nsec;
}

size_t wait_for_events(int epoll, std::span<epoll_event> events, int64_t until_ns) {
  const int64_t rest_ns = until_ns == never_ns ? 0 : std::max<int64_t>(0, until_ns - now_ns());
  const timespec rest{.tv_sec = rest_ns / ns_per_s, .tv_nsec = rest_ns % ns_per_s};
  const int count = epoll_pwait2(epoll, events.data(), static_cast<int>(events.size()),
                                 until_ns == never_ns ? nullptr : &rest, nullptr);
  return count > 0 ? static_cast<size_t>(count) : 0;
}

int listen_on(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  constexpr int backlog = 4096;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, backlog) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  return fd;
}

int start_connecting(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    std::perror("connect");
  }
  return fd;
}

Sent send_rest(int fd, std::string_view bytes, size_t& offset) {
  while (offset < bytes.size()) {
    const ssize_t sent = send(fd, bytes.data() + offset, bytes.size() - offset, MSG_NOSIGNAL);
    if (sent <= 0) return sent < 0 && would_block() ? Sent::blocked : Sent::broken;
    offset += static_cast<size_t>(sent);
  }
  return Sent::all;
}

Received receive_into(int fd, std::string& buffer) {
  static thread_local std::array<char, 256 * 1024> block;
  const size_t before = buffer.size();
  for (;;) {
    const ssize_t got = recv(fd, block.data(), block.size(), 0);
    if (got < 0 && would_block()) break;
    if (got <= 0) return Received::closed;
    buffer.append(block.data(), static_cast<size_t>(got));
    if (static_cast<size_t>(got) < block.size()) break;
  }
  return buffer.size() > before ? Received::some : Received::nothing;
}

}  // namespace parley::bench
