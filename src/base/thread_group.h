// ThreadGroup: at most N threads at once, one per job; joined when the group ends.
//
// For jobs that block for seconds (an answer). A few threads that have ended their job wait for the
// next one: a new thread costs as much as a short job. An exception ends its job and is logged.
// Threads: any.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "base/idle_threads.h"

namespace parley {

class ThreadGroup {
 public:
  /// Threads without a job beyond `idle_max` end.
  explicit ThreadGroup(size_t threads_max, size_t idle_max = 16)
      : threads_max_(threads_max), idle_max_(idle_max) {}

  /// Waits for every job, then joins every thread.
  ~ThreadGroup();

  /// Takes a place for a later start(); false when all are taken.
  bool reserve();
  /// Gives a reserved place back.
  void release();

  /// Runs `job` on a thread of its own, in the place that was reserved; the place is free when it
  /// ends. False if the system has no thread for it: `job` never runs, and the place is free.
  [[nodiscard]] bool start(std::function<void()> job);

  /// Places taken.
  size_t size() const;

 private:
  using Threads = std::list<std::jthread>;

  void run(Threads::iterator place);
  void reap();

  const size_t threads_max_;
  const size_t idle_max_;
  mutable std::mutex mutex_;                ///< guards all below
  std::deque<std::function<void()>> jobs_;  ///< for each, a thread was told or began
  IdleThreads idle_;
  size_t taken_ = 0;
  bool closing_ = false;
  Threads running_;
  Threads finished_;  ///< to be joined by whoever comes next
};

}  // namespace parley
