#include "app/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "admin/admin.h"
#include "base/file_descriptor.h"
#include "crypto/random.h"

namespace parley::app {

namespace {

/// The content of `path`; `fresh` becomes it if there is no such file.
Result<std::string> kept(const std::string& path, const std::string& fresh, const char* advice) {
  std::string key;
  if (std::ifstream file(path); file >> key) return key;
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const bool written = file.is_open() &&
                       ::write(file.get(), fresh.data(), fresh.size()) == std::ssize(fresh) &&
                       ::fsync(file.get()) == 0;
  if (written) return fresh;
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
