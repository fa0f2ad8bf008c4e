#include "app/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "admin/admin.h"
#include "app/backup/file_copy.h"
#include "base/file_descriptor.h"
#include "crypto/random.h"

namespace parley::app {

namespace {

/// A power cut leaves the file whole or absent: an empty one would end every start from then on,
/// and one that goes missing takes all tokens along that were given out meanwhile.
bool write_key(const std::string& path, const std::string& key) {
  const std::string draft = path + ".new";
  const FileDescriptor file(
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file.is_open() && ::write(file.get(), key.data(), key.size()) == std::ssize(key) &&
         ::fsync(file.get()) == 0 && std::rename(draft.c_str(), path.c_str()) == 0 &&
         sync_directory(std::filesystem::path(path).parent_path().string());
}

/// The content of `path`; `fresh` becomes it if there is no such file. The database's lock is held,
/// so nobody else makes one at the same time.
Result<std::string> kept(const std::string& path, const std::string& fresh, const char* advice) {
  std::string key;
  if (std::ifstream file(path); file >> key) return key;
  const bool is_absent = ::access(path.c_str(), F_OK) != 0 && errno == ENOENT;
  if (is_absent && write_key(path, fresh)) return fresh;
  return fail(ErrorCode::unavailable, fmt::format("Cannot read or write \"{}\". {}", path, advice));
}

}  // namespace

Result<Secrets> secrets_of(const std::string& configured, const std::string& data_directory) {
  crypto::OpenSslEntropy entropy;
  Secrets out{configured, ""};
  if (configured.empty()) {
    const std::string path = fmt::format("{}/{}", data_directory, secret_key_file);
    ASSIGN_OR_RETURN(out.secret_key, kept(path, crypto::new_token(entropy),
                                          "Set SECRET_KEY, or make the directory writable."));
  }
  const std::string path = fmt::format("{}/{}", data_directory, operator_key_file);
  ASSIGN_OR_RETURN(out.operator_key,
                   kept(path, admin::new_secret(entropy),
                        "Use the server's account, or make the directory writable."));
  return out;
}

}  // namespace parley::app
