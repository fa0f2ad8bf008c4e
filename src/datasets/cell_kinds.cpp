#include "datasets/cell_kinds.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/cell_number.h"
#include "datasets/cell_time.h"
#include "datasets/names.h"

namespace parley::datasets {

namespace {

bool is_between(char byte, char first, char last) {
  return byte >= first && byte <= last;
}

/// Most cells of texts, told without a closer look: a word, and no unit before a number.
bool is_word(std::string_view cell) {
  constexpr size_t number_bytes_max = 80;
  if (is_between(cell.front(), 'a', 'z') || cell.size() > number_bytes_max) return true;
  if (is_between(cell.front(), 'A', 'Z') && (cell.size() < 4 || is_between(cell[1], 'a', 'z'))) {
    return true;
  }
  return std::none_of(cell.begin(), cell.end(),
                      [](char byte) { return is_between(byte, '0', '9'); });
}

bool reads_as_number(std::string_view cell) {
  return parse_number(cell, NumberStyle::point) || parse_number(cell, NumberStyle::comma);
}

bool reads_as_moment(std::string_view cell) {
  if (!is_between(cell.front(), '0', '9')) return false;
  for (size_t order = 0; order < date_orders; ++order) {
    if (parse_moment(cell, static_cast<DateOrder>(order))) return true;
  }
  return false;
}

}  // namespace

void CellKinds::Kind::add(std::string_view cell) {
  if (cells++ == 0) first = shown_cell(cell);
}

void CellKinds::Kind::add_clash(std::string_view cell) {
  if (clash.empty()) clash = shown_cell(cell);
  add(cell);
}

void CellKinds::add(std::string_view cell) {
  const bool may_be_value = !is_word(cell);
  if (may_be_value && reads_as_number(cell)) {
    numbers_.add_clash(cell);
  } else if (may_be_value && reads_as_moment(cell)) {
    moments_.add_clash(cell);
  } else {
    others_.add(cell);
  }
}

bool CellKinds::are_words() const {
  constexpr int64_t words_min = 1'000;
  return others_.cells >= words_min && others_.cells > 10 * (numbers_.cells + moments_.cells);
}

std::string CellKinds::why_text() const {
  const bool are_numbers = numbers_.cells >= moments_.cells;
  const Kind& most = are_numbers ? numbers_ : moments_;
  const Kind& fewer = are_numbers ? moments_ : numbers_;
  const int64_t all = most.cells + fewer.cells + others_.cells;
  if (most.cells == 0 || most.cells * 2 < all) return {};
  if (most.cells == all) {
    return fmt::format("text because {} and {} do not go together", most.first, most.clash);
  }
  const std::string& misfit = others_.cells > 0 ? others_.first : fewer.first;
  return fmt::format("text because of {}; {} of {} cells are {}", misfit, most.cells, all,
                     are_numbers ? "numbers" : "dates");
}

}  // namespace parley::datasets
