#include "base/clock.h"

#include <chrono>
#include <ctime>

namespace parley {

namespace {

template <class SomeClock>
int64_t milliseconds_of() {
  using std::chrono::duration_cast, std::chrono::milliseconds;
  return duration_cast<milliseconds>(SomeClock::now().time_since_epoch()).count();
}

/// Writes `number` so that its last digit is before `end`; what is left of it stays.
void put_digits(std::string& text, size_t end, int number) {
  for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
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
  // By hand: every request needs one or two, and a format string costs ten times as much.
  std::string text = "0000-00-00T00:00:00.000000+00:00";
  put_digits(text, 4, utc.tm_year + 1900);
  put_digits(text, 7, utc.tm_mon + 1);
  put_digits(text, 10, utc.tm_mday);
  put_digits(text, 13, utc.tm_hour);
  put_digits(text, 16, utc.tm_min);
  put_digits(text, 19, utc.tm_sec);
  put_digits(text, 23, static_cast<int>(milliseconds));
  return text;
}

}  // namespace parley
