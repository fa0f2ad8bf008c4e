// ByteSource: bytes read in blocks, from memory or from an open file. The start of every pass over
// an upload or a stored file; nothing is ever held whole.
//
// Threads: one. Borrows what it reads; the owner outlives it and does not change it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::formats {

class ByteSource {
 public:
  static constexpr size_t block_bytes = 64 * 1024;

  static ByteSource of_memory(std::string_view bytes);

  /// `length` bytes of `descriptor` from `offset`; the descriptor's own position stays untouched.
  static ByteSource of_file(int descriptor, int64_t offset, int64_t length);

  /// The next block, valid until the next call; empty at the end. Every block but the last has
  /// block_bytes. Errors: internal (the disk failed, or the file is shorter than promised).
  Result<std::string_view> read();

  /// Starts again at the first byte.
  void rewind() { position_ = 0; }

  int64_t size_bytes() const { return length_; }
  int64_t position_bytes() const { return position_; }  ///< read since the start or rewind()

 private:
  ByteSource(std::string_view memory, int descriptor, int64_t offset, int64_t length)
      : memory_(memory), descriptor_(descriptor), offset_(offset), length_(length) {}

  std::string_view memory_;
  int descriptor_ = -1;  ///< -1: memory
  int64_t offset_ = 0;
  int64_t length_ = 0;
  int64_t position_ = 0;
  std::string block_;
};

}  // namespace parley::formats
