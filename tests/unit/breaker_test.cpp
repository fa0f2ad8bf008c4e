#include "providers/breaker.h"

#include <gtest/gtest.h>

#include "tests/unit/provider_fakes.h"

namespace parley::providers {
namespace {

using Kind = Failure::Kind;

class BreakerTest : public testing::Test {
 protected:
  void fail(int times, Kind kind = Kind::overloaded) {
    for (int count = 0; count < times; ++count) breaker_.failed(kind);
  }
  ManualClock clock_;
  Breaker breaker_{BreakerPolicy{}, clock_};
};

TEST_F(BreakerTest, OpensAtFiveFailuresAndSaysForHowLong) {
  fail(4);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  fail(1);
  EXPECT_EQ(breaker_.admit(), 30'000);
  clock_.advance(29'999);
  EXPECT_EQ(breaker_.admit(), 1);
}

TEST_F(BreakerTest, OldFailuresDoNotCount) {
  fail(4);
  clock_.advance(10'000);
  fail(4);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
}

TEST_F(BreakerTest, FewFailuresAmongManyCallsDoNotCount) {
  for (int count = 0; count < 100; ++count) breaker_.succeeded();
  fail(20);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  fail(80);
  EXPECT_NE(breaker_.admit(), std::nullopt);
}

TEST_F(BreakerTest, ManyGoodCallsDoNotHideAnOutage) {
  for (int count = 0; count < 900; ++count) breaker_.succeeded();
  fail(25);
  EXPECT_NE(breaker_.admit(), std::nullopt);
}

TEST_F(BreakerTest, OneProbeDecides) {
  fail(5);
  clock_.advance(30'000);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  EXPECT_NE(breaker_.admit(), std::nullopt) << "a second probe at once";
  breaker_.failed(Kind::network);
  EXPECT_EQ(breaker_.admit(), 30'000);
  clock_.advance(30'000);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  breaker_.succeeded();
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  fail(4);
  EXPECT_EQ(breaker_.admit(), std::nullopt) << "old failures forgotten";
}

TEST_F(BreakerTest, AProbeThatAskedNobodyGivesItsPlaceBack) {
  fail(5);
  clock_.advance(30'000);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  breaker_.failed(Kind::cancelled);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  breaker_.failed(Kind::unavailable);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  EXPECT_NE(breaker_.admit(), std::nullopt) << "nothing showed that the endpoint lives";
}

TEST_F(BreakerTest, ALateSuccessFromBeforeClosesNothing) {
  fail(5);
  breaker_.succeeded();
  EXPECT_NE(breaker_.admit(), std::nullopt);
}

TEST_F(BreakerTest, OurFaultsAndRateLimitsNeverTrip) {
  fail(50, Kind::bad_request);
  fail(50, Kind::context_too_long);
  fail(50, Kind::model_not_found);
  fail(50, Kind::rate_limited);
  fail(50, Kind::cancelled);
  fail(50, Kind::unavailable);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
}

TEST_F(BreakerTest, ABadKeyOrAnEmptyAccountOpensItAtOnceAndForLong) {
  fail(1, Kind::authentication);
  EXPECT_EQ(breaker_.admit(), 600'000);
  clock_.advance(600'000);
  EXPECT_EQ(breaker_.admit(), std::nullopt);
  fail(1, Kind::no_credit);
  EXPECT_EQ(breaker_.admit(), 600'000);
}

}  // namespace
}  // namespace parley::providers
