// Breaker: stops calling an endpoint that is down, and tries it again with one probe.
//
// Closed → open at `failures` failures within `window_ms` that are at least half of its last calls
// (so that 1 % of errors under load opens nothing) → after `open_ms` one probe: a success closes, a
// failure opens again. A bad key or an empty account opens it at once, for `long_open_ms`.
// Failures that are our fault, and limits that heal by waiting, do not count.
// Threads: any; one mutex.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "providers/provider.h"
#include "providers/registry.h"

namespace parley::providers {

class Breaker {
 public:
  /// `clock` must outlive it.
  Breaker(BreakerPolicy policy, const Clock& clock) : policy_(policy), clock_(clock) {}

  /// nullopt: go on, and report the outcome. Else: milliseconds until a call may be tried.
  std::optional<int64_t> admit();

  /// The outcome of an admitted call. A success may be reported at the first sign of life, and an
  /// outcome later.
  void succeeded();
  void failed(Failure::Kind kind);

 private:
  enum class State { closed, open, probing };
  struct Outcome {
    int64_t at_ms;
    bool failed;
  };

  void note(bool has_failed);
  void open(int64_t for_ms);

  const BreakerPolicy policy_;
  const Clock& clock_;
  std::mutex mutex_;  ///< guards all below
  State state_ = State::closed;
  int64_t open_until_ms_ = 0;
  std::deque<Outcome> window_;
};

}  // namespace parley::providers
