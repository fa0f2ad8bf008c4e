#include "net/readiness.h"

#include <sys/epoll.h>

#include <array>

namespace parley::net {

namespace {

constexpr size_t events_per_turn = 128;  // then timers and answers have their turn

}  // namespace

bool Readiness::start(OnReady on_ready) {
  on_ready_ = std::move(on_ready);
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) return false;
  set_.assign(set);
  wait();
  return true;
}

bool Readiness::add(int socket, uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = key;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void Readiness::wait() {
  set_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this](const boost::system::error_code& error) {
                    if (error) return;
                    tell();
                    wait();
                  });
}

void Readiness::tell() {
  std::array<epoll_event, events_per_turn> events;
  const int count =
      ::epoll_wait(set_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    const bool is_ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    const bool is_readable = (event.events & EPOLLIN) != 0;
    const bool is_writable = (event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    on_ready_(event.data.u64, {is_readable || is_ended, is_writable, is_ended});
  }
}

}  // namespace parley::net
