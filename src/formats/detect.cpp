#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "formats/encoding.h"

namespace parley::formats {

namespace {

struct Signature {
  std::string_view bytes;
  std::string_view name;
};

using namespace std::string_view_literals;

// Kinds that could otherwise pass as text, and those worth a better word than "binary".
constexpr std::array signatures = {
    Signature{"\x89PNG"sv, "PNG image"},
    Signature{"\xFF\xD8\xFF"sv, "JPEG image"},
    Signature{"GIF87a"sv, "GIF image"},
    Signature{"GIF89a"sv, "GIF image"},
    Signature{"II*\0"sv, "TIFF image"},
    Signature{"MM\0*"sv, "TIFF image"},
    Signature{"%PDF-"sv, "PDF document"},
    Signature{"%!PS"sv, "PostScript document"},
    Signature{"{\\rtf"sv, "RTF document"},
    Signature{"PK\x03\x04"sv, "ZIP archive or Office document"},
    Signature{"PK\x05\x06"sv, "ZIP archive"},
    Signature{"PK\x07\x08"sv, "ZIP archive"},
    Signature{"\xD0\xCF\x11\xE0"sv, "older Office document"},
    Signature{"\x1F\x8B"sv, "gzip archive"},
    Signature{"BZh"sv, "bzip2 archive"},
    Signature{"\xFD"
              "7zXZ"sv,
              "xz archive"},
    Signature{"\x28\xB5\x2F\xFD"sv, "zstd archive"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, "7z archive"},
    Signature{"Rar!\x1A"sv, "RAR archive"},
    Signature{"\x7F"
              "ELF"sv,
              "program"},
    Signature{"\xCA\xFE\xBA\xBE"sv, "program"},
    Signature{"SQLite format 3"sv, "SQLite database"},
    Signature{"PAR1"sv, "Parquet file"},
    Signature{"OggS"sv, "audio"},
    Signature{"fLaC"sv, "audio"},
    Signature{"#!/"sv, "script"},
};

constexpr std::array markup = {"<!doctype"sv, "<html"sv, "<?xml"sv,   "<svg"sv,
                               "<head"sv,     "<body"sv, "<script"sv, "<!--"sv};

bool is_control(unsigned char byte) {
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
}

/// Counts what tells encodings apart, over pieces of any size.
class ByteCensus {
 public:
  void feed(std::string_view piece) {
    for (const char character : piece) {
      const auto byte = static_cast<unsigned char>(character);
      const bool is_odd = (count_++ & 1) != 0;
      if (byte == 0) ++(is_odd ? nuls_odd_ : nuls_even_);
      if (is_control(byte)) ++controls_;
      if (byte < 0x80 && pending_ == 0) continue;
      feed_sequence(byte);
    }
  }
  void finish() {
    if (pending_ > 0) ++faults_;
  }

  bool has_nuls() const { return nuls_even_ + nuls_odd_ > 0; }
  bool is_mostly_control() const { return controls_ > 3 && controls_ * 20 > count_; }

  /// UTF-16 without a mark shows in NULs on one side: the high bytes of ASCII. The other side has
  /// few (U+1F600 ends in one). Where NULs are rare, other high bytes must tell: control bytes
  /// (Cyrillic, Greek, Arabic) or sequences that are not UTF-8 (CJK).
  std::optional<Encoding> wide_encoding() const {
    const int64_t more = std::max(nuls_even_, nuls_odd_);
    const int64_t fewer = std::min(nuls_even_, nuls_odd_);
    const bool is_likely = more >= fewer * 8 && more * 50 >= count_ && count_ % 2 == 0;
    if (!is_likely || (controls_ * 4 < count_ && faults_ == 0)) return std::nullopt;
    return nuls_odd_ > nuls_even_ ? Encoding::utf_16_le : Encoding::utf_16_be;
  }
  bool is_utf_8() const { return faults_ == 0; }
  /// Latin-1 text hardly ever forms whole sequences by chance, so a few broken ones among many
  /// whole ones are damage, not another encoding.
  bool is_damaged_utf_8() const { return faults_ > 0 && faults_ <= sequences_ / 2; }

 private:
  // RFC 3629, section 4: the ranges of the second byte exclude overlong forms and surrogates.
  void feed_sequence(unsigned char byte) {
    if (pending_ > 0) {
      if (byte >= low_ && byte <= high_) {
        low_ = 0x80;
        high_ = 0xBF;
        if (--pending_ == 0) ++sequences_;
        return;
      }
      ++faults_;
      pending_ = 0;
      if (byte < 0x80) return;
    }
    low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    if (byte >= 0xC2 && byte <= 0xDF) {
      pending_ = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
      pending_ = 2;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
      pending_ = 3;
    } else {
      ++faults_;
    }
  }

