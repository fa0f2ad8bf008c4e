#include "datasets/column_profile.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace parley::datasets {

namespace {

constexpr size_t tracked_max = 1000;
constexpr size_t tracked_min = 100;
constexpr size_t tracked_of_all_max = 512 * tracked_max;
constexpr size_t texts_bytes_max = 128 * 1024;
constexpr size_t texts_bytes_of_all_max = 8 * 1024 * 1024;

constexpr size_t shown_characters_max = 100;
// Texts that agree in so many bytes agree in all that is shown of them.
constexpr size_t text_key_bytes_max = 4 * shown_characters_max;
constexpr size_t top_max = 5;
constexpr size_t examples_max = 3;

size_t tracked_for(size_t columns) {
  return std::clamp(tracked_of_all_max / columns, tracked_min, tracked_max);
}

std::string print(const CellValue& value) {
  switch (value.kind) {
    case CellValue::Kind::integer:
      return std::to_string(value.integer);
    case CellValue::Kind::real:
      return print_real(value.real);
    case CellValue::Kind::text:
      return std::string(first_characters(value.text, shown_characters_max));
    case CellValue::Kind::null:
      break;
  }
  return {};
}

std::string show(const std::string& text) {
  return std::string(first_characters(text, shown_characters_max));
}

}  // namespace

std::string print_real(double value) {
  std::array<char, 40> text;
  sqlite3_snprintf(static_cast<int>(text.size()), text.data(), "%!.15g", value);
  return text.data();
}

ColumnProfile::ColumnProfile(ColumnType type, size_t columns)
    : type_(type),
      counter_(tracked_for(columns),
               std::min(texts_bytes_max, texts_bytes_of_all_max / std::max<size_t>(1, columns))) {}

void ColumnProfile::see(const CellValue& value) {
  switch (value.kind) {
    case CellValue::Kind::null:
      ++nulls_;
      return;
    case CellValue::Kind::integer:
      see_integer(value.integer);
      count(hash_integer(value.integer), value);
      break;
    case CellValue::Kind::real:
      see_real(value.real);
      count(hash_real(value.real), value);
      break;
    case CellValue::Kind::text:
      see_text(value.text);
      count(hash_text(value.text), value);
      break;
  }
  ++values_;
}

void ColumnProfile::see_integer(int64_t value) {
  integer_min_ = std::min(integer_min_, value);
  integer_max_ = std::max(integer_max_, value);
  sum_ += static_cast<long double>(value);
}

void ColumnProfile::see_real(double value) {
  real_min_ = values_ == 0 ? value : std::min(real_min_, value);
  real_max_ = values_ == 0 ? value : std::max(real_max_, value);
  sum_ += static_cast<long double>(value);
}

void ColumnProfile::see_text(std::string_view text) {
  const std::string_view key = text.substr(0, text_key_bytes_max);
  if (values_ == 0 || key < text_min_) text_min_ = key;
  if (values_ == 0 || key > text_max_) text_max_ = key;
}

void ColumnProfile::count(uint64_t hash, const CellValue& value) {
  const int64_t times = counter_.add(hash);
  if (times == 1 && examples_.size() < examples_max) examples_.push_back(print(value));
  if (times == 2) counter_.name(print(value));
}

void ColumnProfile::describe(Column& column) const {
  column.values = values_;
  column.nulls = nulls_;
  column.distinct = std::min(counter_.distinct(), values_);
  column.distinct_is_estimate = counter_.is_estimate();
  column.examples = examples_;
  for (const auto& [text, times] : counter_.top(top_max)) {
    column.top.push_back({std::string(text), times});
  }
  if (values_ == 0) return;
  switch (type_) {
    case ColumnType::integer:
    case ColumnType::boolean:
      column.min = std::to_string(integer_min_);
      column.max = std::to_string(integer_max_);
      break;
    case ColumnType::real:
      column.min = print_real(real_min_);
      column.max = print_real(real_max_);
      break;
    default:
      column.min = show(text_min_);
      column.max = show(text_max_);
  }
  const auto mean = static_cast<double>(sum_ / static_cast<long double>(values_));
  const bool is_number = type_ == ColumnType::integer || type_ == ColumnType::real;
  if (is_number && std::isfinite(mean)) column.mean = mean;
}

}  // namespace parley::datasets
