#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace parley {

TEST(Metrics, writes_the_exposition_format) {
  Metrics metrics;
  metrics.count("requests_total", {{"route", "a \"quoted\" \\ one"}});
  metrics.count("requests_total", {{"route", "b"}}, 2);
  metrics.observe_seconds("seconds", {}, 0.003);
  metrics.before_text([&metrics] { metrics.set("open", {}, 5); });
  const std::string text = metrics.text();
  EXPECT_THAT(text, testing::HasSubstr("# TYPE requests_total counter\n"));
  EXPECT_THAT(text, testing::HasSubstr(R"(requests_total{route="a \"quoted\" \\ one"} 1)"));
  EXPECT_THAT(text, testing::HasSubstr("requests_total{route=\"b\"} 2"));
  EXPECT_THAT(text, testing::HasSubstr("seconds_bucket{le=\"0.005\"} 1"));
  EXPECT_THAT(text, testing::HasSubstr("open 5"));
}

TEST(Metrics, counts_from_many_threads) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&metrics] {
        for (int n = 0; n < 1000; ++n) metrics.count("n_total", {{"a", std::to_string(n % 3)}});
      });
    }
  }
  EXPECT_THAT(metrics.text(), testing::HasSubstr("n_total{a=\"0\"} 1336"));
}

}  // namespace parley
