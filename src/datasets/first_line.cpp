#include "datasets/first_line.h"

#include "base/text.h"

namespace parley::datasets {

namespace {

bool is_number_type(ColumnType type) {
  return type == ColumnType::integer || type == ColumnType::real;
}

bool is_moment_type(ColumnType type) {
  return type == ColumnType::date || type == ColumnType::timestamp;
}

bool is_year(std::string_view cell) {
  return cell.size() == 4 && cell >= "1900" && cell <= "2100";
}

ColumnType type_of(std::string_view cell) {
  TypeFinder finder;
  finder.see(cell);
  return finder.reading().type;
}

/// What the cells say that are not empty.
struct Evidence {
  size_t cells = 0;
  size_t numbers = 0;     ///< over columns of numbers
  size_t years = 0;       ///< of these
  size_t ordinals = 0;    ///< of these, that number the cells from 0
  size_t exact_fits = 0;  ///< days over days, decimal numbers over decimal numbers
  size_t loose_fits = 0;  ///< decimal numbers over integers
  bool has_name = false;  ///< no value of its column

  void add(std::string_view cell, const TypeFinder& below) {
    const size_t place = cells++;
    const ColumnType column = below.reading().type;
    if (column == ColumnType::text) return;
    TypeFinder together = below;
    together.see(cell);
    const ColumnType own = type_of(cell);
    if (own == ColumnType::text || together.reading().type == ColumnType::text) {
      has_name = true;
    } else if (is_moment_type(column)) {
      ++exact_fits;
    } else if (is_number_type(column)) {
      ++numbers;
      if (is_year(cell)) ++years;
      if (cell == std::to_string(place)) ++ordinals;
      if (own == ColumnType::real) ++(column == own ? exact_fits : loose_fits);
    }
  }
};

}  // namespace

FirstLine judge_first_line(const std::vector<std::string>& cells,
                           const std::vector<TypeFinder>& below) {
  Evidence found;
  for (size_t column = 0; column < cells.size(); ++column) {
    const std::string_view cell = trim(cells[column]);
    if (!is_placeholder(cell)) found.add(cell, below[column]);
  }
  if (found.has_name || found.cells == 0) return FirstLine::names;
  if (found.exact_fits > 0) return FirstLine::data;
  const bool all_are_numbers = found.numbers == found.cells;
  const bool is_numbering = found.cells > 1 && found.ordinals == found.cells;
  if (all_are_numbers && found.years == 0 && !is_numbering) return FirstLine::data;
  const bool is_suspicious = all_are_numbers || found.numbers > found.years;
  return is_suspicious ? FirstLine::may_be_data : FirstLine::names;
}

}  // namespace parley::datasets
