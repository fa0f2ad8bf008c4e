// RateLimiter: against a plain model of GCRA over simulated time, and its bounds.
#include "base/rate_limiter.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/token_bucket.h"

namespace parley {
namespace {

TEST(RateLimiter, AgreesWithABucketOverAMillionSimulatedEvents) {
  constexpr int64_t events = 1'000'000;
  // Rates that divide a minute into whole microseconds: the limiter rounds up otherwise.
  const std::vector<Rate> rates = {
      {12, 60, 6}, {60, 60, 30}, {600, 60, 1}, {1, 60, 5}, {6'000, 60, 100}};
  FakeClock clock;
  RateLimiter limiter(clock, 1'000);
  std::vector<fakes::TokenBucket> buckets;
  for (const Rate& rate : rates) buckets.emplace_back(rate, clock.steady_ms());
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same events in each run
  int64_t differences = 0;
  int64_t allowed = 0;
  for (int64_t i = 0; i < events; ++i) {
    const size_t which = random() % rates.size();
    if (random() % 4 == 0) clock.advance_ms(static_cast<int64_t>(random() % 400));
    const bool expected = buckets[which].take(clock.steady_ms());
    const auto verdict = limiter.take(std::to_string(which), rates[which]);
    differences += verdict.is_allowed != expected ? 1 : 0;
    allowed += verdict.is_allowed ? 1 : 0;
  }
  EXPECT_EQ(differences, 0);
  EXPECT_GT(allowed, events / 100);
  EXPECT_LT(allowed, events);
}

TEST(RateLimiter, WhoWaitsAsToldIsAllowedAndNotAMomentEarlier) {
  FakeClock clock;
  RateLimiter limiter(clock, 10);
  const Rate rate{7, 60, 3};  // 60 s / 7 is no whole number of anything
  for (int round = 0; round < 1'000; ++round) {
    while (limiter.take("a", rate).is_allowed) {
    }
    const int64_t wait_ms = limiter.take("a", rate).retry_after_ms;
    ASSERT_GT(wait_ms, 0);
    clock.advance_ms(wait_ms - 1);
    ASSERT_FALSE(limiter.take("a", rate).is_allowed);
    clock.advance_ms(1);
    ASSERT_TRUE(limiter.take("a", rate).is_allowed);
  }
}

TEST(RateLimiter, NoWindowLetsTheBurstThroughTwice) {
  FakeClock clock;
  RateLimiter limiter(clock, 10);
  const Rate rate{60, 60, 10};
  int allowed = 0;
  for (int ms = 0; ms < 2'000; ++ms, clock.advance_ms(1)) {
    allowed += limiter.take("a", rate).is_allowed ? 1 : 0;
  }
  EXPECT_EQ(allowed, 10 + 1) << "the burst, and the one that the second brought";
}

TEST(RateLimiter, SaysWhatIsLeft) {
  FakeClock clock;
  RateLimiter limiter(clock, 10);
  const Rate rate{60, 60, 3};
  EXPECT_EQ(limiter.take("a", rate).remaining, 2);
  EXPECT_EQ(limiter.take("a", rate).remaining, 1);
  const auto last = limiter.take("a", rate);
  EXPECT_EQ(last.remaining, 0);
  EXPECT_EQ(last.reset_ms, 3'000);
  const auto refused = limiter.take("a", rate);
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.retry_after_ms, 1'000);
  EXPECT_EQ(limiter.take("b", rate).remaining, 2) << "another key";
}

TEST(RateLimiter, WithoutARateEverythingIsAllowedAndNothingKept) {
  FakeClock clock;
  RateLimiter limiter(clock, 10);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.take("a", {0, 60, 1}).is_allowed);
  EXPECT_EQ(limiter.keys(), 0U);
}

TEST(RateLimiter, KeepsNoMoreKeysThanItMay) {
  FakeClock clock;
  RateLimiter limiter(clock, 100);
  for (int i = 0; i < 10'000; ++i) limiter.take(std::to_string(i), {1, 60, 1});
  EXPECT_EQ(limiter.keys(), 100U);
  EXPECT_FALSE(limiter.take("9999", {1, 60, 1}).is_allowed) << "the newest are kept";
}

TEST(RateLimiter, ForgetsKeysWhoseTimeHasPassed) {
  FakeClock clock;
  RateLimiter limiter(clock, 1'000);
  for (int i = 0; i < 900; ++i) limiter.take("old " + std::to_string(i), {60, 60, 1});
  clock.advance_ms(60'000);
  for (int i = 0; i < 500; ++i) limiter.take("new " + std::to_string(i), {60, 60, 1});
  EXPECT_LE(limiter.keys(), 501U);
}

}  // namespace
}  // namespace parley
