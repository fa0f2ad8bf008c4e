// CurlMulti: libcurl's multi interface on epoll. A turn costs what happened, not what is open:
// curl_multi_perform() and curl_multi_poll() look at every transfer each time.
//
// One thread owns it and calls everything but wake(). https://curl.se/libcurl/c/libcurl-multi.html
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/file_descriptor.h"

namespace parley::net {

class CurlMulti {
 public:
  using OnDone = std::function<void(CURL*, CURLcode)>;

  /// Throws std::runtime_error: the process has no descriptors left, or there is no libcurl.
  explicit CurlMulti(const Clock& clock);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  /// Starts a transfer; its callbacks run inside wait().
  void add(CURL* easy);

  /// Ends a transfer whatever its state. Not from its own callbacks.
  void remove(CURL* easy);

  /// Waits for sockets, a timer of libcurl's or wake(), for at most `wait_ms_max`, and lets libcurl
  /// act on what came. `on_done` gets every transfer that ended; it is removed already.
  void wait(int64_t wait_ms_max, const OnDone& on_done);

  /// Any thread: ends the running wait(), or the next one.
  void wake();

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* is_watched);
  static int on_timer(CURLM* multi, long wait_ms, void* self);
  void watch(curl_socket_t socket, int what, bool is_watched);
  void act(curl_socket_t socket, int events);
  void collect_done(const OnDone& on_done);

  const Clock& clock_;
  const FileDescriptor epoll_;
  const FileDescriptor wake_;
  CURLM* const multi_;
  int64_t timer_at_ms_ = -1;  ///< when libcurl wants to be called; -1: never
};

}  // namespace parley::net
