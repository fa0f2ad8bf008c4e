#include "db/sqlite/migrate.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <stdexcept>

namespace parley::db::sqlite {

namespace {

int64_t version_of(const Migration& migration) {
  int64_t version = 0;
  const char* const end = migration.name.data() + migration.name.size();
  const auto [rest, error] = std::from_chars(migration.name.data(), end, version);
  if (error != std::errc() || version <= 0) {
    throw std::logic_error("migration without a number: " + migration.name);
  }
  return version;
}

/// Version → name of what the file has been through.
std::map<int64_t, std::string> history_of(Connection& writer) {
  writer.run_script(
      "CREATE TABLE IF NOT EXISTS schema_migrations ("
      "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
  std::map<int64_t, std::string> history;
  writer.run("SELECT version, name FROM schema_migrations", {},
             [&](const Row& row) { history[row.integer(0)] = row.text(1); });
  return history;
}

Result<void> check_history(const std::map<int64_t, std::string>& history,
                           const std::vector<Migration>& migrations) {
  std::map<int64_t, std::string> known;
  for (const Migration& migration : migrations) known[version_of(migration)] = migration.name;
  for (const auto& [version, name] : history) {
    const auto found = known.find(version);
    if (found != known.end() && found->second == name) continue;
    return fail(ErrorCode::conflict,
                "The database was written by a newer or different version of this server",
                fmt::format("schema step {} \"{}\" is unknown to this binary", version, name));
  }
  return {};
}

void apply(Connection& writer, const Migration& migration, int64_t now_ms) {
  writer.run_script("BEGIN IMMEDIATE");
  writer.run_script(migration.sql);
  if (!writer.in_transaction()) {
    throw std::logic_error("a migration may not end its transaction: " + migration.name);
  }
  writer.run("INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)",
             {version_of(migration), migration.name, now_ms});
  writer.run_script("COMMIT");
}

}  // namespace

Result<void> migrate(Connection& writer, const std::vector<Migration>& migrations, int64_t now_ms) {
  std::string step = "history";
  try {
    const auto history = history_of(writer);
    TRY(check_history(history, migrations));
    for (const Migration& migration : migrations) {
      step = migration.name;
      if (!history.contains(version_of(migration))) apply(writer, migration, now_ms);
    }
    return {};
  } catch (const std::exception& exception) {
    Error error = writer.failure(exception);
    writer.rollback();
    error.detail = fmt::format("migration {}: {}", step, error.detail);
    return fail(std::move(error));
  }
}

}  // namespace parley::db::sqlite
