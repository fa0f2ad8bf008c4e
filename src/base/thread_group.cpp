#include "base/thread_group.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace parley {

namespace {

/// A job deals with its own exceptions; what still escapes costs that job, never the process.
void run_job(const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception& error) {
    log::error("job_threw", {{"what", error.what()}});
  }
}

}  // namespace

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

bool ThreadGroup::start(std::function<void()> job) {
  reap();
  std::unique_lock lock(mutex_);
  jobs_.push_back(std::move(job));
  if (const auto thread = idle_.choose()) {
    lock.unlock();
    thread->notify_one();
    return true;
  }
  const auto place = running_.emplace(running_.end());
  try {
    *place = std::jthread([this, place] { run(place); });
    return true;
  } catch (const std::system_error& error) {
    log::error("thread_not_started", {{"what", error.what()}});
  }
  running_.erase(place);
  job = std::move(jobs_.back());  // still ours; it goes at the caller's, without the lock
  jobs_.pop_back();
  --taken_;
  return false;
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
    run_job(job);
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
