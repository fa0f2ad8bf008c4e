#include "app/backup/file_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/file_descriptor.h"
#include "crypto/digest.h"

namespace parley::app {

namespace {

constexpr size_t piece_bytes = 1024 * 1024;

tl::unexpected<Error> disk_failure(const char* doing, const std::string& path) {
  const int number = errno;
  ErrorCode code = ErrorCode::unavailable;
  if (number == ENOENT) code = ErrorCode::not_found;
  if (number == EEXIST) code = ErrorCode::conflict;
  if (number == ENOSPC || number == EDQUOT) code = ErrorCode::storage_full;
  return fail(code, fmt::format("Cannot {} \"{}\": {}", doing, path, std::strerror(number)));
}

Result<FileDescriptor> open_source(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) return disk_failure("read", path);
  return file;
}

Result<FileDescriptor> open_new(const std::string& path) {
  FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return disk_failure("make", path);
  return file;
}

Result<void> write_all(const FileDescriptor& file, std::string_view bytes,
                       const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_failure("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

/// Reads all of `source`; what it reads goes into `target`, too, if there is one.
Result<FileFacts> pass(const std::string& from, const FileDescriptor* target,
                       const std::string& to) {
  ASSIGN_OR_RETURN(const FileDescriptor source, open_source(from));
  FileFacts facts;
  crypto::Sha256 hash;
  std::vector<char> buffer(piece_bytes);
  while (true) {
    const ssize_t count = ::read(source.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_failure("read", from);
    if (count == 0) break;
    const std::string_view piece(buffer.data(), static_cast<size_t>(count));
    hash.update(piece);
    facts.bytes += count;
    if (target != nullptr) TRY(write_all(*target, piece, to));
  }
  facts.sha256 = hash.hex();
  return facts;
}

}  // namespace

Result<FileFacts> hash_file(const std::string& path) {
  return pass(path, nullptr, path);
}

Result<FileFacts> copy_file(const std::string& from, const std::string& to) {
  TRY(open_source(from));  // else an absent one would leave an empty copy
  ASSIGN_OR_RETURN(const FileDescriptor target, open_new(to));
  ASSIGN_OR_RETURN(FileFacts facts, pass(from, &target, to));
  if (::fsync(target.get()) != 0) return disk_failure("write", to);
  return facts;
}

Result<void> write_file(const std::string& path, const std::string& text) {
  ASSIGN_OR_RETURN(const FileDescriptor file, open_new(path));
  TRY(write_all(file, text, path));
  if (::fsync(file.get()) != 0) return disk_failure("write", path);
  return {};
}

Result<void> make_private_directory(const std::string& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) return {};
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (!parent.empty() && parent != path) TRY(make_private_directory(parent));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return disk_failure("make", path);
  return {};
}

Result<void> sync_directory(const std::string& path) {
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return disk_failure("write", path);
  return {};
}

}  // namespace parley::app
