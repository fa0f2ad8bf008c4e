// TokenBucket: the plain model that the rate limiter must agree with.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/rate_limiter.h"

namespace parley::fakes {

/// A bucket that fills by `count` a minute (`per_s` is 60), counted in parts so that nothing is
/// rounded.
class TokenBucket {
 public:
  TokenBucket(const Rate& rate, int64_t now_ms) : rate_(rate), parts_(full()), last_ms_(now_ms) {}

  bool take(int64_t now_ms) {
    parts_ = std::min(full(), parts_ + (now_ms - last_ms_) * rate_.count);
    last_ms_ = now_ms;
    if (parts_ < parts_per_one) return false;
    parts_ -= parts_per_one;
    return true;
  }

 private:
  static constexpr int64_t parts_per_one = 60'000;  // one needs 60,000 ms at one per minute
  int64_t full() const { return rate_.burst * parts_per_one; }

  Rate rate_;
  int64_t parts_;
  int64_t last_ms_;
};

}  // namespace parley::fakes
