#include "datasets/type_finder.h"

#include "base/text.h"

namespace parley::datasets {

void TypeFinder::examine(std::string_view cell) {
  cell = trim(cell);
  if (is_placeholder(cell)) return;
  has_values_ = true;
  may_be_boolean_ = may_be_boolean_ && parse_boolean(cell) >= 0;
  may_be_number_ = may_be_number_ && numbers_.see(cell);
  if (may_be_number_) {
    orders_ = 0;  // no day is a number
    kinds_.add_number(cell);
    return;
  }
  if (orders_ != 0 && !examine_moment(cell)) orders_ = 0;
  orders_ != 0 ? kinds_.add_moment(cell) : kinds_.add(cell);
  is_text_ = is_text_ || (!may_be_boolean_ && orders_ == 0);
  is_settled_ = is_text_ && kinds_.are_words();
}

void TypeFinder::see_number(std::string_view digits) {
  const bool is_integer = digits.find_first_of(".eE") == std::string_view::npos;
  if (!is_integer) numbers_.expect_real();
  see(digits);
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

Reading TypeFinder::reading(const StyleHint& hint) const {
  Reading reading;
  if (!has_values_) return reading;
  if (is_text_) {
    reading.note = kinds_.why_text();
    return reading;
  }
  if (may_be_number_) return numbers_.reading(hint);
  if (!may_be_boolean_) return moment_reading();
  reading.type = ColumnType::boolean;
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
