// Encodings, and files that are not what they say.
#include <gtest/gtest.h>

#include "tests/unit/files_texts.h"

namespace parley::files {
namespace {

using namespace std::string_literals;

struct Decoded {
  std::string encoding;
  std::string text;
};

Decoded decode(std::string_view bytes) {
  ByteSource source = ByteSource::of_memory(bytes);
  const auto format = detect_text(source);
  if (!format) return {"refused", format.error().message};
  TextReader reader(source, *format, TextReader::Faults::replace);
  Decoded out{std::string(name_of(format->encoding)), ""};
  while (true) {
    const auto piece = reader.next();
    if (!piece) return {"refused", piece.error().message};
    if (piece->empty()) return out;
    out.text += *piece;
  }
}

struct EncodingCase {
  std::string name;
  std::string bytes;
  std::string encoding;
  std::string text;
};

// The name is GoogleTest\'s.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const EncodingCase& one, std::ostream* out) {
  *out << one.name;
}

class Encodings : public testing::TestWithParam<EncodingCase> {};

TEST_P(Encodings, BecomeUtf8) {
  const Decoded decoded = decode(GetParam().bytes);
  EXPECT_EQ(decoded.encoding, GetParam().encoding);
  EXPECT_EQ(decoded.text, GetParam().text);
}

constexpr std::u16string_view wide = u"näme;Ж\n日本;😀\n";
constexpr std::string_view narrow = "näme;Ж\n日本;😀\n";
constexpr std::u16string_view cyrillic = u"имя;город\nАня;Омск\n";
constexpr std::string_view cyrillic_utf_8 = "имя;город\nАня;Омск\n";

INSTANTIATE_TEST_SUITE_P(
    Files, Encodings,
    testing::Values(
        EncodingCase{"ascii", "a,b\n1,2\n", "UTF-8", "a,b\n1,2\n"},
        EncodingCase{"utf_8", std::string(narrow), "UTF-8", std::string(narrow)},
        EncodingCase{"utf_8_marked", "\xEF\xBB\xBF" + std::string(narrow), "UTF-8",
                     std::string(narrow)},
        EncodingCase{"utf_16_le_marked", utf_16(wide, true, true), "UTF-16LE", std::string(narrow)},
        EncodingCase{"utf_16_be_marked", utf_16(wide, false, true), "UTF-16BE",
                     std::string(narrow)},
        EncodingCase{"utf_16_le", utf_16(wide, true, false), "UTF-16LE", std::string(narrow)},
        EncodingCase{"utf_16_be", utf_16(wide, false, false), "UTF-16BE", std::string(narrow)},
        EncodingCase{"utf_16_le_cyrillic", utf_16(cyrillic, true, false), "UTF-16LE",
                     std::string(cyrillic_utf_8)},
        EncodingCase{"utf_16_be_cyrillic", utf_16(cyrillic, false, false), "UTF-16BE",
                     std::string(cyrillic_utf_8)},
        EncodingCase{"utf_16_lone_lead", utf_16(u"a\xD800z", true, true), "UTF-16LE",
                     "a\xEF\xBF\xBDz"},
        EncodingCase{"utf_16_lone_trail", utf_16(u"a\xDC00z", false, true), "UTF-16BE",
                     "a\xEF\xBF\xBDz"},
        EncodingCase{"utf_16_lead_at_end", utf_16(u"a\xD83D", true, true), "UTF-16LE",
                     "a\xEF\xBF\xBD"},
        EncodingCase{"utf_16_odd_byte", utf_16(u"ab", true, true) + "c", "UTF-16LE",
                     "ab\xEF\xBF\xBD"},
        EncodingCase{"latin_1", "caf\xE9;na\xEFve\n\xFC", "Windows-1252", "café;naïve\nü"},
        EncodingCase{"windows_1252", "\x80 5 \x93x\x94 \x96 \x99", "Windows-1252", "€ 5 “x” – ™"},
        EncodingCase{"windows_1252_unassigned", "a\x81\xE9", "Windows-1252", "a\xC2\x81é"},
        EncodingCase{"damaged_utf_8", "é,ü,ß,ø,å\n\xC3,x\n", "UTF-8",
                     "é,ü,ß,ø,å\n\xEF\xBF\xBD,x\n"},
        EncodingCase{"cut_utf_8", "é,ü,ß,ø,å\n\xE6\x97", "UTF-8", "é,ü,ß,ø,å\n\xEF\xBF\xBD"},
        EncodingCase{"marked_and_damaged", "\xEF\xBB\xBFx,\xFF\n", "UTF-8", "x,\xEF\xBF\xBD\n"},
        EncodingCase{"mark_alone", "\xEF\xBB\xBF", "UTF-8", ""},
        EncodingCase{"few_controls", "a,b\n\x1B[31mred,2\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
                     "UTF-8", "a,b\n\x1B[31mred,2\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"},
        EncodingCase{"empty", "", "refused", "file is empty"},
        EncodingCase{"nul_in_text", "a,b\n1,\0\n"s, "refused",
                     "file is not text (it contains NUL bytes)"},
        EncodingCase{"nul_in_marked_utf_8", "\xEF\xBB\xBF"s + "a\0b"s, "refused",
                     "file is not text (it contains NUL bytes)"},
        EncodingCase{"nul_in_utf_16", utf_16(std::u16string_view(u"a\0b", 3), true, true),
                     "refused", "file is not text (it contains NUL characters)"},
        EncodingCase{"utf_32_le", "\xFF\xFE\0\0a\0\0\0"s, "refused",
                     "file is not text (UTF-32; save it as UTF-8)"},
        EncodingCase{"utf_32_be", "\0\0\xFE\xFF\0\0\0a"s, "refused",
                     "file is not text (UTF-32; save it as UTF-8)"},
        EncodingCase{"controls", "\x01\x02\x03\x04", "refused",
                     "file is not text (it contains control bytes)"}),
    [](const auto& test) { return test.param.name; });

TEST(TextReader, CarriesCharactersAcrossBlocks) {
  std::u16string text;
  std::string expected;
  for (int line = 0; line < 30'000; ++line) {
    text += u"x😀é\n";
    expected += "x😀é\n";
  }
  for (const bool little_endian : {true, false}) {
    EXPECT_EQ(decode(utf_16(text, little_endian, true)).text, expected);
    EXPECT_EQ(decode(utf_16(u"y" + text, little_endian, true)).text, "y" + expected);
  }
  // Damaged UTF-8 is repaired block by block, too.
  for (const std::string& shift : {""s, "y"s, "yy"s, "yyy"s}) {
    EXPECT_EQ(decode(shift + expected + "\xFF").text, shift + expected + "\xEF\xBF\xBD");
  }
}

struct LieCase {
  std::string name;
  std::string bytes;
};

// A table, longer than a function may be.
// NOLINTNEXTLINE(readability-function-size)
std::vector<LieCase> lies() {
  const std::string csv = "a,b\n1,2\n";
  return {
      {"png", "\x89PNG\r\n\x1A\n" + csv},
      {"png_text_only", "\x89PNG," + csv},
      {"jpeg", "\xFF\xD8\xFF\xE0" + csv},
      {"gif", "GIF89a,b\n1,2\n"},
      {"gif_87", "GIF87a/*" + csv},
      {"tiff_le", "II*\0"s + csv},
      {"tiff_be", "MM\0*"s + csv},
      {"webp", "RIFF\x10\0\0\0WEBP"s + csv},
      {"wav", "RIFF\x24\x08\0\0WAVE"s + csv},
      {"mp4",
       "\0\0\0\x18"
       "ftypisom"s +
           csv},
      {"pdf", "%PDF-1.7\n" + csv},
      {"pdf_after_mark", "\xEF\xBB\xBF%PDF-1.7\n" + csv},
      {"postscript", "%!PS-Adobe\n" + csv},
      {"rtf", "{\\rtf1\\ansi " + csv},
      {"zip", "PK\x03\x04" + csv},
      {"zip_empty", "PK\x05\x06" + std::string(18, '\0')},
      {"xlsx", "PK\x03\x04\x14\0\x06\0[Content_Types].xml"s},
      {"xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + csv},
      {"gzip", "\x1F\x8B\x08" + csv},
      {"bzip2", "BZh91AY&SY" + csv},
      {"xz",
       "\xFD"
       "7zXZ" +
           csv},
      {"zstd", "\x28\xB5\x2F\xFD" + csv},
      {"seven_zip", "7z\xBC\xAF\x27\x1C" + csv},
      {"rar", "Rar!\x1A\x07" + csv},
      {"elf",
       "\x7F"
       "ELF\x02\x01\x01" +
           csv},
      {"exe", "MZ\x90\0\x03\0\0\0"s + csv},
      {"java_class", "\xCA\xFE\xBA\xBE" + csv},
      {"wasm", "\0asm\x01\0\0\0"s + csv},
      {"sqlite", "SQLite format 3\0"s + csv},
      {"parquet", "PAR1" + csv},
      {"ogg", "OggS" + csv},
      {"flac", "fLaC" + csv},
      {"mp3", "ID3\x04\0\0"s + csv},
      {"script", "#!/bin/sh\n" + csv},
      {"html", "<!DOCTYPE html><p>" + csv},
      {"html_lower", "<!doctype HTML>\n" + csv},
      {"html_after_space", "  \r\n\t<HTML>\n" + csv},
      {"html_after_mark", "\xEF\xBB\xBF<html>" + csv},
      {"xml", "<?xml version=\"1.0\"?><a/>"},
      {"svg", "<svg onload=alert(1)>" + csv},
      {"script_tag", "<script>alert(1)</script>\n" + csv},
      {"comment_tag", "<!-- x -->\n" + csv},
      {"nul_at_the_end", csv + "\0"s},
      {"nul_between", "a,b\n" + std::string(100, 'x') + "\0\n"s},
      {"many_nuls", std::string(1000, '\0')},
      {"little_numbers", "\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0"s},
      {"random_bytes",
       [] {
         std::mt19937 random(7);
         std::string out;
         for (int left = 0; left < 5000; ++left)
           out.push_back(static_cast<char>(random() % 255 + 1));
         return out;
       }()},
  };
}

TEST(Lies, AreTakenNeitherAsCsvNorAsJson) {
  for (const LieCase& lie : lies()) {
    EXPECT_NE(refusal(lie.bytes, FileType::csv), "") << lie.name;
    EXPECT_NE(refusal(lie.bytes, FileType::json), "") << lie.name;
  }
}

TEST(Lies, SayWhatTheyAre) {
  EXPECT_EQ(refusal("\x89PNG\r\n\x1A\n", FileType::csv), "file is not text (PNG image)");
  EXPECT_EQ(refusal("PK\x03\x04x", FileType::csv),
            "file is not text (ZIP archive or Office document)");
  EXPECT_EQ(refusal("<html>", FileType::json), "file is not text (HTML or XML page)");
}

TEST(Lies, JsonIsNoCsv) {
  for (const std::string& json : {"{\"a\":1}"s, " [1,2]\n"s, "[]"s, "{\"a\":1}\n{\"a\":2}\n"s,
                                  "\xEF\xBB\xBF[{\"a\":1}]"s, utf_16(u"[\"a\"]", true, true)}) {
    EXPECT_EQ(refusal(json, FileType::csv), "the content is JSON, not CSV") << json;
  }
  // These only begin like it.
  for (const std::string& csv : {"[id],name\n1,x\n"s, "{a};{b}\n1;2\n"s, "[\n"s}) {
    EXPECT_EQ(refusal(csv, FileType::csv), "") << csv;
  }
}

TEST(Lies, CsvIsNoJson) {
  for (const std::string& csv : {"a,b\n1,2\n"s, "name\nAda\n"s, "1,2\n3,4\n"s, "\"a\",\"b\"\n"s}) {
    EXPECT_NE(refusal(csv, FileType::json), "") << csv;
  }
}

TEST(Lies, TextThatLooksABitLikeAFormatIsStillText) {
  EXPECT_EQ(refusal("MZ,BM,ID3\n1,2,3\n", FileType::csv), "");
  EXPECT_EQ(refusal("<5,>5\n1,2\n", FileType::csv), "");
  EXPECT_EQ(refusal("# comment\na,b\n", FileType::csv), "");
}

struct Bomb {
  std::string name;
  std::string bytes;
  FileType type;
};

TEST(Bombs, AreRefusedOrReadWithinBounds) {
  constexpr size_t size = 2 * 1024 * 1024;
  const std::vector<Bomb> refused = {
      {"arrays", repeat("[", size), FileType::json},
      {"objects", repeat("{\"a\":", size / 5), FileType::json},
      {"mixed", repeat("[{\"a\":", size / 6), FileType::json},
      {"long_string", "[\"" + std::string(size, 'x') + "\"]", FileType::json},
      {"open_string", "\"" + std::string(size, 'x'), FileType::json},
      {"long_key", "{\"" + std::string(size, 'k') + "\":1}", FileType::json},
      {"long_number", "[" + std::string(size, '9') + "]", FileType::json},
      {"long_escape", "[\"" + repeat("\\u0041", size / 6 * 2) + "\"]", FileType::json},
      {"many_nodes", "[" + repeat("1,", 2'000'001) + "1]", FileType::json},
      {"many_empty", "[" + repeat("[],", 2'000'001) + "1]", FileType::json},
      {"many_lines", repeat("1\n", 2'000'001), FileType::json},
      {"no_end", "[" + repeat("1,", size / 2), FileType::json},
      {"white_space", std::string(size, ' '), FileType::json},
      {"quote_at_the_start", "\"" + repeat("a,b\n", size / 4), FileType::csv},
      {"quote_in_the_middle", "a,b\n\"" + repeat("1,2\n", size / 4), FileType::csv},
      {"quotes_only", repeat("\"", size + 1), FileType::csv},
      {"one_cell", std::string(size, 'x'), FileType::csv},
      {"one_row", repeat("x,", size / 2), FileType::csv},
      {"many_rows", repeat("x\n", 200'002), FileType::csv},
      {"white_space_csv", repeat(" \n", size / 2), FileType::csv},
  };
  for (const Bomb& bomb : refused) EXPECT_NE(refusal(bomb.bytes, bomb.type), "") << bomb.name;

  const std::vector<Bomb> taken = {
      {"space_in_json", "[" + std::string(size, ' ') + "1]", FileType::json},
      {"same_key", "{" + repeat("\"a\":1,", size / 6) + "\"a\":2}", FileType::json},
      {"spaces_in_cell", "a,b\n1," + std::string(size / 4, ' ') + "\n", FileType::csv},
      {"empty_rows", "a\n" + std::string(size, '\n') + "1", FileType::csv},
      {"all_delimiters", repeat(std::string(500, ',') + "\n", 4'000), FileType::csv},
  };
  for (const Bomb& bomb : taken) EXPECT_EQ(refusal(bomb.bytes, bomb.type), "") << bomb.name;
}

}  // namespace
}  // namespace parley::files
