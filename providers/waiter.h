// Waiter: the only door to waiting, so that tests never sleep.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <stop_token>

namespace parley::providers {

class Waiter {
 public:
  virtual ~Waiter() = default;

  /// Blocks for `wait_ms`; false at once when `stop` is requested.
  virtual bool wait(int64_t wait_ms, const std::stop_token& stop) = 0;
};

class SystemWaiter final : public Waiter {
 public:
  bool wait(int64_t wait_ms, const std::stop_token& stop) override;
};

}  // namespace parley::providers
