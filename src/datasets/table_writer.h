// TableWriter: stores the rows of one table, and gathers what is said of it.
//
// Threads: one; borrows the database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/cell_reading.h"
#include "datasets/column_profile.h"
#include "datasets/dataset.h"
#include "datasets/sqlite_handle.h"

namespace parley::datasets {

/// SQLite's own limit: https://www.sqlite.org/limits.html
inline constexpr size_t table_columns_max = 2000;

struct ColumnPlan {
  std::string title;
  Reading reading;
};

class TableWriter {
 public:
  /// Creates the table. `columns_of_all`: of all tables of the file. Errors: internal,
  /// storage_full.
  static Result<TableWriter> create(Database& database, std::string name, std::string title,
                                    std::vector<ColumnPlan> columns, size_t columns_of_all,
                                    size_t cell_bytes_max);

  /// The row in progress: `cell` stays as it is until insert(). Each column is set once.
  void set(size_t column, std::string_view cell);
  /// The same for a cell that holds an empty text, not nothing; of a column of type text.
  void set_empty_text(size_t column);

  /// Stores the row as the next one. Errors: internal, storage_full.
  Result<void> insert();

  int64_t rows() const { return rows_; }
  size_t columns() const { return columns_.size(); }

  /// What is known of it now; the notes tell of cells that were changed and of renamed columns.
  Table describe() const;

 private:
  struct ColumnState {
    std::string title;
    std::string name;
    Reading reading;
    CellReader reader;
    ColumnProfile profile;
    bool is_bound = false;  ///< to something that is not NULL
  };

  void store(size_t column, const CellValue& value);
  void note_changes(Table& table) const;

  Database* database_ = nullptr;
  Statement statement_;
  std::string name_;
  std::string title_;
  std::vector<ColumnState> columns_;
  int64_t rows_ = 0;
};

/// What SQLite is told before and after all rows of a new file. `bytes_max`: of the file; at it,
/// rows fail with storage_full.
Result<Database> open_new_dataset(const std::string& path, int64_t bytes_max);
/// True if the file at `path`, which failed with storage_full, failed at its `bytes_max`.
bool is_at_bytes_max(const std::string& path, int64_t bytes_max);
/// Commits, closes and brings the file onto the disk. Errors: internal, storage_full.
Result<void> finish_dataset(Database database, const std::string& path);

}  // namespace parley::datasets
