// BoundedQueue: a queue between threads that says no instead of growing.
//
// Threads: any. FIFO.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace parley {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t size_max) : size_max_(size_max) {}

  /// False, and `item` untouched, if the queue is full.
  bool push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (items_.size() >= size_max_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.notify_one();
    return true;
  }

  /// Blocks for the next item; nullopt once `stop` is requested.
  std::optional<T> pop(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, stop, [this] { return !items_.empty(); });
    if (stop.stop_requested() || items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  const size_t size_max_;
  mutable std::mutex mutex_;  // guards items_
  std::condition_variable_any not_empty_;
  std::deque<T> items_;
};

}  // namespace parley
