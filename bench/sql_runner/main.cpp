// Measures the Runner: a trivial statement, hostile ones against their deadline, a new worker.
// Prints one line of JSON; all times in milliseconds. Its worker is this same program.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string_view>

#include "datasets/worker.h"
#include "tests/unit/datasets_bombs.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int64_t deadline_ms = 250;  // the overrun does not depend on it, the part's length does
constexpr int trivial_count = 1'000;
constexpr int restarts = 20;

double ms_since(SteadyClock::time_point began) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

double time_of(Runner& runner, const Query& query, bool must_succeed) {
  const auto began = SteadyClock::now();
  const auto result = runner.run("bench", query, {});
  const double took = ms_since(began);
  if (must_succeed && !result) throw std::runtime_error(result.error().message);
  return took;
}

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(static_cast<double>(values.size() - 1) * share)];
}

int measure() {
  const Query trivial = sales().query("SELECT 1");
  const Query sum = sales().query("SELECT region, sum(amount) FROM orders GROUP BY region");
  std::vector<double> starts;
  for (int i = 0; i < restarts; ++i) {
    Runner fresh({});
    starts.push_back(time_of(fresh, trivial, true));
  }
  Runner runner({});
  time_of(runner, trivial, true);
  std::vector<double> trivials;
  for (int i = 0; i < trivial_count; ++i) trivials.push_back(time_of(runner, trivial, true));
  std::vector<double> sums;
  for (int i = 0; i < trivial_count / 10; ++i) sums.push_back(time_of(runner, sum, true));
  std::vector<double> overruns;
  int within = 0;
  for (const std::string& statement : bombs()) {
    Query bomb = sales().query(statement);
    bomb.limits.deadline_ms = deadline_ms;
    overruns.push_back(std::max(0.0, time_of(runner, bomb, false) - double{deadline_ms}));
    if (overruns.back() <= 150) ++within;
  }
  fmt::print(
      R"({{"trivial_median":{:.3f},"trivial_p99":{:.3f},"sum_median":{:.3f},"start_median":{:.3f},)"
      R"("overrun_max":{:.1f},"overrun_median":{:.1f},"bombs":{},"within":{}}})"
      "\n",
      percentile(trivials, 0.5), percentile(trivials, 0.99), percentile(sums, 0.5),
      percentile(starts, 0.5), percentile(overruns, 1), percentile(overruns, 0.5), overruns.size(),
      within);
  return 0;
}

}  // namespace
}  // namespace parley::datasets

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "sql-worker") {
    return parley::datasets::run_worker();
  }
  return parley::datasets::measure();
}
