// Database: one file, one writer, many readers. The only door to SQL; the only home of SQLiteCpp.
//
// Writes run on one writer thread that commits in groups (WAL, synchronous=FULL): when write()
// returns a value, the rows are on disk. All commits and checkpoints happen on that connection
// (SQLite < 3.51.3 can corrupt a WAL otherwise, SECURITY.md 0.1). Reads run on the calling thread
// over a pool of read-only connections and see the last commit.
//
// Stores write the SQL subset that SQLite and PostgreSQL share: $1 parameters, RETURNING,
// ON CONFLICT, epoch-millisecond integers, JSON as text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/scope.h"

namespace parley::db {

/// A bound parameter; strings are copied.
using Value = std::variant<std::nullptr_t, int64_t, double, std::string>;
using Values = std::vector<Value>;

/// `Value` of an optional: NULL when empty.
Value value_of(const std::optional<std::string>& text);
Value value_of(const std::optional<int64_t>& number);

/// The current row of a query; valid inside the callback only. Columns count from 0.
class Row {
 public:
  explicit Row(void* columns) : columns_(columns) {}
  bool is_null(int column) const;
  int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::optional<int64_t> optional_integer(int column) const;

 private:
  void* columns_;  ///< a std::vector<SQLite::Column>; kept opaque so that the library stays in db/
};

/// A consistent view of the data, inside read() or write(). Statements are cached per connection.
/// A failing statement throws an exception private to db/, which read()/write() turn into an Error:
/// store code needs no checks and must not catch.
class Reader {
 public:
  explicit Reader(void* connection) : connection_(connection) {}

  /// Runs `sql` and calls `on_row` for each row.
  void query(std::string_view sql, const Values& values,
             const std::function<void(const Row&)>& on_row) const;

  /// The first row mapped by `map`, or nullopt.
  template <class Map>
  auto first(std::string_view sql, const Values& values, Map map) const
      -> std::optional<decltype(map(std::declval<const Row&>()))> {
    std::optional<decltype(map(std::declval<const Row&>()))> out;
    query(sql, values, [&](const Row& row) {
      if (!out) out = map(row);
    });
    return out;
  }

 protected:
  void* connection_;
};

/// A write transaction. `now_ms()` is fixed, so all rows of one transaction agree on the time.
class Tx : public Reader {
 public:
  Tx(void* connection, int64_t now_ms) : Reader(connection), now_ms_(now_ms) {}

  /// Runs a statement; the number of rows it changed.
  int64_t execute(std::string_view sql, const Values& values) const;

  int64_t now_ms() const { return now_ms_; }

  /// What this transaction erases leaves the disk with it: the log is copied and emptied after the
  /// commit, or after a later one if a reader is in the way.
  void empty_log() const;

 private:
  int64_t now_ms_;
};

struct DatabaseOptions {
  std::string path = {};
  int readers = 4;
  size_t write_queue_max = 4'096;   ///< jobs waiting for the writer; more → unavailable
  size_t group_max = 64;            ///< jobs per commit
  int64_t busy_timeout_ms = 5'000;  ///< patience for a free reader and for foreign locks
  int64_t read_ms_max = 5'000;      ///< a longer read is interrupted: it keeps the WAL growing
  int64_t size_bytes_max = 0;       ///< of the file; more → storage_full. 0: what the disk holds
};

struct DatabaseStats {
  int64_t commits_total = 0;
  int64_t writes_total = 0;
  int64_t write_queue = 0;
  int64_t wal_bytes = 0;
};

class Database {
 public:
  /// Opens or creates the file (owner-only permissions) and migrates it. `clock` must outlive the
  /// database. Errors: unavailable (cannot open, not a database), storage_full, conflict (schema
  /// newer than this binary, or locked by another process: two servers must not share a file).
  static Result<std::unique_ptr<Database>> open(DatabaseOptions options, const Clock& clock);
  ~Database();

  /// Runs `work` on the calling thread in one read transaction. Errors: those of `work`;
  /// unavailable or internal from the database.
  template <class T>
  Result<T> read(const std::function<Result<T>(const Reader&)>& work) {
    Result<T> out = fail(ErrorCode::internal, "not run");
    if (auto ran = run_read([&](const Reader& reader) { out = work(reader); }); !ran) {
      return fail(std::move(ran).error());
    }
    return out;
  }

  /// Runs `work` on the writer thread in its own savepoint: kept if it returns a value, undone if
  /// it returns an error. Returns after the commit. `scope` names the tenant for logs and limits.
  /// Errors: those of `work`; conflict (a constraint of the schema); storage_full; unavailable
  /// (queue full, closing); internal (also: a write inside a write). `work` must not block: all
  /// writes wait for it. It may run although the caller is told of an error: act on the outcome.
  template <class T>
  Result<T> write(const Scope& scope, const std::function<Result<T>(const Tx&)>& work) {
    Result<T> out = fail(ErrorCode::internal, "not run");
    auto ran = run_write(scope, [&](const Tx& tx) {
      out = work(tx);
      return out.has_value();
    });
    if (!ran) return fail(std::move(ran).error());
    return out;
  }

  DatabaseStats stats() const;

  /// Finishes queued writes and running reads, checkpoints (TRUNCATE) and closes. Later calls get
  /// unavailable. Idempotent; any thread.
  void close();

 private:
  Database();
  Result<void> run_read(const std::function<void(const Reader&)>& work);
  Result<void> run_write(const Scope& scope, const std::function<bool(const Tx&)>& work);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::db
