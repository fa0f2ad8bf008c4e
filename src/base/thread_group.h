// ThreadGroup: at most N threads at once, one per job; joined when the group ends.
//
// For jobs that block for seconds (an answer), where starting a thread costs nothing beside them.
// Threads: any.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace parley {

class ThreadGroup {
 public:
  explicit ThreadGroup(size_t threads_max) : threads_max_(threads_max) {}

  /// Joins every thread.
  ~ThreadGroup();

  /// Takes a place for a later start(); false when all are taken.
  bool reserve();
  /// Gives a reserved place back.
  void release();

  /// Runs `job` on a new thread, in the place that was reserved; the place is free when it ends.
  void start(std::function<void()> job);

  /// Places taken.
  size_t size() const;

 private:
  void reap();

  const size_t threads_max_;
  mutable std::mutex mutex_;  ///< guards all below
  std::condition_variable ended_;
  size_t taken_ = 0;
  std::list<std::jthread> running_;
  std::list<std::jthread> finished_;  ///< to be joined by whoever comes next
};

}  // namespace parley
