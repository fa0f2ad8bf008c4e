#include "datasets/type_finder.h"

#include "base/text.h"

namespace parley::datasets {

namespace {

void add_note(std::string& note, std::string_view text) {
  if (!note.empty()) note += ", ";
  note += text;
}

constexpr std::array both_styles = {NumberStyle::point, NumberStyle::comma};

}  // namespace

void TypeFinder::examine(std::string_view cell) {
  cell = trim(cell);
  if (is_placeholder(cell)) return;
  may_be_number_ = may_be_number_ && examine_number(cell);
  may_be_boolean_ = may_be_boolean_ && parse_boolean(cell) >= 0;
  if (orders_ != 0 && !examine_moment(cell)) orders_ = 0;
  has_values_ = true;
  is_text_ = !may_be_number_ && !may_be_boolean_ && orders_ == 0;
}

void TypeFinder::see_number(std::string_view digits) {
  const bool is_integer = digits.find_first_of(".eE") == std::string_view::npos;
  if (!is_integer) numbers(NumberStyle::comma).possible = false;
  see(digits);
}

bool TypeFinder::examine_number(std::string_view cell) {
  for (const NumberStyle style : both_styles) {
    if (!numbers(style).possible) continue;
    const auto number = parse_number(cell, style);
    if (!number || !note_number(*number, numbers(style))) {
      numbers(style).possible = false;
      continue;
    }
    // What is the same in both styles need not be read twice.
    if (!number->fits_any_style || style == NumberStyle::comma) continue;
    if (numbers(NumberStyle::comma).possible) note_number(*number, numbers(NumberStyle::comma));
    break;
  }
  const bool is_possible =
      numbers(NumberStyle::point).possible || numbers(NumberStyle::comma).possible;
  return is_possible;
}

bool TypeFinder::note_number(const Number& number, Numbers& numbers) {
  if (!has_values_) unit_ = number.unit;
  if (number.unit != unit_) return false;
  if (!number.is_integer) numbers.any_real = true;
  const bool is_exact = number.integer >= -exact_integer_max && number.integer <= exact_integer_max;
  if (number.is_integer && !is_exact) numbers.any_inexact = true;
  numbers.any_group = numbers.any_group || number.has_groups;
  numbers.any_parentheses = numbers.any_parentheses || number.has_parentheses;
  return true;
}

bool TypeFinder::examine_moment(std::string_view cell) {
  const char first = cell.front();
  if (cell.size() < 8 || first < '0' || first > '9') return false;
  for (unsigned order = 0; order < date_orders; ++order) {
    const unsigned bit = 1U << order;
    if ((orders_ & bit) == 0) continue;
    const auto moment = parse_moment(cell, static_cast<DateOrder>(order));
    if (!moment) {
      orders_ &= ~bit;
      continue;
    }
    any_time_ = any_time_ || moment->has_time;
    any_bare_day_ = any_bare_day_ || !moment->has_time;
    any_offset_ = any_offset_ || moment->had_offset;
    any_local_time_ = any_local_time_ || (moment->has_time && !moment->had_offset);
  }
  return orders_ != 0;
}

Reading TypeFinder::reading() const {
  if (is_text_ || !has_values_) return {};
  for (const NumberStyle style : both_styles) {
    if (!may_be_number_ || !numbers(style).possible) continue;
    // A double would change some of the integers.
    if (numbers(style).any_real && numbers(style).any_inexact) continue;
    return number_reading(style);
  }
  if (may_be_boolean_) {
    Reading reading;
    reading.type = ColumnType::boolean;
    return reading;
  }
  return orders_ != 0 ? moment_reading() : Reading();
}

Reading TypeFinder::number_reading(NumberStyle style) const {
  const Numbers& seen = numbers(style);
  Reading reading;
  reading.type = seen.any_real ? ColumnType::real : ColumnType::integer;
  reading.number_style = style;
  reading.unit = unit_;
  if (style == NumberStyle::comma && seen.any_real) add_note(reading.note, "decimal comma");
  if (seen.any_group) add_note(reading.note, "thousands separators taken off");
  if (seen.any_parentheses) add_note(reading.note, "parentheses mean negative");
  return reading;
}

Reading TypeFinder::moment_reading() const {
  Reading reading;
  reading.type = any_time_ ? ColumnType::timestamp : ColumnType::date;
  unsigned order = 0;
  while ((orders_ & (1U << order)) == 0) ++order;
  reading.date_order = static_cast<DateOrder>(order);
  const bool is_ambiguous = (orders_ & (orders_ - 1)) != 0;
  if (is_ambiguous) {
    add_note(reading.note, "month before day, though no value tells");
  } else if (reading.date_order == DateOrder::month_slash) {
    add_note(reading.note, "month before day");
  } else if (reading.date_order == DateOrder::day_slash) {
    add_note(reading.note, "day before month");
  }
  if (any_time_ && any_bare_day_) add_note(reading.note, "days without a time are at 00:00:00");
  if (any_offset_ && any_local_time_) {
    add_note(reading.note, "times with an offset are in UTC, the others as they stand");
  } else if (any_offset_) {
    add_note(reading.note, "in UTC");
  }
  return reading;
}

}  // namespace parley::datasets
