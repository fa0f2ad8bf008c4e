// Memory that the C library keeps for later: it holds what was freed between what is in use, so a
// burst would cost its peak for good (500 answers at once: 80 MiB, of which 38 were free), and
// every heap keeps some of its own.
#pragma once

#include <cstdint>

namespace parley::app {

/// As many heaps as processors, for no more threads allocate at one time. By itself the C library
/// makes eight for each, and what is free in one serves no other: memory then grows for hours.
/// To be called before the first thread starts.
void limit_heaps();

/// Gives back to the system what is free: once a busy time has passed, and now and then in steady
/// work, which frees whole pages, too.
class MemoryKeeper {
 public:
  /// To be called at a fixed interval. If the process has worked less than a quarter of what it did
  /// in its busiest interval since the last time, and at every hundredth call: some milliseconds;
  /// else microseconds. One thread.
  void give_back_in_time();

 private:
  int calls_ = 0;           ///< since it gave back
  int64_t cpu_ms_ = 0;      ///< of the process, at the last call
  int64_t busiest_ms_ = 0;  ///< used between two calls
};

}  // namespace parley::app
