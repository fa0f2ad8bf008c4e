#include "datasets/number_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "datasets/names.h"

namespace parley::datasets {

namespace {

constexpr std::array both_styles = {NumberStyle::point, NumberStyle::comma};

NumberStyle other_style(NumberStyle style) {
  return style == NumberStyle::point ? NumberStyle::comma : NumberStyle::point;
}

/// What a number is, without the unit: "1.25", "1250".
std::string number_text(std::string_view cell, NumberStyle style) {
  const auto number = parse_number(cell, style);
  if (!number) return {};
  return number->is_integer ? std::to_string(number->integer) : fmt::format("{}", number->real);
}

constexpr size_t exact_digits = 15;  // every decimal number of so many digits is a double's own

/// A double printed with as many digits as the cell has gives those of the cell.
bool keeps_digits(double value, std::string_view cell) {
  std::array<char, 80> digits;
  size_t count = 0;
  for (const char byte : cell) {
    if (count > 0 && (byte == 'e' || byte == 'E')) break;
    if (byte < '0' || byte > '9' || (count == 0 && byte == '0')) continue;
    if (count < digits.size()) digits[count++] = byte;
  }
  while (count > 0 && digits[count - 1] == '0') --count;
  if (count <= exact_digits) return true;
  std::array<char, 100> printed;  // "1.2345e+00"
  std::to_chars(printed.data(), printed.data() + printed.size(), std::abs(value),
                std::chars_format::scientific, static_cast<int>(count) - 1);
  return printed[0] == digits[0] &&
         std::equal(digits.data() + 1, digits.data() + count, printed.data() + 2);
}

Reading text_because(const std::string& reason) {
  Reading reading;
  reading.note = "text because " + reason;
  return reading;
}

/// The first of such cells, for a note.
void keep(std::string& kept, std::string_view cell) {
  if (kept.empty()) kept = shown_cell(cell);
}

}  // namespace

bool NumberFinder::see(std::string_view cell) {
  for (const NumberStyle style : both_styles) {
    if (!numbers(style).possible) continue;
    const auto number = parse_number(cell, style);
    if (!number || !take(*number, numbers(style), cell)) {
      numbers(style).possible = false;
      continue;
    }
    if (!number->fits_any_style && styled_.empty()) styled_ = cell;
    // What is the same in both styles need not be read twice.
    if (!number->fits_any_style || style == NumberStyle::comma) continue;
    if (numbers(NumberStyle::comma).possible) take(*number, numbers(NumberStyle::comma), cell);
    break;
  }
  return numbers(NumberStyle::point).possible || numbers(NumberStyle::comma).possible;
}

bool NumberFinder::take(const Number& number, Numbers& numbers, std::string_view cell) {
  if (!has_unit_) unit_ = number.unit;
  has_unit_ = true;
  if (number.unit != unit_) return false;
  if (number.has_bare_exponent) {
    keep(code_, cell);
  } else if (number.has_exponent) {
    any_exponent_ = true;
  }
  if (!number.is_integer) {
    numbers.any_real = true;
    take_fraction(number, numbers, cell);
  }
  const bool is_exact = number.integer >= -exact_integer_max && number.integer <= exact_integer_max;
  if (number.is_integer && !is_exact) {
    numbers.any_inexact = true;
    keep(long_, cell);
  }
  numbers.any_group = numbers.any_group || number.has_groups;
  numbers.any_parentheses = numbers.any_parentheses || number.has_parentheses;
  numbers.any_minus_after = numbers.any_minus_after || number.has_minus_after;
  numbers.only_full_groups = numbers.only_full_groups && number.has_full_groups;
  if (numbers.only_full_groups) keep(grouped_, cell);
  return true;
}

bool NumberFinder::is_ambiguous() const {
  return numbers(NumberStyle::point).possible && numbers(NumberStyle::comma).possible &&
         !styled_.empty();
}

std::optional<NumberStyle> NumberFinder::proven_style() const {
  const bool may_be_point = numbers(NumberStyle::point).possible;
  if (styled_.empty() || may_be_point == numbers(NumberStyle::comma).possible) return std::nullopt;
  return may_be_point ? NumberStyle::point : NumberStyle::comma;
}

void NumberFinder::take_fraction(const Number& number, Numbers& numbers, std::string_view cell) {
  if (cell.size() > exact_digits && !keeps_digits(number.real, cell)) {
    const bool is_whole_exact = std::abs(number.real) <= static_cast<double>(exact_integer_max);
    if (!number.has_exponent && !is_whole_exact) {
      numbers.any_inexact = true;
      keep(long_, cell);
    } else {
      keep(rounded_, cell);
    }
  }
  if (number.has_exponent || number.fraction_digits == 0) return;
  numbers.fraction_min = std::min(numbers.fraction_min, number.fraction_digits);
  numbers.fraction_max = std::max(numbers.fraction_max, number.fraction_digits);
  // "5.0" is how programs write decimal numbers that happen to be whole.
  if (!number.has_zero_at_end || number.fraction_digits < 2) return;
  if (numbers.padded.empty()) numbers.padded = cell;
}

Reading NumberFinder::reading(const StyleHint& hint) const {
  const NumberStyle preferred = is_ambiguous() ? hint.style : NumberStyle::point;
  for (const NumberStyle style : {preferred, other_style(preferred)}) {
    const Numbers& seen = numbers(style);
    if (!seen.possible) continue;
    if (seen.only_full_groups) return text_because(grouped_ + " may be a code");
    if (!code_.empty() && !any_exponent_) return text_because(code_ + " may be a code");
    // A double would change some of the integers.
    if (seen.any_real && seen.any_inexact) continue;
    Reading reading = reading_in(style);
    // "1,234" is hardly ever anything but a thousand where the point is decimal.
    const bool may_surprise = style == NumberStyle::comma || seen.any_real;
    if (is_ambiguous() && !hint.is_proven && may_surprise) {
      add_note(reading.note, guess_note(style));
    }
    return reading;
  }
  return text_because(long_ + " has too many digits for a decimal number");
}

std::string NumberFinder::guess_note(NumberStyle style) const {
  return fmt::format("{} is read as {}, though it could be {}", shown_cell(styled_),
                     number_text(styled_, style), number_text(styled_, other_style(style)));
}

Reading NumberFinder::reading_in(NumberStyle style) const {
  const Numbers& seen = numbers(style);
  Reading reading;
  reading.type = seen.any_real ? ColumnType::real : ColumnType::integer;
  reading.number_style = style;
  reading.unit = unit_;
  if (style == NumberStyle::comma && seen.any_real) add_note(reading.note, "decimal comma");
  if (seen.any_group) add_note(reading.note, "thousands separators taken off");
  if (seen.any_parentheses) add_note(reading.note, "parentheses mean negative");
  if (seen.any_minus_after) add_note(reading.note, "a minus behind means negative");
  const bool is_plain = unit_.empty() && !seen.any_group;
  if (is_plain && seen.fraction_min < seen.fraction_max && !seen.padded.empty()) {
    add_note(reading.note, fmt::format("{} is read as {}", shown_cell(seen.padded),
                                       number_text(seen.padded, style)));
  }
  if (!rounded_.empty()) add_note(reading.note, rounded_ + " has more digits than are kept");
  return reading;
}

}  // namespace parley::datasets
