// The database's files on disk: made for their owner only, and kept from a second server process.
#pragma once

#include <string>

#include "base/result.h"

namespace parley::db::sqlite {

/// An exclusive lock on `path`, held until the object dies or the process ends, however it ends.
class LockFile {
 public:
  LockFile() = default;
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

  /// Does not wait. Errors: conflict (another process holds it), unavailable (cannot make it).
  static Result<LockFile> take(const std::string& path);

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// Makes `path` and its missing directories if absent (0600, 0700), takes others' permissions away
/// if it exists, and syncs the directory, so that the name survives a power cut. SQLite gives its
/// -wal and -shm files the mode of the database. Errors: storage_full, unavailable.
Result<void> make_private_file(const std::string& path);

/// Makes `path`, which must not exist, for its owner only. Errors: as make_private_file().
Result<void> make_new_file(const std::string& path);

/// Puts the file and its name on disk. Errors: as make_private_file().
Result<void> sync_file(const std::string& path);

}  // namespace parley::db::sqlite
