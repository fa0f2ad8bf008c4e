// Manifest: what a backup holds, file by file; itself under a hash in the file beside it, so that
// no byte of a backup can change unseen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/backup/file_copy.h"
#include "base/result.h"

namespace parley::app {

inline constexpr const char* manifest_file = "manifest.json";
inline constexpr const char* manifest_hash_file = "manifest.sha256";  ///< as sha256sum writes it
inline constexpr const char* database_copy = "parley.db";

struct Manifest {
  struct Entry {
    std::string path;  ///< in the backup: parley.db, secret_key, media/<tenant>/<id>[.tables]
    FileFacts facts;
  };

  int64_t created_at_ms = 0;
  std::string version;  ///< of the server that made it
  std::string schema;   ///< of the database, e.g. "0005_tenants"
  std::vector<Entry> files;
  std::vector<std::string> missing;  ///< the database names them, but they were not on disk
};

/// True for the paths that a backup has; no other is ever read or written.
bool is_backup_path(std::string_view path);

/// Errors: as write_file().
Result<void> write_manifest(const std::string& directory, const Manifest& manifest);

/// Errors: not_found (no backup), unavailable (changed since it was written, or of another format).
Result<Manifest> read_manifest(const std::string& directory);

}  // namespace parley::app
