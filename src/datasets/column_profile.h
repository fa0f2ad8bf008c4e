// ColumnProfile: what a column holds, gathered while its values are stored.
//
// Threads: one. Memory: some 30 KB, less for few different values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/cell_reading.h"
#include "datasets/dataset.h"
#include "datasets/value_counter.h"

namespace parley::datasets {

class ColumnProfile {
 public:
  /// `columns`: how many there are in all, which share the memory.
  ColumnProfile(ColumnType type, size_t columns);

  void see(const CellValue& value);

  /// Fills in all that `column` says about its values.
  void describe(Column& column) const;

 private:
  void see_integer(int64_t value);
  void see_real(double value);
  void see_text(std::string_view text);
  void count(uint64_t hash, const CellValue& value);

  ColumnType type_;
  int64_t values_ = 0;
  int64_t nulls_ = 0;
  ValueCounter counter_;
  std::vector<std::string> examples_;
  int64_t integer_min_ = INT64_MAX;
  int64_t integer_max_ = INT64_MIN;
  double real_min_ = 0;
  double real_max_ = 0;
  long double sum_ = 0;
  std::string text_min_;  ///< the first text_key_bytes_max bytes
  std::string text_max_;
};

/// As SQLite prints it: reals with 15 digits and always a point or an exponent.
std::string print_real(double value);

}  // namespace parley::datasets
