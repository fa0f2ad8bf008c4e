// Encoding: which text encoding a file is in, and its text as UTF-8, block by block.
//
// Known: UTF-8, UTF-16 (both orders, with or without byte order mark), and Windows-1252, which
// covers Latin-1, for everything else that is text (WHATWG Encoding, "windows-1252"). Files that
// are not text are told apart by their first bytes, NULs and control characters.
// Threads: one per object. Memory: a few blocks, whatever the size of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/byte_source.h"

namespace parley::formats {

enum class Encoding { utf_8, utf_16_le, utf_16_be, windows_1252 };
std::string_view name_of(Encoding encoding);

struct TextFormat {
  Encoding encoding = Encoding::utf_8;
  size_t mark_bytes = 0;    ///< length of the byte order mark
  bool has_faults = false;  ///< UTF-8 or UTF-16, with some broken sequences
};

/// Reads `source` to its end and says what it is. Leaves it rewound.
/// Errors: invalid ("file is empty", "file is not text (PNG image)"), those of ByteSource.
Result<TextFormat> detect_text(ByteSource& source);

/// Turns a source into UTF-8.
class TextReader {
 public:
  enum class Faults {
    replace,  ///< a broken sequence becomes U+FFFD
    keep,     ///< UTF-8 goes through as it is; the consumer checks
  };

  /// Rewinds `source` and borrows it.
  TextReader(ByteSource& source, TextFormat format, Faults faults);

  /// The next piece of text, at most 3 blocks long, valid until the next call; empty at the end.
  /// Pieces may end inside a UTF-8 sequence. Errors: invalid (NUL in UTF-16), those of ByteSource.
  Result<std::string_view> next();

  const TextFormat& format() const { return format_; }
  /// Something of UTF-16 became U+FFFD so far.
  bool has_replaced() const { return has_replaced_; }

 private:
  Result<std::string_view> convert(std::string_view block, bool is_last);
  void append_single_bytes(std::string_view block);
  bool append_wide(std::string_view block, bool is_last);
  void append_repaired(std::string_view block, bool is_last);

  ByteSource& source_;
  TextFormat format_;
  Faults faults_;
  bool at_start_ = true;
  bool at_end_ = false;
  bool has_replaced_ = false;
  std::string carry_;  ///< bytes of an unfinished character, at most 3
  std::string text_;
};

}  // namespace parley::formats
