#include "net/message.h"

#include <unistd.h>

#include <algorithm>

namespace parley::net {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<std::string_view> RequestHead::header(std::string_view lowercase_name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(),
                   [lowercase_name](const auto& field) { return field.first == lowercase_name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

}  // namespace parley::net
