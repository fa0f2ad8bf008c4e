// ResultText: the rows of a running statement as JSON text, and what type each column is.
//
// Threads: one.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/query.h"

namespace parley::datasets {

class ResultText {
 public:
  /// `statement` is compiled and not yet run. Borrowed.
  explicit ResultText(sqlite3_stmt* statement);

  /// Adds the row that `statement` stands on; false, and nothing added, if `limits` are reached.
  bool add_row(const QueryLimits& limits);

  /// What decode_answer() reads. A column's type is the one declared in its table where it comes
  /// from there unchanged, else what all of its values have in common.
  std::string finish(bool truncated, int64_t rows_scanned, int64_t milliseconds) const;

 private:
  struct Seen {  // kinds of values, not null
    bool integer = false;
    bool real = false;
    bool date = false;
    bool timestamp = false;
    bool text = false;
  };

  void add_cell(int column);
  void add_text(int column);
  std::string type_of(int column) const;

  sqlite3_stmt* statement_;
  std::vector<Seen> seen_;
  std::string rows_;
  int64_t count_ = 0;
};

}  // namespace parley::datasets
