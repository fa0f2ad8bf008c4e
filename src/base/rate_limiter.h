// RateLimiter: GCRA (ITU-T I.371; "leaky bucket as a meter"): one stored time per key, no timers.
//
// A rate of `count` per `per_s` seconds: `burst` at once, then one every per_s/count.
// Obeying retry_after_ms always succeeds; there is no double burst at a window's edge.
// Bounded: keys whose time has passed are forgotten; at keys_max the oldest go first.
// Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace parley {

struct Rate {
  int64_t count = 0;   ///< 0: no limit
  int64_t per_s = 60;  ///< ≥ 1
  int64_t burst = 1;   ///< ≥ 1
};

struct RateVerdict {
  bool is_allowed = true;
  int64_t remaining = 0;       ///< more at once, now
  int64_t retry_after_ms = 0;  ///< when refused: until one is allowed
  int64_t reset_ms = 0;        ///< until the whole burst is there again
};

class RateLimiter {
 public:
  /// `clock` (its steady time) must outlive the limiter.
  RateLimiter(const Clock& clock, size_t keys_max);
  ~RateLimiter();

  /// Counts one for `key`. A refused one costs nothing.
  RateVerdict take(std::string_view key, const Rate& rate);

  size_t keys() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley
