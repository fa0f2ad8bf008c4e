// What remembers from call to call: bytes are read as what happens, one after the other.
#include <array>
#include <string>

#include "base/rate_limiter.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/token_bucket.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

// They divide a minute into whole microseconds: the limiter rounds up otherwise.
constexpr std::array<Rate, 4> rates = {{{12, 60, 6}, {60, 60, 30}, {600, 60, 1}, {1, 60, 5}}};

/// Each byte takes one of a key (two bits), waits (four bits), or waits exactly as it was told.
void rate_limiter(std::string_view bytes) {
  FakeClock clock;
  RateLimiter limiter(clock, 100);
  std::vector<fakes::TokenBucket> buckets;
  for (const Rate& rate : rates) buckets.emplace_back(rate, clock.steady_ms());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    const size_t key = value % rates.size();
    clock.advance_ms((value >> 2U & 15U) * (value >> 2U & 15U) * 40);
    const auto verdict = limiter.take(std::to_string(key), rates[key]);
    demand(verdict.is_allowed == buckets[key].take(clock.steady_ms()), "it agrees with a bucket");
    demand(verdict.remaining >= 0 && verdict.remaining < rates[key].burst, "what is left is true");
    if (verdict.is_allowed || value < 128) continue;
    demand(verdict.retry_after_ms > 0, "who is refused must wait");
    clock.advance_ms(verdict.retry_after_ms);
    demand(limiter.take(std::to_string(key), rates[key]).is_allowed, "who waited is allowed");
    demand(buckets[key].take(clock.steady_ms()), "and rightly so");
  }
}

}  // namespace

std::vector<Target> state_targets() {
  return {{"rate_limiter", &rate_limiter}};
}

}  // namespace parley::fuzz
