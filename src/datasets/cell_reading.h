// Reading: how the cells of one column become values, once all of them were seen (type_finder.h).
// CellReader does it, and counts what it changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "datasets/cell_number.h"
#include "datasets/cell_time.h"
#include "datasets/dataset.h"

namespace parley::datasets {

struct Reading {
  ColumnType type = ColumnType::text;
  NumberStyle number_style = NumberStyle::point;
  DateOrder date_order = DateOrder::iso;
  std::string unit = {};
  std::string note = {};  ///< Column::note
};

/// Appends `text` to a column's note.
void add_note(std::string& note, std::string_view text);

/// A value as SQLite stores it.
struct CellValue {
  enum class Kind { null, integer, real, text };
  Kind kind = Kind::null;
  int64_t integer = 0;
  double real = 0;
  std::string_view text = {};
};

/// true, false, yes, no in any case: 1, 0; else -1.
int parse_boolean(std::string_view text);

/// NA, N/A, null, none, nan, -, --, ? in any case, and what spreadsheets write for an error in any
/// language: #N/A, #NV, #VALUE!, #WERT!; and white space, which only quotes can hold.
bool is_placeholder(std::string_view text);

/// Threads: one.
class CellReader {
 public:
  CellReader(const Reading& reading, size_t text_bytes_max)
      : reading_(reading), text_bytes_max_(text_bytes_max) {}

  /// Valid until the next call, and while `cell` is. A cell that does not fit the reading is NULL.
  CellValue read(std::string_view cell);

  int64_t placeholders() const { return placeholders_; }  ///< read as NULL
  int64_t cuts() const { return cuts_; }                  ///< texts that were too long

 private:
  CellValue read_text(std::string_view cell);
  bool convert(std::string_view cell, CellValue& value);

  Reading reading_;
  size_t text_bytes_max_;
  int64_t placeholders_ = 0;
  int64_t cuts_ = 0;
  MomentText moment_text_;
};

}  // namespace parley::datasets
