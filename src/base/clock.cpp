#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace parley {

namespace {

template <class SomeClock>
int64_t milliseconds_of() {
  using std::chrono::duration_cast, std::chrono::milliseconds;
  return duration_cast<milliseconds>(SomeClock::now().time_since_epoch()).count();
}

}  // namespace

int64_t SystemClock::now_ms() const {
  return milliseconds_of<std::chrono::system_clock>();
}

int64_t SystemClock::steady_ms() const {
  return milliseconds_of<std::chrono::steady_clock>();
}

std::string iso_timestamp(int64_t epoch_ms) {
  const int64_t milliseconds = ((epoch_ms % 1000) + 1000) % 1000;
  const auto seconds = static_cast<std::time_t>((epoch_ms - milliseconds) / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}000+00:00", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     milliseconds);
}

}  // namespace parley
