#include "app/secret_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "crypto/random.h"
#include "net/message.h"

namespace parley::app {

Result<std::string> secret_key(const std::string& configured, const std::string& data_directory,
                               Entropy& entropy) {
  if (!configured.empty()) return configured;
  const std::string path = data_directory + "/secret_key";
  std::string key;
  if (std::ifstream file(path); file >> key) return key;
  key = crypto::new_token(entropy);
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const bool written = file.is_open() &&
                       ::write(file.get(), key.data(), key.size()) == std::ssize(key) &&
                       ::fsync(file.get()) == 0;
  if (written) return key;
  return fail(ErrorCode::unavailable,
              fmt::format("Cannot read or write \"{}\". Set SECRET_KEY, or make the directory "
                          "writable.",
                          path));
}

}  // namespace parley::app
