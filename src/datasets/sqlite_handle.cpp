#include "datasets/sqlite_handle.h"

namespace parley::datasets {

Error sqlite_error(sqlite3* database, int code) {
  const std::string detail = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if ((code & 0xFF) == SQLITE_FULL) return {ErrorCode::storage_full, "The disk is full", detail};
  return {ErrorCode::internal, "The table could not be written", detail};
}

Result<Database> Database::open(const std::string& path, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database;
  database.database_.reset(handle);
  if (code != SQLITE_OK) return fail(sqlite_error(handle, code));
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(get(), code));
  return {};
}

Result<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int length = static_cast<int>(sql.size());
  const int code = sqlite3_prepare_v2(get(), sql.data(), length, &statement, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(get(), code));
  return Statement(statement);
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char byte : name) {
    if (byte == '"') quoted.push_back('"');
    quoted.push_back(byte);
  }
  return quoted + '"';
}

}  // namespace parley::datasets
