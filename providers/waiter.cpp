#include "providers/waiter.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace parley::providers {

bool SystemWaiter::wait(int64_t wait_ms, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, std::chrono::milliseconds(wait_ms), [] { return false; });
  return !stop.stop_requested();
}

}  // namespace parley::providers
