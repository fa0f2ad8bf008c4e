#include "base/rate_limiter.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <unordered_map>

namespace parley {

namespace {

constexpr int64_t us_per_ms = 1'000;
constexpr int64_t us_per_s = 1'000'000;

int64_t ceil_divide(int64_t value, int64_t by) {
  return (value + by - 1) / by;
}

}  // namespace

struct RateLimiter::Impl {
  /// `free_at_us` is GCRA's theoretical arrival time: from then on, the whole burst is there.
  struct Meter {
    std::string key;
    int64_t free_at_us;
  };
  using Meters = std::list<Meter>;

  Meter& meter_of(std::string_view key, int64_t now_us);

  const Clock& clock;
  const size_t keys_max;
  mutable std::mutex mutex;  ///< guards all below
  Meters meters;             ///< least recently used first
  std::unordered_map<std::string_view, Meters::iterator> by_key;
};

RateLimiter::Impl::Meter& RateLimiter::Impl::meter_of(std::string_view key, int64_t now_us) {
  if (const auto found = by_key.find(key); found != by_key.end()) {
    meters.splice(meters.end(), meters, found->second);
    return *found->second;
  }
  // Two go for each that comes, so what nobody uses any more does not pile up.
  for (int i = 0; i < 2 && !meters.empty(); ++i) {
    if (meters.front().free_at_us > now_us && by_key.size() < keys_max) break;
    by_key.erase(meters.front().key);
    meters.pop_front();
  }
  meters.push_back({std::string(key), now_us});
  by_key.emplace(meters.back().key, std::prev(meters.end()));
  return meters.back();
}

RateLimiter::RateLimiter(const Clock& clock, size_t keys_max)
    : impl_(new Impl{clock, std::max<size_t>(keys_max, 1), {}, {}, {}}) {}

RateLimiter::~RateLimiter() = default;

RateVerdict RateLimiter::take(std::string_view key, const Rate& rate) {
  if (rate.count <= 0) return {};
  // Rounded up: never faster than the rate.
  const int64_t interval_us = ceil_divide(rate.per_s * us_per_s, rate.count);
  const int64_t burst_us = interval_us * std::max<int64_t>(rate.burst, 1);
  const std::scoped_lock lock(impl_->mutex);
  const int64_t now_us = impl_->clock.steady_ms() * us_per_ms;
  Impl::Meter& meter = impl_->meter_of(key, now_us);
  const int64_t used_us = std::max<int64_t>(meter.free_at_us - now_us, 0);
  RateVerdict verdict;
  verdict.is_allowed = used_us + interval_us <= burst_us;
  if (verdict.is_allowed) meter.free_at_us = now_us + used_us + interval_us;
  const int64_t left_us = burst_us - (meter.free_at_us - now_us);
  verdict.remaining = std::max<int64_t>(left_us, 0) / interval_us;
  verdict.reset_ms = ceil_divide(std::max<int64_t>(meter.free_at_us - now_us, 0), us_per_ms);
  if (!verdict.is_allowed) {
    verdict.retry_after_ms = ceil_divide(used_us + interval_us - burst_us, us_per_ms);
  }
  return verdict;
}

size_t RateLimiter::keys() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->by_key.size();
}

}  // namespace parley
