#include "db/sqlite/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file_descriptor.h"

namespace parley::db::sqlite {

namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = 0600;
constexpr mode_t owner_only_directory = 0700;

tl::unexpected<Error> system_failure(const std::string& doing, const std::string& path) {
  const int number = errno;
  const auto code =
      number == ENOSPC || number == EDQUOT ? ErrorCode::storage_full : ErrorCode::unavailable;
  return fail(code, "The database cannot be opened",
              doing + " " + path + ": " + std::generic_category().message(number));
}

int open_file(const std::string& path, int flags, mode_t mode = 0) {
  return ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

Result<void> sync_directory(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_failure("open directory", path);
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) return system_failure("fsync directory", path);
  return {};
}

std::string directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

Result<void> make_directory(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return {};
  TRY(make_directory(directory_of(path)));
  if (::mkdir(path.c_str(), owner_only_directory) != 0 && errno != EEXIST) {
    return system_failure("make directory", path);
  }
  return sync_directory(directory_of(path));
}

}  // namespace

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<LockFile> LockFile::take(const std::string& path) {
  const int descriptor = open_file(path, O_RDWR | O_CREAT, owner_only);
  if (descriptor < 0) return system_failure("open lock", path);
  LockFile lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return system_failure("lock", path);
  return fail(ErrorCode::conflict, "Another server process uses this database", path);
}

Result<void> make_private_file(const std::string& path) {
  TRY(make_directory(directory_of(path)));
  const int descriptor = open_file(path, O_RDWR | O_CREAT, owner_only);
  if (descriptor < 0) return system_failure("open", path);
  const bool restricted = ::fchmod(descriptor, owner_only) == 0;
  ::close(descriptor);
  if (!restricted) return system_failure("chmod", path);
  return sync_directory(directory_of(path));
}

Result<void> make_new_file(const std::string& path) {
  const FileDescriptor file(open_file(path, O_RDWR | O_CREAT | O_EXCL, owner_only));
  if (!file.is_open()) return system_failure("make", path);
  return {};
}

Result<void> sync_file(const std::string& path) {
  const FileDescriptor file(open_file(path, O_RDONLY));
  if (!file.is_open()) return system_failure("open", path);
  if (::fsync(file.get()) != 0) return system_failure("fsync", path);
  return sync_directory(directory_of(path));
}

}  // namespace parley::db::sqlite
