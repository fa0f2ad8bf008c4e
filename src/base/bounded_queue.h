// BoundedQueue: a queue between threads that says no instead of growing.
//
// Threads: any. FIFO.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
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
      if (!must_wake()) return true;
    }
    not_empty_.notify_one();
    return true;
  }

  /// Blocks for the next item; nullopt once the queue is closed.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    while (items_.empty() && !is_closed_) {
      ++waiting_;
      not_empty_.wait(lock);
      --waiting_;
      is_waking_ = false;
    }
    if (is_closed_) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    const bool wakes_next = !items_.empty() && must_wake();
    lock.unlock();
    if (wakes_next) not_empty_.notify_one();
    return item;
  }

  /// Every pop() from now on, and those that wait, return nullopt. What is queued stays unread.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    not_empty_.notify_all();
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  /// One thread is woken at a time, and wakes the next if it finds more than it takes: a burst of
  /// short items costs a few wake-ups, not one each. Lock held.
  bool must_wake() {
    if (waiting_ == 0 || is_waking_) return false;
    is_waking_ = true;
    return true;
  }

  const size_t size_max_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable not_empty_;
  std::deque<T> items_;
  size_t waiting_ = 0;
  bool is_waking_ = false;  // a thread was told and has not run yet
  bool is_closed_ = false;
};

}  // namespace parley
