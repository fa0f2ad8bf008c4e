// Snapshot: copies of a database that is in use, and a look at one from outside.
//
// Nothing here commits to or checkpoints the file that a server writes (SECURITY.md 0.1).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace parley::db {

/// What a look from outside finds.
struct Inspection {
  std::vector<std::string> problems;  ///< of SQLite's integrity check; empty: sound
  std::string schema;                 ///< the newest step, e.g. "0005_tenants"; empty: none
  int64_t migrated_at_ms = 0;         ///< when that was
};

enum class Look {
  quick,     ///< structure only
  thorough,  ///< and that every index agrees with its table
};

inline constexpr size_t problems_max = 10;  ///< told of one file

/// The newest schema step of this binary.
std::string newest_schema();

/// Copies the database `source`, which this or another process has open and may be writing, as its
/// last commit left it, to the new file `destination` (owner-only, whole on disk). It holds one
/// read transaction meanwhile, so the WAL grows by what is written.
/// Errors: storage_full, unavailable (cannot open or write, or it exists).
Result<void> copy_database(const std::string& source, const std::string& destination);

/// A database that a server has open. Errors: unavailable.
Result<Inspection> inspect(const std::string& path, Look look);

/// A copy that nobody writes. Errors: unavailable (not a database).
Result<Inspection> inspect_copy(const std::string& path, Look look);
Result<void> read_copy(const std::string& path, const std::function<void(const Reader&)>& work);

}  // namespace parley::db
