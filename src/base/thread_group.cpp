#include "base/thread_group.h"

#include <utility>

namespace parley {

ThreadGroup::~ThreadGroup() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    while (const auto thread = idle_.choose()) thread->notify_one();
  }
  // No thread moves itself to finished_ any more.
  for (std::jthread& thread : running_) thread.join();
  reap();
}

bool ThreadGroup::reserve() {
  const std::scoped_lock lock(mutex_);
  if (taken_ == threads_max_) return false;
  ++taken_;
  return true;
}

void ThreadGroup::release() {
  const std::scoped_lock lock(mutex_);
  --taken_;
}

void ThreadGroup::start(std::function<void()> job) {
  reap();
  std::unique_lock lock(mutex_);
  jobs_.push_back(std::move(job));
  if (const auto thread = idle_.choose()) {
    lock.unlock();
    return thread->notify_one();
  }
  const auto place = running_.emplace(running_.end());
  *place = std::jthread([this, place] { run(place); });
}

void ThreadGroup::run(Threads::iterator place) {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (jobs_.empty()) {
      if (closing_) return;
      if (idle_.size() == idle_max_) return finished_.splice(finished_.end(), running_, place);
      idle_.wait(lock);
    }
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before its place is free
    lock.lock();
    --taken_;
  }
}

size_t ThreadGroup::size() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

void ThreadGroup::reap() {
  Threads finished;
  {
    const std::scoped_lock lock(mutex_);
    finished.swap(finished_);
  }
  // Joined here, outside the lock: such a thread has only its return left to do.
}

}  // namespace parley
