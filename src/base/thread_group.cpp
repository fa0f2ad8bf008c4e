#include "base/thread_group.h"

namespace parley {

ThreadGroup::~ThreadGroup() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return running_.empty(); });
  lock.unlock();
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
  const std::scoped_lock lock(mutex_);
  const auto place = running_.emplace(running_.end());
  *place = std::jthread([this, place, job = std::move(job)] {
    job();
    const std::scoped_lock end_lock(mutex_);
    finished_.splice(finished_.end(), running_, place);
    --taken_;
    ended_.notify_all();
  });
}

size_t ThreadGroup::size() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

void ThreadGroup::reap() {
  std::list<std::jthread> finished;
  {
    const std::scoped_lock lock(mutex_);
    finished.swap(finished_);
  }
  // Joined here, outside the lock: such a thread has only its return left to do.
}

}  // namespace parley
