#include "net/loop.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "net/connection.h"
#include "net/wake_batch.h"

namespace parley::net {

void Loop::wake(std::weak_ptr<Connection> connection, uint64_t exchange) {
  {
    const std::scoped_lock lock(mutex_);
    woken_.push_back({std::move(connection), exchange});
    if (woken_.size() > 1) return;  // the first one's turn is coming
  }
  WakeBatch::run([self = shared_from_this()] {
    boost::asio::post(self->context, [loop = self.get()] { loop->write_woken(); });
  });
}

void Loop::write_woken() {
  std::vector<Woken> woken;
  {
    const std::scoped_lock lock(mutex_);
    woken.swap(woken_);
  }
  for (const auto& [weak, exchange] : woken) {
    if (const auto connection = weak.lock()) connection->write_more(exchange);
  }
}

}  // namespace parley::net
