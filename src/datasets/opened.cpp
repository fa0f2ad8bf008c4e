#include "datasets/opened.h"

#include <fmt/format.h>

namespace parley::datasets {
namespace {

/// As a URI filename (sqlite.org/uri.html), so that no byte of the path is taken for an option.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char byte : path) {
    const auto value = static_cast<unsigned char>(byte);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == '/' || byte == '_' || byte == '-';
    if (plain) {
      uri += byte;
    } else {
      uri += fmt::format("%{:02x}", value);
    }
  }
  return uri + "?mode=ro&immutable=1";
}

tl::unexpected<Error> cannot_open(sqlite3* connection, int code) {
  if ((code & 0xff) == SQLITE_CANTOPEN) {
    return fail(ErrorCode::not_found, "The file's data is gone", sqlite3_errmsg(connection));
  }
  return fail(ErrorCode::internal, "The file's data cannot be read", sqlite3_errmsg(connection));
}

int execute(sqlite3* connection, const std::string& sql) {
  return sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
}

/// Before any data is read: nothing that a file holds may run, write or be trusted.
void harden(sqlite3* connection) {
  const auto set = [connection](int option, int value) {
    sqlite3_db_config(connection, option, value, nullptr);
  };
  sqlite3_extended_result_codes(connection, 1);
  set(SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  set(SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0);
  set(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
  set(SQLITE_DBCONFIG_ENABLE_VIEW, 0);
  // "north" is a column or nothing: taken for a text it would hide a misspelt column.
  set(SQLITE_DBCONFIG_DQS_DML, 0);
  set(SQLITE_DBCONFIG_DQS_DDL, 0);
}

}  // namespace

Statement prepare(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(connection, sql.c_str(), -1, &made, nullptr);
  return Statement(made);
}

Result<OpenedDatasets> open_datasets(const std::vector<std::string>& paths) {
  OpenedDatasets opened;
  sqlite3* made = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2(uri_of(paths.front()).c_str(), &made, flags, nullptr);
  opened.connection.reset(made);
  if (code != SQLITE_OK) return cannot_open(made, code);
  harden(made);
  opened.schemas.emplace_back("main");
  for (size_t i = 1; i < paths.size(); ++i) {
    const Statement attach = prepare(made, fmt::format("ATTACH ?1 AS d{}", i + 1));
    const std::string uri = uri_of(paths[i]);
    sqlite3_bind_text(attach.get(), 1, uri.c_str(), -1, SQLITE_TRANSIENT);
    if (code = sqlite3_step(attach.get()); code != SQLITE_DONE) return cannot_open(made, code);
    opened.schemas.push_back(fmt::format("d{}", i + 1));
  }
  code = execute(made, "PRAGMA temp_store = memory; PRAGMA mmap_size = 0; BEGIN");
  for (const std::string& schema : opened.schemas) {
    if (code == SQLITE_OK) code = execute(made, "PRAGMA " + schema + ".schema_version");
  }
  if (code != SQLITE_OK) return cannot_open(made, code);
  return opened;
}

}  // namespace parley::datasets
