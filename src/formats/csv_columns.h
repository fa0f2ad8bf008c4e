// CsvColumns: the names of a table's columns, made usable as keys.
//
// Empty headers become "column_3", repeated ones "name_2"; long ones are cut. A row may have more
// cells than the header: those get the name of their position, so nothing is dropped in silence.
// Threads: any, once made.
#pragma once

#include <string>
#include <vector>

#include "formats/csv_reader.h"

namespace parley::formats {

inline constexpr size_t column_name_characters_max = 200;

class CsvColumns {
 public:
  CsvColumns() = default;

  /// `columns_max`: of any row, for the names of surplus cells.
  CsvColumns(const CsvRow& header, size_t columns_max);

  /// Those of the header, in its order.
  const std::vector<std::string>& names() const { return names_; }

  /// The name of any cell, also of one beyond the header; `column` < columns_max.
  const std::string& name_of(size_t column) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> surplus_;
};

}  // namespace parley::formats
