#include "datasets/cell_reading.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::datasets {

namespace {

bool is_word(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char byte, char expected) {
           return (byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) == expected;
         });
}

/// #VALUE!, #NAME?, #DIV/0!; the two that mean "not available" have no sign at their end.
bool is_spreadsheet_error(std::string_view text) {
  constexpr size_t bytes_max = 12;
  if (text.size() < 3 || text.size() > bytes_max) return false;
  return text.back() == '!' || text.back() == '?' || is_word(text, "#n/a") || is_word(text, "#nv");
}

/// The longest start of `text` of at most `bytes_max` bytes that ends with a whole character.
std::string_view cut_text(std::string_view text, size_t bytes_max) {
  size_t length = bytes_max;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return text.substr(0, length);
}

}  // namespace

void add_note(std::string& note, std::string_view text) {
  if (!note.empty()) note += ", ";
  note += text;
}

int parse_boolean(std::string_view text) {
  if (text.size() < 2 || text.size() > 5) return -1;
  if (is_word(text, "true") || is_word(text, "yes")) return 1;
  return is_word(text, "false") || is_word(text, "no") ? 0 : -1;
}

bool is_placeholder(std::string_view text) {
  if (text.starts_with('#')) return is_spreadsheet_error(text);
  if (text.size() > 4) return false;
  constexpr std::array<std::string_view, 9> words = {"",    "-",    "--",  "?",   "na",
                                                     "n/a", "null", "nan", "none"};
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return is_word(text, word); });
}

CellValue CellReader::read(std::string_view cell) {
  if (cell.empty()) return {};
  if (reading_.type == ColumnType::text) return read_text(cell);
  CellValue value;
  if (convert(trim(cell), value)) return value;
  ++placeholders_;
  return {};
}

CellValue CellReader::read_text(std::string_view cell) {
  CellValue value;
  value.kind = CellValue::Kind::text;
  value.text = cell;
  if (cell.size() > text_bytes_max_) {
    value.text = cut_text(cell, text_bytes_max_);
    ++cuts_;
  }
  return value;
}

bool CellReader::convert(std::string_view cell, CellValue& value) {
  switch (reading_.type) {
    case ColumnType::integer:
    case ColumnType::real: {
      const auto number = parse_number(cell, reading_.number_style);
      if (!number) return false;
      const bool is_integer = reading_.type == ColumnType::integer;
      value.kind = is_integer ? CellValue::Kind::integer : CellValue::Kind::real;
      value.integer = number->integer;
      value.real = number->real;
      return true;
    }
    case ColumnType::boolean:
      value.kind = CellValue::Kind::integer;
      value.integer = parse_boolean(cell);
      return value.integer >= 0;
    case ColumnType::date:
    case ColumnType::timestamp: {
      const auto moment = parse_moment(cell, reading_.date_order);
      if (!moment) return false;
      value.kind = CellValue::Kind::text;
      value.text = moment_text_.write(*moment, reading_.type == ColumnType::timestamp);
      return true;
    }
    case ColumnType::text:
      break;
  }
  return false;
}

}  // namespace parley::datasets
