// Readiness: tells when sockets can be read or written. Each is registered once, for its life, and
// the ready ones come many at a time: a request costs no call to wait for the next.
//
// An epoll set, edge-triggered, that the event loop watches as if it were one descriptor. Loop
// thread only. Internal to net.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>

namespace parley::net {

class Readiness {
 public:
  /// What is new since the last event of a socket.
  struct Event {
    bool is_readable = false;
    bool is_writable = false;
    bool is_ended = false;  ///< the peer sends no more, or the socket failed; reading tells which
  };

  /// `key` is what add() was given. One that was closed meanwhile may still be told of.
  using OnReady = std::function<void(uint64_t key, Event event)>;

  explicit Readiness(boost::asio::io_context& context) : set_(context) {}

  /// Once, before anything is added. False: the kernel has no descriptor for it.
  bool start(OnReady on_ready);

  /// From now on until `socket` is closed; what is ready already is told, too. False: the kernel
  /// has no memory for it.
  bool add(int socket, uint64_t key);

 private:
  void wait();
  void tell();

  boost::asio::posix::stream_descriptor set_;
  OnReady on_ready_;
};

}  // namespace parley::net
