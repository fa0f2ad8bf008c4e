#include "db/sqlite/connection.h"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <stdexcept>

#include "db/sqlite/failure.h"

namespace parley::db::sqlite {

namespace {

constexpr size_t cached_statements_max = 256;
constexpr int64_t checkpoint_wait_ms = 250;
constexpr int operations_per_deadline_check = 2'000;

int flags_of(Role role) {
  // NOMUTEX: a connection is used by one thread at a time, so SQLite need not lock it.
  const int access = role == Role::writer ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
  return access | SQLite::OPEN_NOMUTEX;
}

void bind(SQLite::Statement& statement, int place, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bindNoCopy(place, *text);  // the values outlive the run
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    statement.bind(place, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(place, *real);
  } else {
    statement.bind(place);
  }
}

void check(sqlite3* handle, int result) {
  if (result != SQLITE_OK) throw SQLite::Exception(handle, result);
}

void set_option(sqlite3* handle, int option, int value) {
  check(handle, sqlite3_db_config(handle, option, value, nullptr));
}

}  // namespace

/// Takes a statement out of the cache and gives it back, reset, even when a callback throws.
class Connection::Lease {
 public:
  Lease(Connection& owner, std::string_view sql) : idle_(owner.idle_statements_) {
    const auto found = idle_.find(sql);
    entry_ = found != idle_.end() ? idle_.extract(found) : owner.prepare(sql);
  }
  ~Lease() {
    entry_.mapped().statement.tryReset();  // bindings may dangle now; every run sets all of them
    if (idle_.size() < cached_statements_max) idle_.insert(std::move(entry_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Prepared& operator*() { return entry_.mapped(); }

 private:
  Statements& idle_;
  Statements::node_type entry_;  ///< moved as a whole, so that no run allocates
};

Connection::Connection(const std::string& path, Role role, int64_t busy_timeout_ms)
    : database_(path, flags_of(role), static_cast<int>(busy_timeout_ms)),
      busy_timeout_ms_(busy_timeout_ms) {
  configure(role);
}

void Connection::configure(Role role) {
  sqlite3* handle = database_.getHandle();
  check(handle, sqlite3_extended_result_codes(handle, 1));
  set_option(handle, SQLITE_DBCONFIG_DEFENSIVE, 1);
  set_option(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set_option(handle, SQLITE_DBCONFIG_DQS_DDL, 0);  // "text" is a name, never a string
  set_option(handle, SQLITE_DBCONFIG_DQS_DML, 0);
  if (role == Role::copy) {
    database_.exec("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0");
    return;
  }
  if (role == Role::reader) {
    set_option(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    database_.exec("PRAGMA query_only = ON");
  } else {
    database_.exec("PRAGMA journal_mode = WAL");
    database_.exec("PRAGMA journal_size_limit = 67108864");
  }
  database_.exec(
      "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
      "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0;"
      "PRAGMA temp_store = MEMORY");
  assert_pragma("journal_mode", "wal");
  assert_pragma("synchronous", "2");
  assert_pragma("mmap_size", "0");
  assert_pragma("cell_size_check", "1");
  assert_pragma("foreign_keys", "1");
  assert_pragma("secure_delete", "1");
  assert_pragma("trusted_schema", "0");
  assert_pragma("wal_autocheckpoint", "0");
  if (role == Role::reader) return;
  const auto on_commit = [](void* self, sqlite3*, const char*, int frames) {
    static_cast<Connection*>(self)->wal_frames_ = frames;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle, on_commit, this);
}

void Connection::assert_pragma(const char* name, std::string_view expected) {
  SQLite::Statement statement(database_, fmt::format("PRAGMA {}", name));
  // No row means a build without the feature; mmap_size is then as good as 0.
  const std::string actual = statement.executeStep() ? statement.getColumn(0).getString() : "";
  if (actual == expected || (actual.empty() && expected == "0")) return;
  throw std::runtime_error(
      fmt::format("PRAGMA {} is \"{}\" instead of \"{}\"", name, actual, expected));
}

Connection::Statements::node_type Connection::prepare(std::string_view sql) {
  std::string text(sql);
  Prepared prepared{SQLite::Statement(database_, text)};
  const int count = prepared.statement.getBindParameterCount();
  for (int number = 1; number <= count; ++number) {
    const int place = prepared.statement.getIndex(fmt::format("${}", number).c_str());
    if (place == 0) throw std::logic_error(fmt::format("no parameter ${} in: {}", number, sql));
    prepared.places.push_back(place);
  }
  Statements one;
  return one.extract(one.emplace(std::move(text), std::move(prepared)).first);
}

int64_t Connection::run(std::string_view sql, const Values& values,
                        const std::function<void(const Row&)>& on_row) {
  Lease lease(*this, sql);
  auto& [statement, places, columns] = *lease;
  if (places.size() != values.size()) {
    throw std::logic_error(fmt::format("{} values for: {}", values.size(), sql));
  }
  for (size_t i = 0; i < values.size(); ++i) bind(statement, places[i], values[i]);
  const Row row(&columns);
  while (step(statement)) {
    if (!on_row) continue;
    for (int i = static_cast<int>(columns.size()); i < statement.getColumnCount(); ++i) {
      columns.push_back(statement.getColumn(i));
    }
    on_row(row);
  }
  return statement.getChanges();
}

/// sqlite3_system_errno() stays unset when a COMMIT fails, so the number is taken here.
bool Connection::step(SQLite::Statement& statement) {
  errno = 0;
  try {
    return statement.executeStep();
  } catch (...) {
    failed_errno_ = errno;
    throw;
  }
}

void Connection::run_script(const std::string& sql) {
  database_.exec(sql);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

void Connection::rollback() noexcept {
  if (in_transaction()) database_.tryExec("ROLLBACK");
}

int64_t Connection::checkpoint(bool truncate) {
  sqlite3* handle = database_.getHandle();
  // All writes wait meanwhile: a slow reader may not hold them up for the whole busy timeout.
  database_.setBusyTimeout(static_cast<int>(checkpoint_wait_ms));
  int frames = 0;
  int copied = 0;
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int result = sqlite3_wal_checkpoint_v2(handle, nullptr, mode, &frames, &copied);
  database_.setBusyTimeout(static_cast<int>(busy_timeout_ms_));
  if (result != SQLITE_BUSY) check(handle, result);
  if (truncate && result == SQLITE_OK) {
    wal_frames_ = 0;
    is_log_to_be_emptied_ = false;
  }
  return frames - copied;
}

void Connection::copy_to(const std::string& path) {
  SQLite::Database copy(path, SQLite::OPEN_READWRITE, static_cast<int>(busy_timeout_ms_));
  // All pages in one step: between steps a writer of another process would make it start anew.
  const int result = SQLite::Backup(copy, database_).executeStep(-1);
  if (result != SQLITE_DONE) throw SQLite::Exception("the copy was not finished", result);
  copy.exec("PRAGMA journal_mode = DELETE");
}

void Connection::set_deadline(std::function<bool()> expired) {
  expired_ = std::move(expired);
  const auto ask = [](void* self) { return static_cast<Connection*>(self)->expired_() ? 1 : 0; };
  sqlite3_progress_handler(database_.getHandle(), expired_ ? operations_per_deadline_check : 0,
                           expired_ ? +ask : nullptr, this);
}

void Connection::limit_size(int64_t bytes_max) {
  if (bytes_max <= 0) return;
  int64_t page_bytes = 4'096;
  run("PRAGMA page_size", {}, [&](const Row& row) { page_bytes = row.integer(0); });
  database_.exec(fmt::format("PRAGMA max_page_count = {}", bytes_max / page_bytes));
}

Error Connection::failure(const std::exception& exception) const {
  return error_of(exception, failed_errno_);
}

}  // namespace parley::db::sqlite
