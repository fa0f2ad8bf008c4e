#include "files/media.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/ids.h"

namespace parley::files {

namespace {

tl::unexpected<Error> disk_failure(int error_number, std::string_view doing) {
  const bool is_full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return fail(is_full ? ErrorCode::storage_full : ErrorCode::internal,
              is_full ? "There is no space left for files" : "The file could not be stored",
              std::string(doing) + ": " + std::strerror(error_number));
}

/// Tenant ids name a directory; anything but plain words would be a bug, caught here.
bool is_folder_name(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !text.empty() && text.size() <= 128 &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view tables_suffix = ".tables";

std::string name_on_disk(const std::string& id, Media::Kind kind) {
  return kind == Media::Kind::tables ? id + std::string(tables_suffix) : id;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

Media::Draft::~Draft() {
  if (file_.is_open() && !is_kept_) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

Result<void> Media::Draft::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_failure(errno, "write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> Media::Draft::sync() {
  if (::fsync(file_.get()) != 0) return disk_failure(errno, "fsync");
  if (::fsync(folder_.get()) != 0) return disk_failure(errno, "fsync of the directory");
  return {};
}

Result<int64_t> Media::Draft::size() const {
  struct stat status = {};
  if (::fstat(file_.get(), &status) != 0) return disk_failure(errno, "fstat");
  return static_cast<int64_t>(status.st_size);
}

Result<FileDescriptor> Media::open_folder(const Scope& scope, bool make) const {
  if (!is_folder_name(scope.tenant_id())) {
    return fail(ErrorCode::internal, "The file could not be stored", "unfit tenant id");
  }
  if (make) {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) return disk_failure(error.value(), "making the media directory");
  }
  const FileDescriptor media(::open(directory_.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  if (!media.is_open()) return disk_failure(errno, "opening the media directory");
  const char* name = scope.tenant_id().c_str();
  if (make && ::mkdirat(media.get(), name, 0700) != 0 && errno != EEXIST) {
    return disk_failure(errno, "making the tenant's directory");
  }
  if (make) ::fsync(media.get());
  FileDescriptor folder(
      ::openat(media.get(), name, O_DIRECTORY | O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder.is_open()) return disk_failure(errno, "opening the tenant's directory");
  return folder;
}

Result<Media::Draft> Media::create(const Scope& scope, const std::string& id, Kind kind) const {
  if (!is_uuid(id)) return fail(ErrorCode::internal, "The file could not be stored", "unfit id");
  ASSIGN_OR_RETURN(FileDescriptor folder, open_folder(scope, true));
  std::string name = name_on_disk(id, kind);
  FileDescriptor file(::openat(folder.get(), name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return disk_failure(errno, "creating a file");
  return Draft(std::move(folder), std::move(file), std::move(name));
}

Result<FileDescriptor> Media::open(const Scope& scope, const std::string& id) const {
  if (!is_uuid(id)) return fail(ErrorCode::not_found, "No such file");
  ASSIGN_OR_RETURN(const FileDescriptor folder, open_folder(scope, false));
  FileDescriptor file(::openat(folder.get(), id.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open() && errno == ENOENT) return fail(ErrorCode::not_found, "No such file");
  if (!file.is_open()) return disk_failure(errno, "opening a file");
  return file;
}

int64_t Media::remove(const Scope& scope, const std::string& id) const {
  if (!is_uuid(id)) return 0;
  // What cannot be removed now is found by the sweep.
  const auto folder = open_folder(scope, false);
  if (!folder) return 0;
  int64_t removed = 0;
  for (const Kind kind : {Kind::tables, Kind::bytes}) {
    if (::unlinkat(folder->get(), name_on_disk(id, kind).c_str(), 0) == 0) ++removed;
  }
  return removed;
}

std::string Media::path_of_tables(const Scope& scope, const std::string& id) const {
  return directory_ + "/" + scope.tenant_id() + "/" + name_on_disk(id, Kind::tables);
}

Result<void> Media::visit_older(const Scope& scope, int64_t epoch_ms, const Visit& visit) const {
  auto folder = open_folder(scope, false);
  if (!folder) return {};  // nothing was ever stored
  const int copy = ::fcntl(folder->get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseDirectory> directory(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!directory) return disk_failure(errno, "listing files");
  while (const dirent* entry = ::readdir(directory.get())) {
    struct stat status = {};
    std::string id = entry->d_name;
    if (id.ends_with(tables_suffix)) id.resize(id.size() - tables_suffix.size());
    if (!is_uuid(id)) continue;
    if (::fstatat(folder->get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (status.st_mtim.tv_sec * 1000 < epoch_ms) TRY(visit(std::move(id)));
  }
  return {};
}

}  // namespace parley::files
