#include "db/database.h"

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "db/migrations.h"
#include "db/sqlite/connection.h"
#include "db/sqlite/failure.h"
#include "db/sqlite/files.h"
#include "db/sqlite/migrate.h"
#include "db/sqlite/reader_pool.h"
#include "db/sqlite/writer.h"

namespace parley::db {

namespace {

const SQLite::Column& column_of(void* columns, int column) {
  const auto& all = *static_cast<std::vector<SQLite::Column>*>(columns);
  return all.at(static_cast<size_t>(column));
}

sqlite::Connection& connection_of(void* connection) {
  return *static_cast<sqlite::Connection*>(connection);
}

}  // namespace

Value value_of(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(nullptr);
}

Value value_of(const std::optional<int64_t>& number) {
  return number ? Value(*number) : Value(nullptr);
}

bool Row::is_null(int column) const {
  return column_of(columns_, column).isNull();
}

int64_t Row::integer(int column) const {
  return column_of(columns_, column).getInt64();
}

double Row::real(int column) const {
  return column_of(columns_, column).getDouble();
}

std::string Row::text(int column) const {
  return column_of(columns_, column).getString();
}

std::optional<std::string> Row::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<int64_t> Row::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

void Reader::query(std::string_view sql, const Values& values,
                   const std::function<void(const Row&)>& on_row) const {
  connection_of(connection_).run(sql, values, on_row);
}

int64_t Tx::execute(std::string_view sql, const Values& values) const {
  return connection_of(connection_).run(sql, values);
}

void Tx::empty_log() const {
  connection_of(connection_).empty_log_soon();
}

/// Members are destroyed from the last to the first: readers, writer, then the lock.
struct Database::Impl {
  DatabaseOptions options;
  sqlite::LockFile lock = {};
  std::unique_ptr<sqlite::Writer> writer = {};
  std::unique_ptr<sqlite::ReaderPool> readers = {};
  std::mutex closing = {};
  bool closed = false;  ///< guarded by closing
};

Database::Database() = default;
Database::~Database() {
  if (impl_ != nullptr) close();
}

Result<std::unique_ptr<Database>> Database::open(DatabaseOptions options, const Clock& clock) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  const std::string& path = impl->options.path;
  TRY(sqlite::make_private_file(path));
  ASSIGN_OR_RETURN(impl->lock, sqlite::LockFile::take(path + ".lock"));
  try {
    auto connection = std::make_unique<sqlite::Connection>(path, sqlite::Role::writer,
                                                           impl->options.busy_timeout_ms);
    TRY(sqlite::migrate(*connection, embedded_migrations(), clock.now_ms()));
    connection->limit_size(impl->options.size_bytes_max);
    impl->writer = std::make_unique<sqlite::Writer>(std::move(connection), impl->options, clock);
    impl->readers = std::make_unique<sqlite::ReaderPool>(impl->options, clock);
  } catch (const std::exception& exception) {
    Error error = sqlite::error_of(exception);
    if (error.code == ErrorCode::unavailable) error.message = "The database cannot be opened";
    error.detail = fmt::format("{}: {}", path, error.detail);
    return fail(std::move(error));
  }
  std::unique_ptr<Database> database(new Database);
  database->impl_ = std::move(impl);
  return database;
}

Result<void> Database::run_read(const std::function<void(const Reader&)>& work) {
  return impl_->readers->run(work);
}

Result<void> Database::run_write(const Scope& scope, const std::function<bool(const Tx&)>& work) {
  return impl_->writer->run(scope.tenant_id(), work);
}

DatabaseStats Database::stats() const {
  std::error_code absent;
  const auto wal_bytes = std::filesystem::file_size(impl_->options.path + "-wal", absent);
  DatabaseStats stats;
  stats.commits_total = impl_->writer->commits_total();
  stats.writes_total = impl_->writer->writes_total();
  stats.write_queue = impl_->writer->queued();
  stats.wal_bytes = absent ? 0 : static_cast<int64_t>(wal_bytes);
  return stats;
}

void Database::close() {
  const std::lock_guard lock(impl_->closing);
  if (std::exchange(impl_->closed, true)) return;
  impl_->readers->close();  // first: the last checkpoint then finds no reader in its way
  impl_->writer->stop();
  impl_->lock = {};
}

}  // namespace parley::db
