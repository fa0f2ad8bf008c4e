// FakeUpstream: an HTTP/1.1 server on 127.0.0.1 that answers by script, in awkward pieces.
//
// Plain sockets and no HTTP library, so that it can break every rule on purpose. One thread
// accepts, one thread serves each connection; all end with the object. Threads: every method, any
// thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace parley::fakes {

/// What a client sent. Header names are lowercase.
struct FakeRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;
  std::string body = {};
};

/// One answer and how it travels.
struct FakeReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {
      {"content-type", "text/event-stream"}};
  std::string body = {};

  enum class Framing { chunked, length, until_close } framing = Framing::chunked;
  /// What happens when the body is out: its proper end, a FIN, a RST, or silence.
  enum class Ending { proper, cut, reset, stall } ending = Ending::proper;
  /// Bytes per write (and per chunk); 0: all at once.
  size_t piece_bytes = 0;
  int gap_ms = 0;       ///< between two pieces
  bool silent = false;  ///< reads the request and never answers

  /// Not empty: sent as it stands in place of head and body.
  std::string raw = {};
};

class FakeUpstream {
 public:
  using Handler = std::function<FakeReply(const FakeRequest&)>;

  /// Port 0: the kernel chooses. Throws std::runtime_error if no socket can be had.
  explicit FakeUpstream(Handler handler, int port = 0);
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  int port() const { return port_; }
  std::string url() const;

  std::vector<FakeRequest> requests() const;
  size_t connections() const { return connections_; }

  /// True once `count` requests have come / clients have closed during a stall or a silence.
  bool wait_for_requests(size_t count, int timeout_ms = 30'000) const;
  bool wait_for_hang_ups(size_t count, int timeout_ms = 30'000) const;
  /// True once `count` replies with a proper end were taken whole by their clients.
  bool wait_for_replies(size_t count, int timeout_ms = 30'000) const;

 private:
  void accept_all();
  void serve(int socket);
  bool read_request(int socket, std::string& buffer, FakeRequest& request) const;
  bool send_reply(int socket, const FakeReply& reply);
  bool send_pieces(int socket, const FakeReply& reply);
  void stall(int socket);
  void count(size_t& counter);
  bool wait_for(const size_t& counter, size_t count, int timeout_ms) const;

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<size_t> connections_ = 0;

  mutable std::mutex mutex_;  ///< guards all below
  mutable std::condition_variable changed_;
  std::vector<FakeRequest> requests_;
  size_t hang_ups_ = 0;
  size_t replies_ = 0;
  std::vector<std::thread> connection_threads_;
  std::thread acceptor_;
};

/// A handler that gives `replies` in order and repeats the last one.
FakeUpstream::Handler in_order(std::vector<FakeReply> replies);

}  // namespace parley::fakes