  int64_t count_ = 0;
  int64_t nuls_even_ = 0;
  int64_t nuls_odd_ = 0;
  int64_t controls_ = 0;
  int64_t sequences_ = 0;
  int64_t faults_ = 0;
  int pending_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

std::optional<std::string_view> known_kind(std::string_view head) {
  for (const Signature& signature : signatures) {
    if (head.substr(0, signature.bytes.size()) == signature.bytes) return signature.name;
  }
  if (head.size() >= 8 && head.substr(0, 4) == "RIFF" && head[7] == '\0') return "RIFF media";
  if (head.size() >= 8 && head.substr(4, 4) == "ftyp" && head[0] == '\0') return "MP4 media";
  const std::string start = to_lower_ascii(trim(head.substr(0, 1024)).substr(0, 16));
  for (const std::string_view tag : markup) {
    if (start.rfind(tag, 0) == 0) return "HTML or XML page";
  }
  return std::nullopt;
}

tl::unexpected<Error> not_text(std::string_view kind) {
  return fail(ErrorCode::invalid, fmt::format("file is not text ({})", kind));
}

/// True if `head` reads as text in `encoding`: NULs alone could also be small binary numbers.
bool is_plausible_wide(std::string_view head, Encoding encoding) {
  const size_t low_at = encoding == Encoding::utf_16_le ? 0 : 1;
  size_t units = 0;
  size_t odd_ones = 0;
  for (size_t at = 0; at + 2 <= head.size(); at += 2) {
    const auto low = static_cast<unsigned char>(head[at + low_at]);
    const auto high = static_cast<unsigned char>(head[at + 1 - low_at]);
    ++units;
    if ((high == 0 && is_control(low)) || (high == 0xFF && low >= 0xFE)) ++odd_ones;
  }
  return odd_ones * 20 <= units;
}

/// Only the text itself tells whether its surrogates are pairs.
Result<TextFormat> wide_format(ByteSource& source, Encoding encoding, size_t mark_bytes) {
  TextFormat format{encoding, mark_bytes, false};
  TextReader reader(source, format, TextReader::Faults::replace);
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view text, reader.next());
    if (text.empty()) break;
  }
  source.rewind();
  format.has_faults = reader.has_replaced();
  return format;
}

Result<TextFormat> judge(ByteSource& source, const ByteCensus& census, std::string_view head) {
  if (census.has_nuls()) {
    const auto wide = census.wide_encoding();
    if (wide && is_plausible_wide(head, *wide)) return wide_format(source, *wide, 0);
    return not_text("it contains NUL bytes");
  }
  if (census.is_mostly_control()) return not_text("it contains control bytes");
  if (census.is_utf_8()) return TextFormat{};
  if (census.is_damaged_utf_8()) return TextFormat{Encoding::utf_8, 0, true};
  return TextFormat{Encoding::windows_1252, 0, false};
}

}  // namespace

Result<TextFormat> detect_text(ByteSource& source) {
  source.rewind();
  if (source.size_bytes() == 0) return fail(ErrorCode::invalid, "file is empty");
  ByteCensus census;
  std::string head;
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view block, source.read());
    if (block.empty()) break;
    if (head.empty()) head = block.substr(0, 4096);
    census.feed(block);
  }
  census.finish();
  source.rewind();

  const std::string_view start = head;
  if (start.substr(0, 4) == "\xFF\xFE\0\0"sv || start.substr(0, 4) == "\0\0\xFE\xFF"sv) {
    return not_text("UTF-32; save it as UTF-8");
  }
  if (start.substr(0, 2) == "\xFF\xFE"sv) return wide_format(source, Encoding::utf_16_le, 2);
  if (start.substr(0, 2) == "\xFE\xFF"sv) return wide_format(source, Encoding::utf_16_be, 2);
  const bool is_marked = start.substr(0, 3) == "\xEF\xBB\xBF"sv;
  if (const auto kind = known_kind(start.substr(is_marked ? 3 : 0))) return not_text(*kind);
  if (!is_marked) return judge(source, census, start);
  if (census.has_nuls()) return not_text("it contains NUL bytes");
  return TextFormat{Encoding::utf_8, 3, !census.is_utf_8()};
}

}  // namespace parley::formats
