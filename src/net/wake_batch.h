// WakeBatch: what a thread has to tell others in one turn of its loop, told at the end of it. Who
// is woken earlier takes the processor from the thread that has more to tell, once for each word.
// Internal to net.
#pragma once

#include <functional>
#include <vector>

namespace parley::net {

/// On the stack of one thread, around one turn; one at a time.
class WakeBatch {
 public:
  WakeBatch();
  ~WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;

  /// Runs `wake` when the batch of this thread ends; at once if it has none.
  static void run(std::function<void()> wake);

 private:
  std::vector<std::function<void()>> wakes_;
};

}  // namespace parley::net
