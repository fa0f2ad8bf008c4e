#include "providers/retry.h"

#include <gtest/gtest.h>

#include <thread>
#include <tuple>

#include "providers/failover.h"
#include "tests/unit/provider_fakes.h"

namespace parley::providers {
namespace {

using Kind = Failure::Kind;

Request hello() {
  Request request;
  request.model = "asked-model";
  request.turns.emplace_back();
  return request;
}

class RetryTest : public testing::Test {
 protected:
  AnswerResult ask(Provider& provider, const std::stop_token& stop = {}) {
    parts_.clear();
    return provider.answer(
        hello(), [this](const Part& part) { parts_.push_back(part); }, stop);
  }
  std::string said() const {
    std::string text;
    for (const Part& part : parts_) {
      if (const auto* delta = std::get_if<TextDelta>(&part)) text += delta->text;
    }
    return text;
  }

  std::vector<Part> parts_;
  ManualClock clock_;
  CountingWaiter waiter_{clock_};
  ConstantEntropy entropy_{0xFF};
  RetryPolicy policy_;
  ScriptedProvider first_{"first"};
  ScriptedProvider second_{"second"};
  Breaker first_breaker_{BreakerPolicy{}, clock_};
  Breaker second_breaker_{BreakerPolicy{}, clock_};
  RetryingProvider retrying_first_{first_, first_breaker_, policy_, waiter_, clock_, entropy_};
  RetryingProvider retrying_second_{second_, second_breaker_, policy_, waiter_, clock_, entropy_};
  FailoverProvider failover_{retrying_first_, {&retrying_second_}, policy_.total_ms, clock_};
};

TEST_F(RetryTest, TriesTwiceMoreWithGrowingWaits) {
  first_.will_fail(Kind::overloaded);
  const auto result = ask(retrying_first_);
  EXPECT_EQ(result.error().kind, Kind::overloaded);
  EXPECT_EQ(first_.requests.size(), 3U);
  EXPECT_EQ(waiter_.waits, (std::vector<int64_t>{499, 999}));
}

TEST_F(RetryTest, JitterIsFull) {
  ConstantEntropy none(0);
  RetryingProvider retrying(first_, first_breaker_, policy_, waiter_, clock_, none);
  first_.will_fail(Kind::network);
  first_.will_say("Hello");
  EXPECT_EQ(ask(retrying).value().text, "Hello");
  EXPECT_EQ(waiter_.waits, (std::vector<int64_t>{0}));
}

TEST_F(RetryTest, RetryAfterIsTheMinimumAndALongOneIsNotWaitedFor) {
  first_.will_fail({.kind = Kind::rate_limited, .retry_after_ms = 3'000});
  first_.will_fail({.kind = Kind::rate_limited, .retry_after_ms = 8'001});
  EXPECT_EQ(ask(retrying_first_).error().retry_after_ms, 8'001);
  EXPECT_EQ(waiter_.waits, (std::vector<int64_t>{3'000}));
}

TEST_F(RetryTest, TheServersWordDecidesUnlessItCannotHelp) {
  const std::tuple<Kind, std::optional<bool>, bool> table[] = {
      {Kind::overloaded, std::nullopt, true},
      {Kind::overloaded, false, false},
      {Kind::bad_request, std::nullopt, false},
      {Kind::bad_request, true, true},
      {Kind::authentication, true, false},
      {Kind::no_credit, true, false},
      {Kind::unavailable, true, false},
      {Kind::cancelled, true, false},
      {Kind::rate_limited, std::nullopt, true},
      {Kind::network, std::nullopt, true},
      {Kind::timeout, std::nullopt, true},
      {Kind::context_too_long, std::nullopt, false},
      {Kind::model_not_found, std::nullopt, false}};
  for (const auto& [kind, word, expected] : table) {
    EXPECT_EQ(is_retryable({.kind = kind, .should_retry = word}), expected) << name_of(kind);
  }
}

TEST_F(RetryTest, NothingIsSaidTwice) {
  Answer torso;
  torso.text = "Hel";
  torso.finish = Finish::truncated;
  first_.steps.push_back({{TextDelta{"Hel"}}, torso});
  const auto result = ask(failover_);
  EXPECT_EQ(result.value().finish, Finish::truncated);
  EXPECT_EQ(said(), "Hel");
  EXPECT_EQ(first_.requests.size(), 1U);
  EXPECT_TRUE(second_.requests.empty());
}

TEST_F(RetryTest, AToolCallOfAFailedAttemptIsNotAnnounced) {
  first_.steps.push_back({{ToolCallStarted{"call_1", "search_file"}}, tl::unexpected(Failure{})});
  first_.steps.push_back({{ToolCallStarted{"call_2", "search_file"}}, Answer{}});
  ASSERT_TRUE(ask(retrying_first_));
  ASSERT_EQ(parts_.size(), 1U);
  EXPECT_EQ(std::get<ToolCallStarted>(parts_[0]).id, "call_2");
}

TEST_F(RetryTest, AStopEndsTheWaiting) {
  first_.will_fail(Kind::overloaded);
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(ask(failover_, source.get_token()).error().kind, Kind::cancelled);
  EXPECT_EQ(first_.requests.size(), 1U);
  EXPECT_TRUE(second_.requests.empty());
}

TEST_F(RetryTest, TheTotalBoundsAllAttempts) {
  policy_.total_ms = 1'000;
  RetryingProvider retrying(first_, first_breaker_, policy_, waiter_, clock_, entropy_);
  first_.will_fail(Kind::overloaded);
  ask(retrying);
  ASSERT_EQ(first_.requests.size(), 2U);
  EXPECT_EQ(first_.requests[0].total_ms, 1'000);
  EXPECT_EQ(first_.requests[1].total_ms, 501);
}

TEST_F(RetryTest, WhatFailedAttemptsCostIsCounted) {
  Failure failure{.kind = Kind::overloaded};
  failure.usage.known = true;
  failure.usage.input_uncached = 10;
  Answer answer;
  answer.usage.known = true;
  answer.usage.output = 3;
  first_.will_fail(failure);
  first_.steps.push_back({{}, answer});
  const auto result = ask(retrying_first_);
  EXPECT_EQ(result.value().usage.input_uncached, 10);
  EXPECT_EQ(result->usage.output, 3);
  EXPECT_TRUE(result->usage.known);
}

TEST_F(RetryTest, FailsOverWithTheOthersOwnModel) {
  first_.will_fail(Kind::overloaded);
  second_.will_say("Hello");
  const auto result = ask(failover_);
  EXPECT_EQ(result.value().provider, "second");
  EXPECT_EQ(said(), "Hello");
  EXPECT_EQ(first_.requests.at(0).model, "asked-model");
  EXPECT_EQ(second_.requests.at(0).model, "");
  EXPECT_EQ(failover_.name(), "first");
}

TEST_F(RetryTest, WhatAnotherVendorSharesDoesNotFailOver) {
  for (const Kind kind : {Kind::bad_request, Kind::context_too_long, Kind::cancelled}) {
    first_.steps.clear();
    first_.will_fail(kind);
    EXPECT_EQ(ask(failover_).error().kind, kind);
  }
  EXPECT_TRUE(second_.requests.empty());
}

TEST_F(RetryTest, ABadKeyFailsOverAtOnceAndIsNotTriedAgain) {
  first_.will_fail(Kind::authentication);
  second_.will_say("Hello");
  EXPECT_TRUE(ask(failover_));
  EXPECT_TRUE(ask(failover_));
  EXPECT_EQ(first_.requests.size(), 1U);
  EXPECT_TRUE(waiter_.waits.empty());
}

TEST_F(RetryTest, ARefusalIsAnAnswer) {
  first_.will_say("", Finish::refusal);
  first_.steps.front().parts.clear();
  EXPECT_EQ(ask(failover_).value().finish, Finish::refusal);
  EXPECT_TRUE(second_.requests.empty());
}

TEST_F(RetryTest, WhenAllFailTheFirstRealFailureIsTold) {
  first_.will_fail(Kind::authentication);
  second_.will_fail(Kind::rate_limited);
  EXPECT_EQ(ask(failover_).error().kind, Kind::authentication);
  const auto later = ask(failover_);
  EXPECT_EQ(later.error().kind, Kind::rate_limited) << "the first one's breaker is open";
  EXPECT_NE(later.error().detail.find("first:"), std::string::npos);
  EXPECT_NE(later.error().detail.find("second:"), std::string::npos);
}

TEST_F(RetryTest, AnOutageCostsFewCallsAndEndsWithAProbe) {
  first_.will_fail(Kind::overloaded);
  second_.will_say("Hello");
  for (int call = 0; call < 3'000; ++call) {  // 50 a second for a minute
    EXPECT_EQ(ask(failover_).value().provider, "second");
    clock_.advance(20);
  }
  EXPECT_LE(first_.requests.size(), 20U);
  first_.steps.clear();
  first_.will_say("Back");
  clock_.advance(30'000);
  EXPECT_EQ(ask(failover_).value().provider, "first");
}

TEST_F(RetryTest, BrokenStreamsOpenTheBreakerToo) {
  first_.will_say("Hel", Finish::truncated);
  for (int call = 0; call < 5; ++call) ask(retrying_first_);
  EXPECT_EQ(ask(retrying_first_).error().kind, Kind::unavailable);
}

class ResendTest : public RetryTest {
 protected:
  AnswerResult ask_paying(Provider& provider, size_t resends_max) {
    Request request = hello();
    request.may_resend = [this, resends_max](const Failure& failure) {
      asked_.push_back(failure.may_have_cost);
      return asked_.size() <= resends_max;
    };
    return provider.answer(request, [](const Part&) {}, {});
  }
  static Failure cut() { return {.kind = Kind::network, .detail = "cut", .may_have_cost = true}; }

  std::vector<bool> asked_;
};

TEST_F(ResendTest, EveryFurtherAttemptIsAskedFor) {
  first_.will_fail(cut());
  first_.will_fail(Kind::overloaded);
  first_.will_fail(cut());
  second_.will_say("Hello");
  EXPECT_EQ(ask_paying(failover_, 9).value().provider, "second");
  EXPECT_EQ(asked_, (std::vector<bool>{true, false, true}));
}

TEST_F(ResendTest, WithoutLeaveTheFailureStands) {
  first_.will_fail(cut());
  second_.will_say("Hello");
  const auto refused = ask_paying(retrying_first_, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::network);
  EXPECT_TRUE(refused.error().may_have_cost) << "nobody has counted this attempt yet";
  EXPECT_EQ(first_.requests.size(), 1U);
  EXPECT_TRUE(waiter_.waits.empty());
}

TEST_F(ResendTest, WithoutLeaveNoOtherVendorIsAsked) {
  first_.will_fail(Kind::authentication);
  second_.will_say("Hello");
  EXPECT_FALSE(ask_paying(failover_, 0));
  EXPECT_TRUE(second_.requests.empty());
}

TEST_F(ResendTest, OnlyTheLastAttemptsCostIsLeftOpen) {
  first_.will_fail(cut());
  second_.will_fail(Kind::rate_limited);
  const auto failed = ask_paying(failover_, 99);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::network) << "the first real failure is told";
  EXPECT_FALSE(failed.error().may_have_cost);
}

TEST(SystemWaiter, IsEndedByAStop) {
  SystemWaiter waiter;
  EXPECT_TRUE(waiter.wait(1, {}));
  std::jthread waiting(
      [&](const std::stop_token& stop) { EXPECT_FALSE(waiter.wait(60'000, stop)); });
  waiting.request_stop();
}

}  // namespace
}  // namespace parley::providers
