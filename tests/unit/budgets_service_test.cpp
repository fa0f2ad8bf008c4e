// What budgets refuse, charge, free, report and forget; and the race for the last unit.
#include <gmock/gmock.h>

#include <atomic>
#include <limits>
#include <thread>

#include "tests/unit/budgets_fixture.h"

namespace parley::budgets {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

constexpr int64_t hour_ms = 3'600'000;
constexpr int64_t day_ms = 24 * hour_ms;

TEST_F(BudgetsTest, WhatIsReservedIsNotFreeAndWhatIsNotChargedIsFreeAgain) {
  const Limits limits{.tenant = 100};
  EXPECT_EQ(remaining(acme_, limits), 100);
  const auto reservation = reserve(acme_, limits, 60);
  ASSERT_TRUE(reservation);
  EXPECT_EQ(remaining(acme_, limits), 40);
  EXPECT_FALSE(reserve(acme_, limits, 41));
  settle(acme_, reservation->id, 10);
  EXPECT_EQ(remaining(acme_, limits), 90);
  EXPECT_EQ(used(acme_), 10);
  EXPECT_EQ(reserved(acme_), 0);
}

TEST_F(BudgetsTest, WithoutALimitEverythingFitsAndIsCounted) {
  EXPECT_EQ(remaining(acme_, {}), std::numeric_limits<int64_t>::max());
  const auto reservation = reserve(acme_, {}, 1'000'000'000);
  ASSERT_TRUE(reservation);
  settle(acme_, reservation->id, 7);
  EXPECT_EQ(used(acme_), 7);
}

TEST_F(BudgetsTest, TheRefusalOfATenantsLimitIsTheDocumentedOneAndNoTimeHeals) {
  const Limits limits{.tenant = 1000};
  settle(acme_, reserve(acme_, limits, 1000)->id, 1000);
  const auto refused = reserve(acme_, limits, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().message, "Token limit exceeded");
  EXPECT_EQ(refused.error().advice, "Tenant has used 1000/1000 tokens");
  EXPECT_EQ(refused.error().retry_after_ms, 0);
}

TEST_F(BudgetsTest, ADailyLimitIsHealedByMidnightUtc) {
  const Limits limits{.per_day = 5};  // the clock stands at noon
  settle(acme_, reserve(acme_, limits, 5)->id, 5);
  const auto refused = reserve(acme_, limits, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().advice, "Tenant has used today 5/5 tokens");
  EXPECT_EQ(refused.error().retry_after_ms, 12 * hour_ms);
  clock_.advance_ms(refused.error().retry_after_ms - 1);
  EXPECT_FALSE(reserve(acme_, limits, 1));
  clock_.advance_ms(1);
  EXPECT_TRUE(reserve(acme_, limits, 5));
}

TEST_F(BudgetsTest, OnlyRunningAnswersInTheWayMeanAMomentsPatience) {
  const Limits limits{.tenant = 1};
  ASSERT_TRUE(reserve(acme_, limits, 1));
  const auto refused = reserve(acme_, limits, 1);
  ASSERT_FALSE(refused);
  EXPECT_GT(refused.error().retry_after_ms, 0);
  EXPECT_LT(refused.error().retry_after_ms, 60'000);
}

TEST_F(BudgetsTest, AVisitorAndAConversationHaveTheirOwnLimits) {
  const Limits limits{.per_visitor = 3, .per_conversation = 5};
  const Subject first{"c1", "v1", "", ""};
  settle(acme_, reserve(acme_, limits, 3, first)->id, 3);
  const auto tired = reserve(acme_, limits, 1, first);
  ASSERT_FALSE(tired);
  EXPECT_EQ(tired.error().advice, "You have used today 3/3 tokens");
  EXPECT_EQ(tired.error().retry_after_ms, 12 * hour_ms);
  EXPECT_TRUE(reserve(acme_, limits, 3, {"c2", "v2", "", ""}));
  settle(acme_, reserve(acme_, limits, 2, {"c1", "v3", "", ""})->id, 2);
  const auto full = reserve(acme_, limits, 1, {"c1", "v4", "", ""});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().advice, "This conversation has used 5/5 tokens");
  EXPECT_EQ(full.error().retry_after_ms, 0);
  clock_.advance_ms(day_ms);
  EXPECT_FALSE(reserve(acme_, limits, 1, first)) << "a conversation's limit is not per day";
  EXPECT_TRUE(reserve(acme_, limits, 3, {"c9", "v1", "", ""}));
}

TEST_F(BudgetsTest, ARefusalChangesNothingInTheCallersTransaction) {
  const auto written = write([&](const db::Tx& tx) -> Result<bool> {
    EXPECT_FALSE(service_->reserve(tx, acme_, {"c1", "v1", "", ""}, {.per_day = 1}, 2));
    EXPECT_FALSE(
        service_->reserve(tx, acme_, {"c1", "v1", "", ""}, {.tenant = 9, .per_visitor = 1}, 2));
    return true;
  });
  ASSERT_TRUE(written);
  for (const auto& [name, counter] : counters(acme_)) {
    EXPECT_EQ(counter, std::make_pair(int64_t{0}, int64_t{0})) << name;
  }
}

TEST_F(BudgetsTest, AnExtensionCountsLikeAReservation) {
  const Limits limits{.tenant = 10};
  const auto reservation = reserve(acme_, limits, 4);
  ASSERT_TRUE(extend(acme_, reservation->id, limits, 6));
  const auto refused = extend(acme_, reservation->id, limits, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  settle(acme_, reservation->id, 9);
  EXPECT_EQ(used(acme_), 9);
  EXPECT_EQ(reserved(acme_), 0);
  const auto gone = extend(acme_, reservation->id, limits, 1);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST_F(BudgetsTest, SettlingAndReleasingTwiceChangesNothing) {
  const auto reservation = reserve(acme_, {}, 4);
  settle(acme_, reservation->id, 3);
  settle(acme_, reservation->id, 3);
  release(acme_, reservation->id);
  EXPECT_EQ(used(acme_), 3);
  EXPECT_EQ(reserved(acme_), 0);
  EXPECT_EQ(service_->report(acme_, 0, 100'000)->size(), 1u);
  EXPECT_EQ(service_->report(acme_, 0, 100'000)->front().calls, 1);
}

TEST_F(BudgetsTest, NoTenantTouchesAnothersReservationsOrSpends) {
  const Limits limits{.tenant = 10, .per_day = 10, .per_visitor = 10, .per_conversation = 10};
  const auto reservation = reserve(acme_, limits, 10);
  ASSERT_TRUE(reserve(globex_, limits, 10)) << "the other tenant's names are the same";
  settle(globex_, reservation->id, 5);
  release(globex_, reservation->id);
  EXPECT_FALSE(extend(globex_, reservation->id, {}, 1));
  EXPECT_EQ(reserved(acme_), 10);
  EXPECT_EQ(service_->recover(globex_).value(), 1);
  EXPECT_EQ(reserved(acme_), 10);
  EXPECT_EQ(used(acme_), 0);
  EXPECT_TRUE(service_->report(acme_, 0, 100'000)->empty());
  clock_.advance_ms(3 * day_ms);
  ASSERT_TRUE(service_->sweep(globex_, day_of(clock_.now_ms())));
  EXPECT_EQ(reserved(acme_), 10);
  EXPECT_EQ(counters(acme_).size(), 4u);
}

TEST_F(BudgetsTest, ACrashChargesWhatWasReservedWholeAndSaysWhose) {
  const auto settled = reserve(acme_, {}, 8);
  settle(acme_, settled->id, 2, {.provider = "claude", .model = "sonnet", .is_known = true});
  ASSERT_TRUE(reserve(acme_, {}, 5));
  ASSERT_TRUE(reserve(acme_, {}, 6, {"c2", "v2", "openai", "gpt"}));
  Service after_restart(*database_, entropy_);
  EXPECT_EQ(after_restart.recover(acme_).value(), 2);
  EXPECT_EQ(after_restart.recover(acme_).value(), 0);
  EXPECT_EQ(used(acme_), 13);
  EXPECT_EQ(reserved(acme_), 0);
  EXPECT_THAT(service_->report(acme_, 0, 100'000).value(),
              ElementsAre(AllOf(Field(&UsageDay::provider, "claude"), Field(&UsageDay::calls, 2),
                                Field(&UsageDay::unknown_calls, 1), Field(&UsageDay::units, 7)),
                          AllOf(Field(&UsageDay::provider, "openai"), Field(&UsageDay::calls, 1),
                                Field(&UsageDay::unknown_calls, 1), Field(&UsageDay::units, 6))));
}

TEST_F(BudgetsTest, TheReportAddsUpByDayProviderAndModel) {
  const Spent spent{"claude", "sonnet", true, 100, 40, 20, 5, 777};
  const int64_t today = day_of(clock_.now_ms());
  const auto late = reserve(acme_, {}, 1);
  settle(acme_, reserve(acme_, {}, 1)->id, 1, spent);
  settle(acme_, reserve(acme_, {}, 1)->id, 1, spent);
  clock_.advance_ms(day_ms);
  settle(acme_, late->id, 1, {"claude", "haiku", true, 1, 0, 2, 0, 3});
  settle(acme_, reserve(acme_, {}, 1)->id, 1, spent);

  const auto all = service_->report(acme_, today, today + 1).value();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].model, "haiku") << "an answer belongs to the day on which it began";
  EXPECT_EQ(all[0].day, today);
  EXPECT_EQ(all[1].tenant_id, "acme");
  EXPECT_EQ(all[1].calls, 2);
  EXPECT_EQ(all[1].unknown_calls, 0);
  EXPECT_EQ(all[1].units, 2);
  EXPECT_EQ(all[1].input_tokens, 200);
  EXPECT_EQ(all[1].cached_tokens, 80);
  EXPECT_EQ(all[1].output_tokens, 40);
  EXPECT_EQ(all[1].reasoning_tokens, 10);
  EXPECT_EQ(all[1].cost_microusd, 1554);
  EXPECT_EQ(all[2].day, today + 1);
  EXPECT_EQ(service_->report(acme_, today, today)->size(), 2u);
  EXPECT_EQ(service_->report(acme_, today + 1, today + 9)->size(), 1u);
  EXPECT_TRUE(service_->report(globex_, today, today + 1)->empty());
}

TEST_F(BudgetsTest, TheSweepKeepsTodayTheTenantAndWhatStillLives) {
  write([](const db::Tx& tx) -> Result<bool> {
    tx.execute(
        "INSERT INTO conversations (tenant_id, id, config, token_hash, created_at, "
        "last_activity_at) VALUES ('acme', 'c1', '{}', '', 0, 0)",
        {});
    return true;
  });
  settle(acme_, reserve(acme_, {}, 3)->id, 3);
  settle(acme_, reserve(acme_, {}, 4, {"erased", "v1", "", ""})->id, 4);
  const int64_t first_day = day_of(clock_.now_ms());
  ASSERT_TRUE(reserve(acme_, {}, 5, {"c1", "v2", "claude", "sonnet"})) << "never settled";
  clock_.advance_ms(2 * day_ms);
  settle(acme_, reserve(acme_, {}, 1, {"c1", "v1", "", ""})->id, 1);

  ASSERT_TRUE(service_->sweep(acme_, first_day + 1));
  EXPECT_EQ(reserved(acme_), 0);
  EXPECT_EQ(used(acme_), 13) << "the lost reservation is charged whole";
  clock_.advance_ms(day_ms);
  ASSERT_TRUE(service_->sweep(acme_, first_day + 3));
  const std::string day = std::to_string(first_day + 2);
  EXPECT_EQ(counters(acme_).count("tenant "), 1u);
  EXPECT_EQ(counters(acme_).count("conversation c1"), 1u);
  EXPECT_EQ(counters(acme_).count("conversation erased"), 0u);
  EXPECT_EQ(counters(acme_).count("day " + day), 0u);
  EXPECT_EQ(counters(acme_).size(), 2u) << "days and visitors of days past are forgotten";
}

TEST_F(BudgetsTest, OfTwoHundredThreadsExactlyOneGetsTheLastUnit) {
  const Limits limits{.tenant = 10};
  settle(acme_, reserve(acme_, limits, 9)->id, 9);
  std::atomic<int> won = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 200; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = std::to_string(i);
      const auto got = reserve(acme_, limits, 1, {"c" + name, "v" + name, "", ""});
      if (got) ++won;
      if (!got && got.error().code == ErrorCode::rate_limited) ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(refused, 199);
  EXPECT_EQ(used(acme_) + reserved(acme_), 10);
}

TEST(BudgetDays, AreDaysOfUtcAndReadAsDates) {
  EXPECT_EQ(day_of(0), 0);
  EXPECT_EQ(day_of(day_ms - 1), 0);
  EXPECT_EQ(day_of(day_ms), 1);
  EXPECT_EQ(day_of(-1), -1);
  EXPECT_EQ(date_of(0), "1970-01-01");
  EXPECT_EQ(date_of(day_of(1'795'176'000'000)), "2026-11-20");
  EXPECT_EQ(day_of_date("2026-11-20").value(), day_of(1'795'176'000'000));
  EXPECT_EQ(day_of_date("2024-02-29").value(), day_of_date("2024-03-01").value() - 1);
  for (const char* bad : {"", "2026-1-20", "2026-02-30", "2026-13-01", "2026/11/20", "20261120",
                          "2026-11-20 ", "-026-11-20", "2026-00-10", "２026-11-20"}) {
    EXPECT_FALSE(day_of_date(bad)) << bad;
  }
}

}  // namespace
}  // namespace parley::budgets
