#include "base/thread_group.h"

#include <utility>

namespace parley {

ThreadGroup::~ThreadGroup() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  job_arrived_.notify_all();
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
  if (idle_ > 0) {
    --idle_;
    lock.unlock();
    return job_arrived_.notify_one();
  }
  const auto place = running_.emplace(running_.end());
  *place = std::jthread([this, place] { run(place); });
}

void ThreadGroup::run(Threads::iterator place) {
  std::unique_lock lock(mutex_);
  for (;;) {
    job_arrived_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before its place is free
    lock.lock();
    --taken_;
    if (closing_) continue;
    if (idle_ == idle_max_) break;
    ++idle_;
  }
  finished_.splice(finished_.end(), running_, place);
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
