#include "files/statements.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>

namespace parley::files {
namespace {

TEST(FilesStatements, RefusesMoreThanItMayRunAndEndsThemWithItself) {
  std::atomic<size_t> ended = 0;
  std::latch began(Statements::running_max);
  {
    Statements statements;
    for (size_t i = 0; i < Statements::running_max; ++i) {
      ASSERT_TRUE(statements.start([&](const std::stop_token& stop) {
        began.count_down();
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any stopped;
        stopped.wait(lock, stop, [] { return false; });
        ++ended;
      }));
    }
    began.wait();
    const auto refused = statements.start([&](const std::stop_token&) { ++ended; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(refused.error().message,
              "Too many queries are waiting. Please try again in a moment.");
    EXPECT_EQ(ended, 0U);
  }
  EXPECT_EQ(ended, Statements::running_max);
}

TEST(FilesStatements, RunsOnWhenOneHasEnded) {
  Statements statements;
  for (size_t i = 0; i < 2 * Statements::running_max; ++i) {
    std::latch ran(1);
    while (!statements.start([&ran](const std::stop_token&) { ran.count_down(); })) {
      std::this_thread::yield();  // the place is free once the thread is
    }
    ran.wait();
  }
}

}  // namespace
}  // namespace parley::files
