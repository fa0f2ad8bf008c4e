// JsonTable: one table of a JSON file and its row in progress.
//
// Threads: one. Memory: one row, each cell about as long as a cell may be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/import.h"
#include "datasets/json_shape.h"
#include "datasets/table_writer.h"

namespace parley::datasets {

class JsonTable {
 public:
  static constexpr size_t no_column = ShapeNode::no_column;

  /// What a table will be, before it is made.
  struct Plan {
    std::string name;
    std::string title;
    const ShapeTable* shape = nullptr;
    std::vector<ColumnPlan> columns;
    size_t parent_column = no_column;  ///< the rowid of the row that it belongs to
    size_t other_column = no_column;
  };

  JsonTable(Plan plan, TableWriter writer, size_t cell_bytes_max);

  /// A new row, of row `parent` if the table has such a column.
  void begin_row(int64_t parent);
  Result<void> end_row();
  int64_t row() const { return row_; }

  void set(size_t column, std::string_view text);
  /// Where JSON text for the cell goes; what it held is gone.
  std::string& text_of(size_t column);
  /// Where the value goes that has no column of its own.
  std::string& text_of_other(std::string_view path);

  Table describe() const;

 private:
  struct Cell {
    bool is_set = false;
    std::string text = {};
  };

  Plan plan_;
  TableWriter writer_;
  size_t cell_bytes_max_;
  std::vector<Cell> cells_;
  int64_t row_ = 0;
  int64_t repeated_keys_ = 0;
  int64_t nul_characters_ = 0;
};

/// The tables of `shape`, the outermost first; assigns the nodes' columns and the tables' index.
/// `is_one_object`: the file is one object, whose arrays are the tables.
std::vector<JsonTable::Plan> plan_tables(ShapeTable& shape, const ImportOptions& options,
                                         bool is_one_object);

}  // namespace parley::datasets
