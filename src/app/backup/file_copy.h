// File copy: files copied and hashed in one pass, readable by their owner alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace parley::app {

struct FileFacts {
  int64_t bytes = 0;
  std::string sha256;
};

/// Errors: not_found, unavailable (cannot read it).
Result<FileFacts> hash_file(const std::string& path);

/// To the new file `to`, on disk before this returns; its directory must be there.
/// Errors: not_found (`from`), conflict (`to` exists), storage_full, unavailable.
Result<FileFacts> copy_file(const std::string& from, const std::string& to);

/// A new file of `text`. Errors: as copy_file().
Result<void> write_file(const std::string& path, const std::string& text);

/// `path` and its missing parents, for the owner only. Errors: unavailable.
Result<void> make_private_directory(const std::string& path);

/// Puts the names in a directory on disk. Errors: unavailable.
Result<void> sync_directory(const std::string& path);

}  // namespace parley::app
