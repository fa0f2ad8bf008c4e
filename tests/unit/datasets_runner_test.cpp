// The Runner: places in turn, deadlines, stops, and workers that die.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "datasets/places.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

constexpr const char* endless =
    "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT count(*) FROM n";

Query endless_query(int64_t deadline_ms) {
  Query query = sales().query(endless);
  query.limits.deadline_ms = deadline_ms;
  return query;
}

/// Yields until `is_true`; false after a generous while.
template <class Condition>
bool wait_until(Condition is_true) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

/// The workers whose parent is `parent`.
std::vector<pid_t> workers_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    pid_t id = 0;
    pid_t its_parent = 0;
    std::string name;
    std::string state;
    if (!(stat >> id >> name >> state >> its_parent)) continue;
    if (its_parent == parent && name == "(sql-worker)" && state != "Z") found.push_back(id);
  }
  return found;
}

/// Kills the processes that fork, or the children that they have forked.
void kill_workers(bool children) {
  for (const pid_t worker : workers_of(::getpid())) {
    if (!children) ::kill(worker, SIGKILL);
    for (const pid_t child : workers_of(worker)) {
      if (children) ::kill(child, SIGKILL);
    }
  }
}

TEST(DatasetsRunner, TheProcessThatForksIsNotStarvedByABusyMachine) {
  Runner runner({});
  std::stop_source stop;
  std::jthread running(
      [&] { static_cast<void>(runner.run("a", endless_query(60'000), stop.get_token())); });
  const auto statement_yields = [] {
    for (const pid_t worker : workers_of(::getpid())) {
      for (const pid_t child : workers_of(worker)) {
        if (::sched_getscheduler(child) == SCHED_IDLE) return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(wait_until(statement_yields)) << "statements get only what is idle";
  for (const pid_t worker : workers_of(::getpid())) {
    EXPECT_EQ(::sched_getscheduler(worker), SCHED_OTHER) << "every query waits for this one";
  }
  stop.request_stop();
}

TEST(DatasetsRunner, KillsAtTheDeadlineAndCounts) {
  Runner runner({});
  const auto result = runner.run("a", endless_query(100), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  EXPECT_EQ(result.error().message, "the query took longer than 0.1 s: aggregate or filter more");
  // One opcode that takes minutes: nothing but a kill ends it.
  Query query = sales().query("SELECT length(printf('%.*c', 1000000000, 'x'))");
  query.limits.deadline_ms = 1;
  static_cast<void>(runner.run("a", query, {}));
  EXPECT_EQ(runner.statistics().queries_total, 2);
  EXPECT_EQ(runner.statistics().running, 0);
}

TEST(DatasetsRunner, StopEndsTheRunningAndTheWaiting) {
  Runner runner({.running_max = 1, .per_owner_max = 1, .wait_ms_max = 60'000});
  std::stop_source stop;
  std::vector<std::jthread> threads;
  std::atomic<int> stopped = 0;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const auto result = runner.run("a", endless_query(60'000), stop.get_token());
      if (!result && result.error().code == ErrorCode::unavailable) ++stopped;
    });
  }
  EXPECT_TRUE(wait_until([&] { return runner.statistics().queries_total == 1; }));
  stop.request_stop();
  threads.clear();
  EXPECT_EQ(stopped, 3);
  EXPECT_TRUE(runner.run("a", sales().query("SELECT 1"), {}));
}

TEST(DatasetsRunner, AnOwnerHasItsShareAndOthersTheRest) {
  Places places({.running_max = 3, .per_owner_max = 2, .wait_ms_max = 1});
  const auto first = places.take("a", {});
  auto second = std::make_optional(places.take("a", {}));
  ASSERT_TRUE(first && *second);
  const auto third = places.take("a", {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::unavailable);
  const auto other = places.take("b", {});
  EXPECT_TRUE(other);
  EXPECT_FALSE(places.take("c", {}));
  EXPECT_EQ(places.running(), 3);
  second.reset();
  EXPECT_TRUE(places.take("c", {}));
  EXPECT_EQ(places.running(), 2);
}

TEST(DatasetsRunner, WhoWaitsIsServedInTurn) {
  Places places({.running_max = 1, .per_owner_max = 1, .wait_ms_max = 60'000});
  auto held = std::make_optional(places.take("z", {}));
  std::mutex mutex;
  std::string order;
  std::atomic<int> waiting = 0;
  std::vector<std::jthread> threads;
  for (const char* owner : {"a", "b", "c", "d"}) {
    threads.emplace_back([&, owner] {
      const auto place = places.take(owner, {});
      const std::lock_guard lock(mutex);
      order += owner;
    });
    EXPECT_TRUE(wait_until([&] { return places.waiting() == waiting + 1; }));
    ++waiting;
  }
  held.reset();
  threads.clear();
  EXPECT_EQ(order, "abcd");
}

TEST(DatasetsRunner, ManyThreadsShareOneWorker) {
  Runner runner({.running_max = 4, .per_owner_max = 4, .wait_ms_max = 60'000});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 10; ++round) {
          const auto result = runner.run(
              std::to_string(i), sales().query("SELECT " + std::to_string(i * 100 + round)), {});
          if (result && result->rows[0][0] == i * 100 + round) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 80);
  EXPECT_EQ(runner.statistics().queries_total, 80);
}

TEST(DatasetsRunner, OutlivesTheDeathOfItsWorkersMidQuery) {
  Runner runner({});
  ASSERT_TRUE(runner.run("a", sales().query("SELECT 1"), {}));
  for (int i = 0; i < repeats(50, 500); ++i) {
    std::optional<Result<QueryResult>> result;
    std::atomic<bool> done = false;
    const std::jthread asking([&] {
      result = runner.run("a", endless_query(30'000), {});
      done = true;
    });
    // Again and again: the first may hit a child that has answered and is about to end.
    ASSERT_TRUE(wait_until([&] {
      kill_workers(i % 2 == 0);
      return done.load();
    }));
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().code, ErrorCode::internal) << result->error().message;
    ASSERT_TRUE(runner.run("a", sales().query("SELECT 1"), {}));
  }
}

TEST(DatasetsRunner, AWorkerThatCannotServeIsAnError) {
  for (const char* program : {"/absent", "/bin/true", "/bin/false"}) {
    Runner runner({.worker_command = {program}});
    const auto result = runner.run("a", sales().query("SELECT 1"), {});
    ASSERT_FALSE(result) << program;
    EXPECT_EQ(result.error().code, ErrorCode::internal) << program;
  }
}

TEST(DatasetsRunner, TakesItsWorkersAlong) {
  pid_t worker = 0;
  {
    Runner runner({});
    const std::vector<pid_t> before = workers_of(::getpid());
    ASSERT_TRUE(runner.run("a", sales().query("SELECT 1"), {}));
    for (const pid_t id : workers_of(::getpid())) {
      if (std::find(before.begin(), before.end(), id) == before.end()) worker = id;
    }
    ASSERT_GT(worker, 0);
  }
  const auto left = workers_of(::getpid());
  EXPECT_EQ(std::find(left.begin(), left.end(), worker), left.end());
}

}  // namespace
}  // namespace parley::datasets
