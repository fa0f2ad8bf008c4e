#include "datasets/result_text.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "base/json_text.h"
#include "base/text.h"

namespace parley::datasets {
namespace {

constexpr int64_t exact_max = int64_t{1} << 53;  // beyond it a double skips integers
constexpr size_t column_name_characters_max = 200;

std::string_view text_at(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const auto bytes = static_cast<size_t>(sqlite3_column_bytes(statement, column));
  return text == nullptr ? std::string_view() : std::string_view(text, bytes);
}

/// Whether `text` has the shape of `pattern`, in which 0 stands for any digit.
bool has_shape(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '0' ? !is_digit : text[i] != pattern[i]) return false;
  }
  return true;
}

/// The types of dataset.h by the names they are declared with; empty for others.
std::string declared_type(const char* declared) {
  if (declared == nullptr) return {};
  std::string name = to_lower_ascii(declared);
  for (const std::string_view known : {"integer", "real", "boolean", "date", "timestamp", "text"}) {
    if (name == known) return name;
  }
  return {};
}

}  // namespace

ResultText::ResultText(sqlite3_stmt* statement)
    : statement_(statement), seen_(static_cast<size_t>(sqlite3_column_count(statement))) {}

bool ResultText::add_row(const QueryLimits& limits) {
  if (count_ >= limits.rows_max) return false;
  const size_t before = rows_.size();
  rows_ += count_ == 0 ? "[" : ",[";
  for (int column = 0; column < static_cast<int>(seen_.size()); ++column) {
    if (column > 0) rows_ += ',';
    add_cell(column);
  }
  rows_ += ']';
  if (rows_.size() + 2 > static_cast<size_t>(limits.result_bytes_max)) {
    rows_.resize(before);
    return false;
  }
  ++count_;
  return true;
}

void ResultText::add_cell(int column) {
  Seen& seen = seen_[static_cast<size_t>(column)];
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER: {
      seen.integer = true;
      const int64_t value = sqlite3_column_int64(statement_, column);
      const bool exact = value >= -exact_max && value <= exact_max;
      rows_ += exact ? fmt::format("{}", value) : fmt::format("\"{}\"", value);
      return;
    }
    case SQLITE_FLOAT: {
      seen.real = true;
      const bool finite = std::isfinite(sqlite3_column_double(statement_, column));
      const std::string_view text = text_at(statement_, column);  // 15 digits
      if (finite) {
        rows_ += text;
      } else {
        append_json_string(rows_, text);
      }
      return;
    }
    case SQLITE_NULL:
      rows_ += "null";
      return;
    case SQLITE_BLOB:
      seen.text = true;
      append_json_string(
          rows_, fmt::format("(binary, {} bytes)", sqlite3_column_bytes(statement_, column)));
      return;
    default:
      add_text(column);
  }
}

void ResultText::add_text(int column) {
  Seen& seen = seen_[static_cast<size_t>(column)];
  const std::string_view text = text_at(statement_, column);
  if (has_shape(text, "0000-00-00")) {
    seen.date = true;
  } else if (has_shape(text, "0000-00-00 00:00:00")) {
    seen.timestamp = true;
  } else {
    seen.text = true;
  }
  append_json_string(rows_, text);
}

std::string ResultText::type_of(int column) const {
  std::string declared = declared_type(sqlite3_column_decltype(statement_, column));
  if (!declared.empty()) return declared;
  const Seen& seen = seen_[static_cast<size_t>(column)];
  const bool number = seen.integer || seen.real;
  const int kinds = int{number} + int{seen.date} + int{seen.timestamp} + int{seen.text};
  if (kinds == 0) return "null";
  if (kinds > 1 || seen.text) return "text";
  if (seen.date) return "date";
  if (seen.timestamp) return "timestamp";
  return seen.real ? "real" : "integer";
}

std::string ResultText::finish(bool truncated, int64_t rows_scanned, int64_t milliseconds) const {
  std::string columns;
  for (int column = 0; column < static_cast<int>(seen_.size()); ++column) {
    const char* name = sqlite3_column_name(statement_, column);
    columns += column == 0 ? "{\"name\":" : ",{\"name\":";
    const std::string valid = to_valid_utf8(name == nullptr ? "" : name);
    append_json_string(columns, first_characters(valid, column_name_characters_max));
    columns += fmt::format(",\"type\":\"{}\"}}", type_of(column));
  }
  return fmt::format(
      R"({{"columns":[{}],"rows":[{}],"truncated":{},"rowsScanned":{},"milliseconds":{}}})",
      columns, rows_, truncated, rows_scanned, milliseconds);
}

}  // namespace parley::datasets
