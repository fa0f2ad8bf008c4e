// JsonTable: one table of a JSON file and its row in progress.
//
// Threads: one. Memory: one row, each cell about as long as a cell may be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/import.h"
#include "datasets/json_excerpt.h"
#include "datasets/json_other.h"
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
    size_t name_column = no_column;    ///< the name of the member that the row is
    size_t other_column = no_column;
  };

  JsonTable(Plan plan, TableWriter writer, size_t cell_bytes_max);

  /// A new row, of row `parent` if the table has such a column.
  void begin_row(int64_t parent);
  Result<void> end_row();
  int64_t row() const { return row_; }
  int64_t parent() const { return parent_; }  ///< of that row

  /// Each column at most once in a row, unless it was forgotten.
  void set(size_t column, std::string_view text);
  void set_name(std::string_view name);
  void set_json(size_t column, const JsonExcerpt& json);
  /// The value that has no column of its own.
  void set_other(const std::string& path, const JsonExcerpt& json);
  /// The row's object repeats the key of `node`: what was set for it counts no longer.
  void forget(const ShapeNode& node);

  Table describe() const;

 private:
  struct Cell {
    bool is_set = false;
    std::string text = {};
    int64_t empty_texts = 0;  ///< of all rows, that are NULL as the column is not of texts
    int64_t left_out = 0;     ///< members of lists, of all rows
  };

  void clear(const ShapeNode& node);
  void write_notes(Table& table) const;

  Plan plan_;
  TableWriter writer_;
  size_t cell_bytes_max_;
  std::vector<Cell> cells_;
  OtherMembers others_;
  std::vector<size_t> names_;  ///< hashes of the members' names
  int64_t row_ = 0;
  int64_t parent_ = 0;
  int64_t repeated_keys_ = 0;
  int64_t nul_characters_ = 0;
};

/// The tables of `shape`, the outermost first; assigns the nodes' columns and the tables' index.
/// `is_one_object`: the file is one object, whose arrays are the tables.
std::vector<JsonTable::Plan> plan_tables(ShapeTable& shape, const ImportOptions& options,
                                         bool is_one_object);

}  // namespace parley::datasets
