#include "db/snapshot.h"

#include <fmt/format.h>

#include "db/migrations.h"
#include "db/sqlite/connection.h"
#include "db/sqlite/failure.h"
#include "db/sqlite/files.h"

namespace parley::db {

namespace {

constexpr int64_t busy_timeout_ms = 5'000;

/// Runs `work` on a connection of its own. Errors: those of the database, naming the file.
Result<void> on_connection(const std::string& path, sqlite::Role role,
                           const std::function<void(sqlite::Connection&)>& work) {
  try {
    sqlite::Connection connection(path, role, busy_timeout_ms);
    work(connection);
    return {};
  } catch (const std::exception& exception) {
    Error error = sqlite::error_of(exception);
    error.detail = fmt::format("{}: {}", path, error.detail);
    return fail(std::move(error));
  }
}

void look_at(sqlite::Connection& connection, Look look, Inspection& found) {
  const char* check = look == Look::quick ? "quick_check" : "integrity_check";
  connection.run(fmt::format("PRAGMA {}({})", check, problems_max), {}, [&](const Row& row) {
    if (row.text(0) != "ok") found.problems.push_back(row.text(0));
  });
  connection.run("SELECT name, applied_at FROM schema_migrations ORDER BY version", {},
                 [&](const Row& row) {
                   found.schema = row.text(0);
                   found.migrated_at_ms = row.integer(1);
                 });
}

Result<Inspection> inspect_as(const std::string& path, sqlite::Role role, Look look) {
  Inspection found;
  TRY(on_connection(path, role,
                    [&](sqlite::Connection& connection) { look_at(connection, look, found); }));
  return found;
}

}  // namespace

std::string newest_schema() {
  return embedded_migrations().back().name;
}

Result<void> copy_database(const std::string& source, const std::string& destination) {
  TRY(sqlite::make_new_file(destination));
  TRY(on_connection(source, sqlite::Role::reader,
                    [&](sqlite::Connection& connection) { connection.copy_to(destination); }));
  return sqlite::sync_file(destination);
}

Result<Inspection> inspect(const std::string& path, Look look) {
  return inspect_as(path, sqlite::Role::reader, look);
}

Result<Inspection> inspect_copy(const std::string& path, Look look) {
  return inspect_as(path, sqlite::Role::copy, look);
}

Result<void> read_copy(const std::string& path, const std::function<void(const Reader&)>& work) {
  return on_connection(path, sqlite::Role::copy,
                       [&](sqlite::Connection& connection) { work(Reader(&connection)); });
}

}  // namespace parley::db
