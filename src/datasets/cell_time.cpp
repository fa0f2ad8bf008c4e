#include "datasets/cell_time.h"

#include <algorithm>
#include <chrono>

namespace parley::datasets {

namespace {

constexpr int day_seconds = 24 * 60 * 60;
constexpr size_t fraction_digits_max = 9;

/// A cell read from its front.
struct Rest {
  std::string_view text;

  bool take(char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
  }

  /// Between `least` and `most` digits, as a number.
  bool take(size_t least, size_t most, int& value) {
    value = 0;
    const size_t length = run(most);
    for (size_t at = 0; at < length; ++at) value = value * 10 + (text[at] - '0');
    text.remove_prefix(length);
    return length >= least;
  }

  /// How many digits come next, at most `most`.
  size_t run(size_t most) const {
    size_t length = 0;
    while (length < text.size() && length < most && text[length] >= '0' && text[length] <= '9') {
      ++length;
    }
    return length;
  }
};

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

bool take_month_name(Rest& rest, int& month) {
  constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (rest.text.size() < 3) return false;
  const std::array<char, 3> name = {lower(rest.text[0]), lower(rest.text[1]), lower(rest.text[2])};
  const size_t at = names.find(std::string_view(name.data(), name.size()));
  if (at == std::string_view::npos || at % 3 != 0) return false;
  month = static_cast<int>(at / 3) + 1;
  rest.text.remove_prefix(3);
  return true;
}

bool take_year_first(Rest& rest, char separator, Moment& moment) {
  return rest.take(4, 4, moment.year) && rest.take(separator) && rest.take(1, 2, moment.month) &&
         rest.take(separator) && rest.take(1, 2, moment.day);
}

bool take_year_last(Rest& rest, char separator, int& first, int& second, int& year) {
  return rest.take(1, 2, first) && rest.take(separator) && rest.take(1, 2, second) &&
         rest.take(separator) && rest.take(4, 4, year);
}

bool take_named(Rest& rest, Moment& moment) {
  if (!rest.take(1, 2, moment.day)) return false;
  const char separator = rest.take('-') ? '-' : ' ';
  if (separator == ' ' && !rest.take(' ')) return false;
  return take_month_name(rest, moment.month) && rest.take(separator) &&
         rest.take(4, 4, moment.year);
}

bool take_date(Rest& rest, DateOrder order, Moment& moment) {
  switch (order) {
    case DateOrder::iso:
      return take_year_first(rest, '-', moment);
    case DateOrder::year_slash:
      return take_year_first(rest, '/', moment);
    case DateOrder::day_dot:
      return take_year_last(rest, '.', moment.day, moment.month, moment.year);
    case DateOrder::month_slash:
      return take_year_last(rest, '/', moment.month, moment.day, moment.year);
    case DateOrder::day_slash:
      return take_year_last(rest, '/', moment.day, moment.month, moment.year);
    case DateOrder::day_name:
      return take_named(rest, moment);
  }
  return false;
}

bool is_day(int year, int month, int day) {
  constexpr std::array days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[static_cast<size_t>(month - 1)] + (month == 2 && is_leap ? 1 : 0);
}

/// " AM", "pm": the hour on the 24-hour clock.
bool take_half(Rest& rest, int& hour) {
  Rest after = rest;
  after.take(' ');
  if (after.text.size() < 2 || lower(after.text[1]) != 'm') return true;
  const char half = lower(after.text[0]);
  if ((half != 'a' && half != 'p') || hour < 1 || hour > 12) return false;
  hour = hour % 12 + (half == 'p' ? 12 : 0);
  after.text.remove_prefix(2);
  rest = after;
  return true;
}

bool take_clock(Rest& rest, Moment& moment) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!rest.take(1, 2, hour) || !rest.take(':') || !rest.take(2, 2, minute)) return false;
  if (rest.take(':')) {
    if (!rest.take(2, 2, second)) return false;
    if (rest.take('.') || rest.take(',')) {
      moment.fraction = rest.text.substr(0, rest.run(fraction_digits_max));
      if (moment.fraction.empty()) return false;
      rest.text.remove_prefix(moment.fraction.size());
    }
  }
  if (!take_half(rest, hour) || hour > 23 || minute > 59 || second > 59) return false;
  moment.has_time = true;
  moment.second_of_day = (hour * 60 + minute) * 60 + second;
  return true;
}

/// Z, +02:00, +0200 or +02, in seconds east of UTC.
bool take_offset(Rest& rest, int& offset) {
  if (rest.take('Z') || rest.take('z')) return true;
  const bool is_west = rest.take('-');
  int hour = 0;
  int minute = 0;
  if ((!is_west && !rest.take('+')) || !rest.take(2, 2, hour)) return false;
  const bool has_colon = rest.take(':');
  if ((has_colon || !rest.text.empty()) && !rest.take(2, 2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  offset = (hour * 60 + minute) * 60 * (is_west ? -1 : 1);
  return true;
}

/// False if UTC falls outside the years that are written with four digits.
bool move_to_utc(Moment& moment, int offset) {
  const int second = moment.second_of_day - offset;
  const int days = second < 0 ? -1 : second >= day_seconds ? 1 : 0;
  moment.second_of_day = second - days * day_seconds;
  moment.had_offset = true;
  if (days == 0) return true;
  using namespace std::chrono;
  const auto date = year_month_day(year(moment.year), month(static_cast<unsigned>(moment.month)),
                                   day(static_cast<unsigned>(moment.day)));
  const year_month_day moved(sys_days(date) + std::chrono::days(days));
  moment.year = int(moved.year());
  moment.month = static_cast<int>(unsigned(moved.month()));
  moment.day = static_cast<int>(unsigned(moved.day()));
  return moment.year >= 1 && moment.year <= 9999;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text, DateOrder order) {
  Moment moment;
  Rest rest{text};
  if (!take_date(rest, order, moment) || !is_day(moment.year, moment.month, moment.day)) {
    return std::nullopt;
  }
  if (rest.text.empty()) return moment;
  if (!rest.take('T') && !rest.take('t') && !rest.take(' ')) return std::nullopt;
  if (!take_clock(rest, moment)) return std::nullopt;
  if (rest.text.empty()) return moment;
  rest.take(' ');
  int offset = 0;
  if (!take_offset(rest, offset) || !rest.text.empty()) return std::nullopt;
  return move_to_utc(moment, offset) ? std::optional(moment) : std::nullopt;
}

std::string_view MomentText::write(const Moment& moment, bool with_time) {
  char* out = buffer_.data();
  const auto two = [&out](int value, char before) {
    if (before != 0) *out++ = before;
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
  };
  two(moment.year / 100, 0);
  two(moment.year % 100, 0);
  two(moment.month, '-');
  two(moment.day, '-');
  if (with_time) {
    two(moment.second_of_day / 3600, ' ');
    two(moment.second_of_day / 60 % 60, ':');
    two(moment.second_of_day % 60, ':');
    if (!moment.fraction.empty()) *out++ = '.';
    out = std::copy(moment.fraction.begin(), moment.fraction.end(), out);
  }
  return {buffer_.data(), static_cast<size_t>(out - buffer_.data())};
}

}  // namespace parley::datasets
