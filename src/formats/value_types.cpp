#include "formats/value_types.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"

namespace parley::formats {

namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// Takes between `least` and `most` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, size_t least, size_t most) {
  int value = 0;
  size_t length = 0;
  while (length < text.size() && length < most && is_digit(text[length])) {
    value = value * 10 + (text[length++] - '0');
  }
  if (length < least) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

size_t take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto length = static_cast<size_t>(end - text.begin());
  text.remove_prefix(length);
  return length;
}

bool is_number(std::string_view text) {
  if (!take(text, '-')) take(text, '+');
  size_t digits = take_digits(text);
  if (take(text, '.')) digits += take_digits(text);
  if (digits == 0) return false;
  if (take(text, 'e') || take(text, 'E')) {
    if (!take(text, '-')) take(text, '+');
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

bool is_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> words = {"true", "false", "1", "0", "yes", "no"};
  if (text.size() > 5) return false;
  return std::find(words.begin(), words.end(), to_lower_ascii(text)) != words.end();
}

bool is_day(int year, int month, int day) {
  constexpr std::array days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[static_cast<size_t>(month - 1)] + (month == 2 && is_leap ? 1 : 0);
}

bool is_time(std::string_view text) {
  const auto hour = take_number(text, 1, 2);
  if (!hour || !take(text, ':')) return false;
  const auto minute = take_number(text, 1, 2);
  if (!minute || !take(text, ':')) return false;
  const auto second = take_number(text, 1, 2);
  return second && text.empty() && *hour < 24 && *minute < 60 && *second < 60;
}

bool is_date(std::string_view text) {
  std::string_view rest = text;
  const auto year = take_number(rest, 4, 4);
  if (year && take(rest, '-')) {
    const auto month = take_number(rest, 1, 2);
    if (!month || !take(rest, '-')) return false;
    const auto day = take_number(rest, 1, 2);
    return day && is_day(*year, *month, *day) &&
           (rest.empty() || (take(rest, ' ') && is_time(rest)));
  }
  rest = text;
  const auto first = take_number(rest, 1, 2);
  if (!first || !take(rest, '/')) return false;
  const auto second = take_number(rest, 1, 2);
  if (!second || !take(rest, '/')) return false;
  const auto last = take_number(rest, 4, 4);
  if (!last) return false;
  if (rest.empty()) return is_day(*last, *first, *second) || is_day(*last, *second, *first);
  return is_day(*last, *first, *second) && take(rest, ' ') && is_time(rest);
}

}  // namespace

void TypeGuess::see_text(std::string_view text) {
  if (!wants_more()) return;
  text = trim(text);
  if (text.empty()) return;
  ++seen_;
  may_be_number_ = may_be_number_ && is_number(text);
  may_be_boolean_ = may_be_boolean_ && is_boolean(text);
  may_be_date_ = may_be_date_ && is_date(text);
}

void TypeGuess::see_number(std::string_view text) {
  see_text(text);
}

void TypeGuess::see_boolean() {
  if (!wants_more()) return;
  ++seen_;
  may_be_number_ = false;
  may_be_date_ = false;
}

void TypeGuess::see_container() {
  if (!wants_more()) return;
  ++seen_;
  may_be_number_ = may_be_boolean_ = may_be_date_ = false;
}

std::string_view TypeGuess::name() const {
  if (seen_ == 0) return "empty";
  if (may_be_number_) return "number";
  if (may_be_boolean_) return "boolean";
  return may_be_date_ ? "date" : "string";
}

}  // namespace parley::formats
