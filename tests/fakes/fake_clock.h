// FakeClock: time that moves only when a test says so.
//
// Threads: any. Wall and steady time are independent, as on a real machine.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace parley {

class FakeClock final : public Clock {
 public:
  /// Default: 2026-11-20T12:00:00Z, and an arbitrary steady start.
  explicit FakeClock(int64_t now_ms = 1'795'176'000'000, int64_t steady_ms = 5'000'000)
      : now_ms_(now_ms), steady_ms_(steady_ms) {}

  int64_t now_ms() const override { return now_ms_; }
  int64_t steady_ms() const override { return steady_ms_; }

  void set_now_ms(int64_t value) { now_ms_ = value; }
  void set_steady_ms(int64_t value) { steady_ms_ = value; }

  /// Time passes: both clocks move.
  void advance_ms(int64_t by) {
    now_ms_ += by;
    steady_ms_ += by;
  }

 private:
  std::atomic<int64_t> now_ms_;
  std::atomic<int64_t> steady_ms_;
};

}  // namespace parley
