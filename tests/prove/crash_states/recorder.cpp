// Recorder: preloaded into the server, writes down everything that it does to the files below
// RECORDER_ROOT, in order, into the file RECORDER_FILE.
//
// One record: {"op": …, "path": …}\n and, for a write, its bytes. A write is recorded after it was
// done, and a sync when it was done, with how long the record was when it began: what a sync covers
// is then never overstated. Only calls that the server and SQLite make are there.
//
// SIGUSR2 is a kill -9 after the next record. One at any moment may fall between a call and its
// record, or cut the record: the next server would find what the record does not know of.
//
// Threads: any; one mutex around a call and its record, but never around a sync.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view deleted_suffix = " (deleted)";

std::atomic<bool> is_killed = false;

__attribute__((constructor)) void await_kill() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_killed = true; };
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR2, &action, nullptr);
}

/// The function that `name` would have been without this library.
template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::string environment(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "" : value;
}

struct Recorder {
  const std::string root = environment("RECORDER_ROOT");
  const int file = next<int(const char*, int, ...)>("open")(
      environment("RECORDER_FILE").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::mutex mutex;  ///< keeps calls and their records in one order

  bool wants(const std::string& path) const {
    return file >= 0 && path.starts_with(root) && !path.ends_with(deleted_suffix);
  }

  long long length() const {
    struct stat status {};
    return fstat(file, &status) == 0 ? status.st_size : 0;
  }

  void note(const std::string& fields, const void* bytes = nullptr, size_t count = 0) const {
    std::string head = "{" + fields + ",\"bytes\":" + std::to_string(count) + "}\n";
    const std::array<iovec, 2> pieces = {
        {{head.data(), head.size()}, {const_cast<void*>(bytes), count}}};
    const auto wanted = static_cast<ssize_t>(head.size() + count);
    if (::writev(file, pieces.data(), 2) != wanted) abort();
    if (is_killed) kill(getpid(), SIGKILL);
  }
};

/// Never destroyed: threads write until the process is gone.
Recorder& recorder() {
  static auto& instance = *new Recorder;
  return instance;
}

std::string path_of(int descriptor) {
  std::array<char, 4096> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), target.data(), target.size());
  return length <= 0 ? "" : std::string(target.data(), static_cast<size_t>(length));
}

/// `path` as openat() and its kin mean it.
std::string path_at(int directory, const char* path) {
  if (path[0] == '/') return path;
  std::array<char, 4096> working{};
  const bool is_working = directory == AT_FDCWD;
  if (is_working && getcwd(working.data(), working.size()) == nullptr) return path;
  return (is_working ? std::string(working.data()) : path_of(directory)) + "/" + path;
}

std::string fields(const char* op, const std::string& path) {
  return std::string(R"("op":")") + op + R"(","path":")" + path + '"';
}

/// Calls and, if that worked, records.
template <class Call>
int recorded(const char* op, const std::string& path, const Call& call,
             const std::string& more = "") {
  Recorder& all = recorder();
  if (!all.wants(path)) return call();
  const std::scoped_lock lock(all.mutex);
  const int result = call();
  if (result >= 0) all.note(fields(op, path) + more);
  return result;
}

template <class Call>
int opened(const std::string& path, int flags, const Call& call) {
  Recorder& all = recorder();
  if (!all.wants(path) || (flags & (O_CREAT | O_TRUNC)) == 0) return call();
  const std::scoped_lock lock(all.mutex);
  const bool is_new = access(path.c_str(), F_OK) != 0;
  const int result = call();
  if (result < 0 || (flags & O_TMPFILE) == O_TMPFILE) return result;
  if (is_new) all.note(fields("create", path));
  if (!is_new && (flags & O_TRUNC) != 0) all.note(fields("truncate", path) + ",\"size\":0");
  return result;
}

template <class Call>
ssize_t written(int descriptor, const void* bytes, long long offset, const Call& call) {
  Recorder& all = recorder();
  const std::string path = path_of(descriptor);
  if (!all.wants(path)) return call();
  const std::scoped_lock lock(all.mutex);
  if (offset < 0) offset = lseek(descriptor, 0, SEEK_CUR);
  const ssize_t count = call();
  if (count <= 0) return count;
  all.note(fields("write", path) + ",\"offset\":" + std::to_string(offset), bytes,
           static_cast<size_t>(count));
  return count;
}

int synced(int descriptor, const char* name) {
  Recorder& all = recorder();
  const std::string path = path_of(descriptor);
  const bool is_wanted = all.wants(path);
  const long long began = is_wanted ? all.length() : 0;
  const int result = next<int(int)>(name)(descriptor);
  if (result != 0 || !is_wanted) return result;
  const std::scoped_lock lock(all.mutex);
  all.note(fields("sync", path) + ",\"began\":" + std::to_string(began));
  return result;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(path_at(AT_FDCWD, path), flags,
                [&] { return next<int(const char*, int, ...)>("open")(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open(path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(path_at(directory, path), flags, [&] {
    return next<int(int, const char*, int, ...)>("openat")(directory, path, flags, mode);
  });
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  return written(descriptor, bytes, -1, [&] {
    return next<ssize_t(int, const void*, size_t)>("write")(descriptor, bytes, count);
  });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  return written(descriptor, bytes, offset, [&] {
    return next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64")(descriptor, bytes, count,
                                                                        offset);
  });
}

int ftruncate64(int descriptor, off64_t size) {
  return recorded(
      "truncate", path_of(descriptor),
      [&] { return next<int(int, off64_t)>("ftruncate64")(descriptor, size); },
      ",\"size\":" + std::to_string(size));
}

int fsync(int descriptor) {
  return synced(descriptor, "fsync");
}

int fdatasync(int descriptor) {
  return synced(descriptor, "fdatasync");
}

int rename(const char* from, const char* to) {
  const std::string target = path_at(AT_FDCWD, to);
  return recorded(
      "rename", path_at(AT_FDCWD, from),
      [&] { return next<int(const char*, const char*)>("rename")(from, to); },
      ",\"to\":\"" + target + '"');
}

int unlink(const char* path) {
  return recorded("unlink", path_at(AT_FDCWD, path),
                  [&] { return next<int(const char*)>("unlink")(path); });
}

int unlinkat(int directory, const char* path, int flags) {
  return recorded("unlink", path_at(directory, path), [&] {
    return next<int(int, const char*, int)>("unlinkat")(directory, path, flags);
  });
}

int mkdir(const char* path, mode_t mode) {
  return recorded("mkdir", path_at(AT_FDCWD, path),
                  [&] { return next<int(const char*, mode_t)>("mkdir")(path, mode); });
}

int mkdirat(int directory, const char* path, mode_t mode) {
  return recorded("mkdir", path_at(directory, path), [&] {
    return next<int(int, const char*, mode_t)>("mkdirat")(directory, path, mode);
  });
}

}  // extern "C"
