#include "net/curl_multi.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "net/curl_library.h"

namespace parley::net {

namespace {

constexpr long idle_connections_max = 32;
constexpr int events_max = 256;  // taken at a time

FileDescriptor owned(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return FileDescriptor(fd);
}

CURLM* make_multi() {
  load_curl_library();
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("curl_global_init failed");
  }
  CURLM* const multi = curl_multi_init();
  if (multi != nullptr) return multi;
  curl_global_cleanup();
  throw std::runtime_error("curl_multi_init failed");
}

uint32_t epoll_events(int what) {
  uint32_t events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  return events;
}

int curl_events(uint32_t events) {
  int what = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
  return what;
}

}  // namespace

CurlMulti::CurlMulti(const Clock& clock)
    : clock_(clock),
      epoll_(owned(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(owned(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      multi_(make_multi()) {
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, idle_connections_max);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_.get()}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
}

CurlMulti::~CurlMulti() {
  curl_multi_cleanup(multi_);
  curl_global_cleanup();
}

void CurlMulti::add(CURL* easy) {
  curl_multi_add_handle(multi_, easy);
}

void CurlMulti::remove(CURL* easy) {
  curl_multi_remove_handle(multi_, easy);
}

void CurlMulti::wake() {
  eventfd_write(wake_.get(), 1);
}

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* is_watched) {
  static_cast<CurlMulti*>(self)->watch(socket, what, is_watched != nullptr);
  return 0;
}

int CurlMulti::on_timer(CURLM*, long wait_ms, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  multi.timer_at_ms_ = wait_ms < 0 ? -1 : multi.clock_.steady_ms() + wait_ms;
  return 0;
}

void CurlMulti::watch(curl_socket_t socket, int what, bool is_watched) {
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket, nullptr);
    curl_multi_assign(multi_, socket, nullptr);
    return;
  }
  epoll_event event{.events = epoll_events(what), .data = {.fd = socket}};
  epoll_ctl(epoll_.get(), is_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  curl_multi_assign(multi_, socket, this);
}

void CurlMulti::wait(int64_t wait_ms_max, const OnDone& on_done) {
  if (timer_at_ms_ >= 0) {
    const int64_t until_timer_ms = std::max<int64_t>(0, timer_at_ms_ - clock_.steady_ms());
    wait_ms_max = std::min(wait_ms_max, until_timer_ms);
  }
  std::array<epoll_event, events_max> events;
  const int count =
      epoll_wait(epoll_.get(), events.data(), events_max, static_cast<int>(wait_ms_max));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == wake_.get()) {
      eventfd_t ignored = 0;
      eventfd_read(wake_.get(), &ignored);
    } else {
      act(event.data.fd, curl_events(event.events));
    }
  }
  if (timer_at_ms_ >= 0 && clock_.steady_ms() >= timer_at_ms_) {
    timer_at_ms_ = -1;
    act(CURL_SOCKET_TIMEOUT, 0);
  }
  collect_done(on_done);
}

void CurlMulti::act(curl_socket_t socket, int events) {
  int still_running = 0;
  curl_multi_socket_action(multi_, socket, events, &still_running);
}

void CurlMulti::collect_done(const OnDone& on_done) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;  // `message` dies with the removal
    curl_multi_remove_handle(multi_, easy);
    on_done(easy, code);
  }
}

}  // namespace parley::net
