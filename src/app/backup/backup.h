// Backup: a copy of an installation in a directory, made while the server writes, verified, and
// put back. It holds the database, the uploads that it speaks of, and the secret key that was made
// for it; whoever can read it can act as anybody. All files are their owner's only.
#pragma once

#include <string>
#include <vector>

#include "app/backup/manifest.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/result.h"

namespace parley::app {

/// Where an installation keeps what.
struct Places {
  std::string database;
  std::string data_directory;
  std::string media_directory;
};

/// Errors: those of database_options().
Result<Places> places_of(const Settings& settings);

/// Into `directory`, which must be absent or empty: all that was committed before the call, and
/// perhaps more. A server must have the database open. Verified before it returns.
/// Errors: conflict (the directory is in use), storage_full, unavailable.
Result<Manifest> make_backup(const Places& places, const std::string& directory,
                             const Clock& clock);

/// Every byte is as it was written, and the database is sound and of a schema we know.
/// Errors: not_found (no backup), unavailable (names what is wrong).
Result<Manifest> verify_backup(const std::string& directory);

/// Verifies, then copies to where no installation is yet. What is cut off can be begun anew after
/// clearing the places. Errors: those of verify_backup(); conflict (there is data already, or a
/// server runs), storage_full.
Result<Manifest> restore_backup(const std::string& directory, const Places& places);

}  // namespace parley::app
