#include "app/server_address.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "base/file_descriptor.h"

namespace parley::app {

namespace {

std::string path_in(const std::string& data_directory) {
  return data_directory + "/server.address";
}

}  // namespace

std::string own_url(const std::string& host, uint16_t port) {
  std::string name = host;
  if (host == "0.0.0.0") name = "127.0.0.1";
  if (host == "::") name = "::1";
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return fmt::format("http://{}:{}", name, port);
}

Result<void> write_server_address(const std::string& data_directory, const std::string& url) {
  const std::string path = path_in(data_directory);
  const std::string draft = path + ".new";
  const std::string line = url + "\n";
  const FileDescriptor file(
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const bool written = file.is_open() &&
                       ::write(file.get(), line.data(), line.size()) == std::ssize(line) &&
                       std::rename(draft.c_str(), path.c_str()) == 0;
  if (written) return {};
  return fail(ErrorCode::unavailable, fmt::format("Cannot write \"{}\"", path));
}

void remove_server_address(const std::string& data_directory) {
  ::unlink(path_in(data_directory).c_str());
}

std::optional<std::string> read_server_address(const std::string& data_directory) {
  std::ifstream file(path_in(data_directory));
  std::string url;
  if (!(file >> url)) return std::nullopt;
  return url;
}

}  // namespace parley::app
