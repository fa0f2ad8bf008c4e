// Connection: one SQLite connection with our pragmas and its cache of prepared statements.
//
// Threads: one at a time; whoever holds it (the writer thread, a borrower of the reader pool) owns
// it alone. Every method may throw SQLite::Exception or std::exception: callers inside db/ turn
// them into an Error with failure().
#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace parley::db::sqlite {

enum class Role {
  writer,  ///< commits and checkpoints
  reader,  ///< opened read-only; never checkpoints, not even when it is the last to close
  copy,    ///< opened read-only: a file as copy_to() makes it, which nobody writes
};

class Connection {
 public:
  /// Opens `path`, sets the pragmas of SECURITY.md 3.1 and asserts that they took effect.
  Connection(const std::string& path, Role role, int64_t busy_timeout_ms);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a statement, `on_row` for each row; the number of rows it changed.
  /// $1 is values[0] and so on; a statement that names more or fewer is a std::logic_error.
  int64_t run(std::string_view sql, const Values& values,
              const std::function<void(const Row&)>& on_row = {});

  /// Runs a script of several statements, uncached.
  void run_script(const std::string& sql);

  /// True between BEGIN and its COMMIT or ROLLBACK. SQLite ends a transaction by itself after some
  /// errors (FULL, IOERR, NOMEM), so ask after a failure.
  bool in_transaction() const;

  /// ROLLBACK if a transaction is still open.
  void rollback() noexcept;

  /// PASSIVE, or TRUNCATE waiting at most 250 ms for readers; the WAL frames left to copy.
  int64_t checkpoint(bool truncate);

  /// True from empty_log_soon() until a checkpoint has emptied the WAL.
  bool is_log_to_be_emptied() const { return is_log_to_be_emptied_; }
  void empty_log_soon() { is_log_to_be_emptied_ = true; }

  /// Frames in the WAL after the last commit of this connection.
  int64_t wal_frames() const { return wal_frames_; }

  /// Copies the last commit to the empty file `path`, in one read transaction. The copy needs no
  /// other file beside it: its journal mode is not WAL.
  void copy_to(const std::string& path);

  /// A statement that still runs when `expired()` turns true is interrupted (→ unavailable).
  void set_deadline(std::function<bool()> expired);

  /// Bounds the file: more is SQLITE_FULL. 0: no bound of ours.
  void limit_size(int64_t bytes_max);

  /// The Error of an exception that one of these methods threw.
  Error failure(const std::exception& exception) const;

 private:
  /// A prepared statement; for each $n, its place in SQLite's numbering; from its first row on, the
  /// columns of every row.
  struct Prepared {
    SQLite::Statement statement;
    std::vector<int> places = {};
    std::vector<SQLite::Column> columns = {};
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Statements =
      std::unordered_map<std::string, Prepared, TextHash, std::equal_to<>>;  ///< by SQL
  class Lease;

  Statements::node_type prepare(std::string_view sql);
  bool step(SQLite::Statement& statement);
  void configure(Role role);
  void assert_pragma(const char* name, std::string_view expected);

  SQLite::Database database_;
  int64_t busy_timeout_ms_;
  int64_t wal_frames_ = 0;
  bool is_log_to_be_emptied_ = false;
  int failed_errno_ = 0;  ///< of the last step that failed
  std::function<bool()> expired_;
  /// A statement in use is not in here, so a query inside the callback of the same query gets its
  /// own.
  Statements idle_statements_;
};

}  // namespace parley::db::sqlite
