// SQLite's handles with an owner each, for the files that datasets are: Connection and Statement
// for all of this folder, Database for those who write.
//
// SQLite itself: https://www.sqlite.org/c3ref/intro.html
// Threads: one per connection and its statements; no mutex is taken.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::datasets {

struct CloseSqlite {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, CloseSqlite>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseSqlite>;

/// What a failed call on `database` means: storage_full, else internal. SQLite's text is the
/// detail.
Error sqlite_error(sqlite3* database, int code);

class Database {
 public:
  /// `flags`: SQLITE_OPEN_…. Errors: internal, storage_full.
  static Result<Database> open(const std::string& path, int flags);

  /// Runs all statements of `sql`. Errors: internal, storage_full.
  Result<void> execute(const std::string& sql);

  /// Errors: internal.
  Result<Statement> prepare(const std::string& sql);

  sqlite3* get() const { return database_.get(); }

 private:
  Connection database_;
};

/// `name` as SQL takes it for a table or column, whatever it holds: in quotes.
std::string quoted_name(std::string_view name);

}  // namespace parley::datasets
