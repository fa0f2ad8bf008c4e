#include "base/thread_group.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "base/log.h"
#include "tests/fakes/exhausted.h"

namespace parley {
namespace {

/// Runs one job and waits until its place is free again.
std::thread::id run_alone(ThreadGroup& group) {
  EXPECT_TRUE(group.reserve());
  std::promise<std::thread::id> ran;
  EXPECT_TRUE(group.start([&] { ran.set_value(std::this_thread::get_id()); }));
  const std::thread::id id = ran.get_future().get();
  while (group.size() > 0) std::this_thread::yield();
  return id;
}

TEST(ThreadGroupTest, AThreadThatHasEndedItsJobTakesTheNext) {
  ThreadGroup group(4);
  const std::thread::id first = run_alone(group);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(run_alone(group), first);
}

TEST(ThreadGroupTest, WithoutIdleThreadsEachJobStillRuns) {
  ThreadGroup group(2, 0);
  for (int i = 0; i < 10; ++i) run_alone(group);
}

TEST(ThreadGroupTest, JobsThatWaitForEachOtherAllRunAtOnce) {
  constexpr int jobs = 16;
  ThreadGroup group(jobs, 4);
  for (int round = 0; round < 3; ++round) {
    std::latch all_run(jobs);
    for (int i = 0; i < jobs; ++i) {
      while (!group.reserve()) std::this_thread::yield();
      ASSERT_TRUE(group.start([&] { all_run.arrive_and_wait(); }));
    }
    while (group.size() > 0) std::this_thread::yield();
  }
}

TEST(ThreadGroupTest, AmongIdleThreadsTheLastOneTakesEveryJob) {
  constexpr int jobs = 4;
  ThreadGroup group(jobs);
  std::latch all_run(jobs);
  for (int i = 0; i < jobs; ++i) {
    ASSERT_TRUE(group.reserve());
    ASSERT_TRUE(group.start([&] { all_run.arrive_and_wait(); }));
  }
  while (group.size() > 0) std::this_thread::yield();
  const std::thread::id last = run_alone(group);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(run_alone(group), last);
}

TEST(ThreadGroupTest, NoMoreThanItsPlacesAreGiven) {
  ThreadGroup group(2);
  EXPECT_TRUE(group.reserve());
  EXPECT_TRUE(group.reserve());
  EXPECT_FALSE(group.reserve());
  group.release();
  EXPECT_TRUE(group.reserve());
  group.release();
  group.release();
}

TEST(ThreadGroupTest, AThreadThatCannotBeHadTakesNoPlaceAndNoJob) {
  log::set_level(log::Level::off);
  std::atomic<bool> has_run = false;
  {
    ThreadGroup group(1);
    ASSERT_TRUE(group.reserve());
    {
      const fakes::NoThreadsLeft none;
      EXPECT_FALSE(group.start([&] { has_run = true; }));
    }
    EXPECT_EQ(group.size(), 0U);
    run_alone(group);
  }
  EXPECT_FALSE(has_run) << "its caller was told that it never runs";
}

TEST(ThreadGroupTest, AnIdleThreadNeedsNoOther) {
  ThreadGroup group(2);
  const std::thread::id first = run_alone(group);
  const fakes::NoThreadsLeft none;
  EXPECT_EQ(run_alone(group), first);
}

TEST(ThreadGroupTest, AnExceptionEndsItsJobAlone) {
  log::set_level(log::Level::off);
  ThreadGroup group(1);
  ASSERT_TRUE(group.reserve());
  ASSERT_TRUE(group.start([] { throw std::runtime_error("no descriptors"); }));
  while (group.size() > 0) std::this_thread::yield();
  run_alone(group);
}

TEST(ThreadGroupTest, ItsEndWaitsForEveryJob) {
  std::atomic<int> done = 0;
  {
    ThreadGroup group(64, 2);
    for (int i = 0; i < 64; ++i) {
      ASSERT_TRUE(group.reserve());
      ASSERT_TRUE(group.start([&] { ++done; }));
    }
  }
  EXPECT_EQ(done, 64);
}

}  // namespace
}  // namespace parley
