#include "app/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

namespace parley::app {
namespace {

TEST(Descriptors, TheLimitIsRaisedToTheMostThatIsAllowed) {
  const auto raise = [] {
    const rlimit usual{100, 200};
    ::setrlimit(RLIMIT_NOFILE, &usual);
    const int64_t told = raise_descriptor_limit();
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    const bool is_raised = told == 200 && now.rlim_cur == 200 && descriptor_limit_max() == 200;
    std::exit(is_raised ? EXIT_SUCCESS : EXIT_FAILURE);
  };
  // In a process of its own: a hard limit that was lowered stays so.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(raise(), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

TEST(Descriptors, MoreConnectionsNeedMore) {
  const auto needed_for = [](const char* connections) {
    const auto settings =
        Settings::load({.environment = {{"CONNECTIONS_MAX", connections}, {"ANSWERS_MAX", "10"}}});
    EXPECT_TRUE(settings);
    return descriptors_needed(*settings);
  };
  EXPECT_EQ(needed_for("2000") - needed_for("1000"), 1000);
  EXPECT_GT(needed_for("1000"), 1010);
}

}  // namespace
}  // namespace parley::app
