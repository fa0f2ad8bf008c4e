// Loop: the event loop, and the streams that have more for it to write. Internal to net.
//
// Shared with every Respond and waker, which may outlive the door and then post into a loop that
// runs no more.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace parley::net {

class Connection;

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  boost::asio::io_context context{1};

  /// Any thread: the stream that answers request number `exchange` has more. All that are woken
  /// before the loop's next turn cost it one.
  void wake(std::weak_ptr<Connection> connection, uint64_t exchange);

 private:
  struct Woken {
    std::weak_ptr<Connection> connection;
    uint64_t exchange;
  };

  void write_woken();

  std::mutex mutex_;  ///< guards all below
  std::vector<Woken> woken_;
};

}  // namespace parley::net
