#include "formats/encoding.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace parley::formats {

namespace {

// WHATWG index windows-1252, 0x80 to 0x9F; the five unassigned bytes stay C1 controls.
constexpr std::array<char16_t, 32> windows_1252_high = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

constexpr char32_t replacement = 0xFFFD;

bool is_lead_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_trail_surrogate(char32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

char32_t wide_unit(std::string_view bytes, size_t at, Encoding encoding) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return encoding == Encoding::utf_16_le ? static_cast<char32_t>(first | (second << 8))
                                         : static_cast<char32_t>((first << 8) | second);
}

/// Bytes at the end of `text` that begin a UTF-8 sequence whose rest is still to come: 0 to 3.
size_t unfinished_bytes(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf_8:
      return "UTF-8";
    case Encoding::utf_16_le:
      return "UTF-16LE";
    case Encoding::utf_16_be:
      return "UTF-16BE";
    case Encoding::windows_1252:
      return "Windows-1252";
  }
  return "";
}

TextReader::TextReader(ByteSource& source, TextFormat format, Faults faults)
    : source_(source), format_(format), faults_(faults) {
  source_.rewind();
}

Result<std::string_view> TextReader::next() {
  while (!at_end_) {
    ASSIGN_OR_RETURN(std::string_view block, source_.read());
    at_end_ = block.empty();
    if (at_start_) block.remove_prefix(std::min(format_.mark_bytes, block.size()));
    at_start_ = false;
    ASSIGN_OR_RETURN(const std::string_view text, convert(block, at_end_));
    if (!text.empty()) return text;
  }
  return std::string_view();
}

Result<std::string_view> TextReader::convert(std::string_view block, bool is_last) {
  text_.clear();
  switch (format_.encoding) {
    case Encoding::utf_8:
      if (!format_.has_faults || faults_ == Faults::keep) return block;
      append_repaired(block, is_last);
      break;
    case Encoding::windows_1252:
      append_single_bytes(block);
      break;
    case Encoding::utf_16_le:
    case Encoding::utf_16_be:
      if (!append_wide(block, is_last)) {
        return fail(ErrorCode::invalid, "file is not text (it contains NUL characters)");
      }
      break;
  }
  return std::string_view(text_);
}

void TextReader::append_single_bytes(std::string_view block) {
  for (const char byte : block) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text_.push_back(byte);
    } else {
      const char32_t point = value < 0xA0 ? windows_1252_high[value - 0x80U] : value;
      utf8::append(point, std::back_inserter(text_));
    }
  }
}

bool TextReader::append_wide(std::string_view block, bool is_last) {
  carry_.append(block);
  size_t at = 0;
  while (at + 2 <= carry_.size()) {
    char32_t point = wide_unit(carry_, at, format_.encoding);
    if (point == 0) return false;
    if (is_lead_surrogate(point)) {
      if (at + 4 > carry_.size() && !is_last) break;
      const char32_t trail =
          at + 4 <= carry_.size() ? wide_unit(carry_, at + 2, format_.encoding) : 0;
      if (is_trail_surrogate(trail)) {
        point = 0x10000 + ((point - 0xD800) << 10) + (trail - 0xDC00);
        at += 2;
      }
    }
    if (is_lead_surrogate(point) || is_trail_surrogate(point)) {
      point = replacement;
      has_replaced_ = true;
    }
    utf8::append(point, std::back_inserter(text_));
    at += 2;
  }
  carry_.erase(0, at);
  if (is_last && !carry_.empty()) {
    utf8::append(replacement, std::back_inserter(text_));
    has_replaced_ = true;
  }
  return true;
}

void TextReader::append_repaired(std::string_view block, bool is_last) {
  carry_.append(block);
  const size_t whole = carry_.size() - (is_last ? 0 : unfinished_bytes(carry_));
  text_ = to_valid_utf8(std::string_view(carry_).substr(0, whole));
  carry_.erase(0, whole);
}

}  // namespace parley::formats
