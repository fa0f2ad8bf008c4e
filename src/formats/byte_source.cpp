#include "formats/byte_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace parley::formats {

ByteSource ByteSource::of_memory(std::string_view bytes) {
  return {bytes, -1, 0, static_cast<int64_t>(bytes.size())};
}

ByteSource ByteSource::of_file(int descriptor, int64_t offset, int64_t length) {
  return {{}, descriptor, offset, length};
}

Result<std::string_view> ByteSource::read() {
  const size_t wanted =
      std::min(block_bytes, static_cast<size_t>(std::max<int64_t>(0, length_ - position_)));
  if (descriptor_ < 0) {
    const std::string_view block = memory_.substr(static_cast<size_t>(position_), wanted);
    position_ += static_cast<int64_t>(block.size());
    return block;
  }
  block_.resize(wanted);
  size_t have = 0;
  while (have < wanted) {
    const ssize_t got = ::pread(descriptor_, block_.data() + have, wanted - have,
                                offset_ + position_ + static_cast<int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return fail(ErrorCode::internal, "The file could not be read",
                  got < 0 ? std::strerror(errno) : "the file is shorter than recorded");
    }
    have += static_cast<size_t>(got);
  }
  position_ += static_cast<int64_t>(have);
  return std::string_view(block_);
}

}  // namespace parley::formats
