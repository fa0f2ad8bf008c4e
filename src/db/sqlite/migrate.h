// Migrate: brings a database file to the schema of this binary.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "db/migrations.h"
#include "db/sqlite/connection.h"

namespace parley::db::sqlite {

/// Runs what is missing, each step in one transaction with its row in schema_migrations: a process
/// that dies half-way leaves the schema before or after a step, never between. Errors: conflict
/// (the file is newer than this binary, or its history differs), storage_full, unavailable,
/// internal (a faulty step; nothing of it is kept).
Result<void> migrate(Connection& writer, const std::vector<Migration>& migrations, int64_t now_ms);

}  // namespace parley::db::sqlite
