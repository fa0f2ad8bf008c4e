// IdleThreads: where the threads of a pool wait for work. The one that came last is woken first.
//
// So as few threads are in use as there is work for: theirs are the warm caches, and what the
// C library's allocator keeps for each thread stays small for all others. (A condition variable
// that all wait on wakes them in turn.)
// Threads: any; a mutex of the owner's guards it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace parley {

class IdleThreads {
 public:
  /// Blocks until this thread is chosen. `lock` holds the owner's mutex; not meanwhile.
  void wait(std::unique_lock<std::mutex>& lock);

  /// Chooses the thread that came last. To be told by notify_one(), which needs no mutex; nullptr
  /// if none waits.
  [[nodiscard]] std::shared_ptr<std::condition_variable> choose();

  size_t size() const { return waiting_.size(); }

 private:
  struct Waiter {
    std::condition_variable told;
    bool is_chosen = false;
  };

  std::vector<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace parley
