#include "base/text.h"

#include <gtest/gtest.h>

#include <random>

namespace parley {
namespace {

TEST(TextTest, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("caf\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x98\x80"), 8U);
}

TEST(TextTest, CutsNeverSplitACharacter) {
  const std::string text = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80z";
  EXPECT_EQ(first_characters(text, 0), "");
  EXPECT_EQ(first_characters(text, 2), "a\xC3\xA9");
  EXPECT_EQ(first_characters(text, 4), "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
  EXPECT_EQ(first_characters(text, 99), text);
  EXPECT_EQ(last_characters(text, 0), "");
  EXPECT_EQ(last_characters(text, 1), "z");
  EXPECT_EQ(last_characters(text, 2), "\xF0\x9F\x98\x80z");
  EXPECT_EQ(last_characters(text, 99), text);
  for (size_t i = 0; i <= 5; ++i) {
    EXPECT_EQ(std::string(first_characters(text, i)).append(last_characters(text, 5 - i)), text);
  }
}

TEST(TextTest, InvalidUtf8IsReplacedAndValidTextIsKept) {
  for (const std::string_view valid :
       {"", "plain", "\xC3\xA9", "\xF4\x8F\xBF\xBF", "\xEF\xBB\xBF bom"}) {
    EXPECT_TRUE(is_valid_utf8(valid));
    EXPECT_EQ(to_valid_utf8(valid), valid);
  }
  // Stray continuation, overlong, surrogate half, beyond U+10FFFF, cut sequence (RFC 3629).
  for (const std::string_view invalid : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                         "ok \xE2\x82", "\xFF", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(invalid));
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(invalid)));
    EXPECT_NE(to_valid_utf8(invalid).find("\xEF\xBF\xBD"), std::string::npos);
  }
}

TEST(TextTest, AnyBytesAreSafe) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bytes)));
    EXPECT_TRUE(is_valid_utf8(without_invisible_characters(bytes)));
    EXPECT_LE(first_characters(bytes, 3).size(), bytes.size());
    EXPECT_LE(last_characters(bytes, 3).size(), bytes.size());
    EXPECT_LE(count_characters(bytes), bytes.size());
  }
}

TEST(TextTest, LowersAsciiOnly) {
  EXPECT_EQ(to_lower_ascii("ABCxyz-019 \xC3\x89"), "abcxyz-019 \xC3\x89");
}

TEST(TextTest, TrimsAsciiWhiteSpace) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\xC2\xA0x"), "\xC2\xA0x") << "a no-break space is no ASCII";
}

TEST(TextTest, InvisibleSteeringCharactersGoAndEmojiStay) {
  // "ignore" in tag characters (U+E0069…), zero-width space, non-joiner, word joiner.
  const std::string hidden =
      "a\xF3\xA0\x81\xA9\xF3\xA0\x81\xA7"
      "b\xE2\x80\x8B"
      "c\xE2\x80\x8C"
      "d\xE2\x81\xA0"
      "e";
  EXPECT_EQ(without_invisible_characters(hidden), "abcde");
  // Family (joined by U+200D), heart with variation selector 16.
  const std::string emoji = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 \xE2\x9D\xA4\xEF\xB8\x8F";
  EXPECT_EQ(without_invisible_characters(emoji), emoji);
}

}  // namespace
}  // namespace parley
