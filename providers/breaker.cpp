#include "providers/breaker.h"

#include <algorithm>

namespace parley::providers {

namespace {

/// Only the last calls count, in multiples of the failures that open it: at 100 calls a second, the
/// successes of ten seconds would hide an outage for as long.
constexpr size_t calls_per_failure_max = 10;

}  // namespace

std::optional<int64_t> Breaker::admit() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::closed) return std::nullopt;
  const int64_t now = clock_.steady_ms();
  if (now < open_until_ms_) return open_until_ms_ - now;
  // The probe has until `open_ms` to report; a lost one must not lock the endpoint for ever.
  state_ = State::probing;
  open_until_ms_ = now + policy_.open_ms;
  return std::nullopt;
}

void Breaker::succeeded() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::closed) return note(false);
  // An answer that began before the breaker opened says nothing about now.
  if (state_ != State::probing) return;
  state_ = State::closed;
  window_.clear();
}

void Breaker::failed(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::authentication:
    case Failure::Kind::no_credit: {
      const std::lock_guard lock(mutex_);
      return open(policy_.long_open_ms);
    }
    case Failure::Kind::overloaded:
    case Failure::Kind::network:
    case Failure::Kind::timeout: {
      const std::lock_guard lock(mutex_);
      if (state_ == State::probing) return open(policy_.open_ms);
      return note(true);
    }
    case Failure::Kind::cancelled:
    case Failure::Kind::unavailable: {  // it was not even asked
      const std::lock_guard lock(mutex_);
      if (state_ == State::probing) open(0);  // the next call is the probe
      return;
    }
    default:
      return succeeded();  // it answered: the endpoint lives
  }
}

void Breaker::note(bool has_failed) {
  if (state_ != State::closed) return;
  const int64_t now = clock_.steady_ms();
  const size_t outcomes_max = calls_per_failure_max * static_cast<size_t>(policy_.failures);
  window_.push_back({now, has_failed});
  while (window_.front().at_ms <= now - policy_.window_ms || window_.size() > outcomes_max) {
    window_.pop_front();
  }
  const auto failures = std::count_if(window_.begin(), window_.end(),
                                      [](const Outcome& each) { return each.failed; });
  const auto calls = static_cast<std::ptrdiff_t>(window_.size());
  if (failures >= policy_.failures && failures * 2 >= calls) open(policy_.open_ms);
}

void Breaker::open(int64_t for_ms) {
  state_ = State::open;
  open_until_ms_ = clock_.steady_ms() + for_ms;
  window_.clear();
}

}  // namespace parley::providers
