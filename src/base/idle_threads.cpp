#include "base/idle_threads.h"

namespace parley {

void IdleThreads::wait(std::unique_lock<std::mutex>& lock) {
  // Whoever tells it may do so when this thread has gone on already, or ended.
  thread_local const auto mine = std::make_shared<Waiter>();
  mine->is_chosen = false;
  waiting_.push_back(mine);
  mine->told.wait(lock, [] { return mine->is_chosen; });
}

std::shared_ptr<std::condition_variable> IdleThreads::choose() {
  if (waiting_.empty()) return nullptr;
  const std::shared_ptr<Waiter> chosen = std::move(waiting_.back());
  waiting_.pop_back();
  chosen->is_chosen = true;
  return {chosen, &chosen->told};
}

}  // namespace parley
