// JSON: what must be taken, what must be refused, and where the fault is said to be.
#include <gmock/gmock.h>

#include "base/json_text.h"
#include "formats/json_text.h"
#include "tests/unit/files_texts.h"

namespace parley::files {
namespace {

using namespace std::string_literals;

TEST(JsonReader, Accepts) {
  const std::vector<std::string> texts = {"[]",
                                          "{}",
                                          "null",
                                          "true",
                                          "false",
                                          "0",
                                          "-0",
                                          "-0.0",
                                          "42",
                                          "-1",
                                          "1.5",
                                          "1e5",
                                          "1E+2",
                                          "1e-2",
                                          "0e1",
                                          "0e+1",
                                          "123.456e78",
                                          "\"\"",
                                          "\"x\"",
                                          " [] ",
                                          "\n\t\r [1 , 2 ]\r\n",
                                          "[[],{},[[]]]",
                                          "{\"\":0}",
                                          "{\"a\":{\"b\":[1,null,true]}}",
                                          "{\"a\":1,\"a\":2}",
                                          R"(["\"\\\/\b\f\n\r\t"])",
                                          R"(["\u0041\u00e9\u4e2d"])",
                                          R"(["\ud83d\ude00"])",
                                          R"(["\uDBFF\uDFFF"])",
                                          R"(["\u0000"])",
                                          R"(["\uFFFF"])",
                                          "[\"\x7F\"]",
                                          "[\"é漢😀\"]",
                                          "[\"\xE2\x80\xA8\"]",
                                          "[\"\xEF\xBF\xBF\"]",
                                          "[12345678901234567890123456789]",
                                          "[-9223372036854775808,18446744073709551615]",
                                          "[1e-400]",
                                          "[0.1e1]",
                                          "\xEF\xBB\xBF{\"a\":1}",
                                          "1\n2\n3",
                                          "{\"a\":1}\n{\"a\":2}\n",
                                          "{\"a\":1}\r\n\r\n{\"a\":2}",
                                          "[1]\n[2]",
                                          "\"a\"\nnull\ntrue\n-1.5\n[]",
                                          "{\n \"a\": 1\n}\n{\n \"a\": 2\n}"};
  for (const std::string& text : texts) EXPECT_EQ(refusal(text, FileType::json), "") << text;
}

TEST(JsonReader, Refuses) {
  const std::vector<std::string> texts = {"[",
                                          "]",
                                          "{",
                                          "}",
                                          "[1",
                                          "[1,",
                                          "[1,]",
                                          "[,1]",
                                          "[,]",
                                          "[1,,2]",
                                          "[1 2]",
                                          "[1:2]",
                                          "{,}",
                                          "{\"a\"",
                                          "{\"a\":",
                                          "{\"a\":1",
                                          "{\"a\":1,",
                                          "{\"a\":1,}",
                                          "{\"a\" 1}",
                                          "{\"a\":}",
                                          "{a:1}",
                                          "{'a':1}",
                                          "{1:1}",
                                          "{\"a\":1 \"b\":2}",
                                          "{\"a\":1}}",
                                          "[1]]",
                                          "[1]x",
                                          "[][]",
                                          "{}{}",
                                          "[1] [2]",
                                          "{\"a\":1} {\"b\":2}",
                                          "1 2",
                                          "1x",
                                          "2@",
                                          "01",
                                          "-01",
                                          "[01]",
                                          "[-]",
                                          "[+1]",
                                          "[.5]",
                                          "[1.]",
                                          "[1.e1]",
                                          "[1e]",
                                          "[1e+]",
                                          "[0x1F]",
                                          "[1_000]",
                                          "[--1]",
                                          "[1-2]",
                                          "- 1",
                                          "[Infinity]",
                                          "[-Infinity]",
                                          "[NaN]",
                                          "[1e999]",
                                          "[-1e999]",
                                          "tru",
                                          "TRUE",
                                          "truex",
                                          "[nul]",
                                          "[True]",
                                          "undefined",
                                          "'x'",
                                          "\"x",
                                          "\"x\"y",
                                          "[\"a]",
                                          "[\"\\x\"]",
                                          "[\"\\u12\"]",
                                          "[\"\\u12G4\"]",
                                          "[\"\\\"]",
                                          "[\"a\nb\"]",
                                          "[\"a\tb\"]",
                                          "[\"\x01\"]",
                                          "[1]//c",
                                          "/*c*/[1]",
                                          "[1]#",
                                          "#",
                                          "*",
                                          "<a>",
                                          "abc",
                                          "\xEF\xBB\xBF",
                                          " \xEF\xBB\xBF[2]",
                                          "1\n\xEF\xBB\xBF[2]",
                                          "1[2]",
                                          "12\n3[4]",
                                          "[1]\n]",
                                          "[1]\n{",
                                          "{\"a\":1}\n\n,\n{\"a\":2}",
                                          "\xC3\xA9",
                                          "[\xC3\xA9]",
                                          "\xE2\x80\xA8[1]",
                                          "[1]\xC2\xA0",
                                          "[\"\\ud800\"]",
                                          "[\"\\udc00\"]",
                                          "[\"\\ud800\\u0041\"]",
                                          "[\"\\ud800\\ud800\"]",
                                          "[\"\xFF\"]",
                                          "[\"\xC3\"]",
                                          "[\"\xC0\xAF\"]",
                                          "[\"\xED\xA0\x80\"]",
                                          "[\"\xF4\x90\x80\x80\"]",
                                          "[\"\xE9t\xE9\"]",
                                          "[\"\xE2\x82\"]",
                                          "[1]\0"s,
                                          "[\"a\0b\"]"s,
                                          "\0"s,
                                          "123\0"s,
                                          ""};
  for (const std::string& text : texts) EXPECT_NE(refusal(text, FileType::json), "") << text;
}

TEST(JsonReader, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("[1,\n 2,\n x]", FileType::json), "not valid JSON at line 3, character 2");
  EXPECT_EQ(refusal("[\"é\", \"\\ud800\"]", FileType::json),
            "a lone surrogate at line 1, character 14");
  EXPECT_EQ(refusal("[\"caf\xE9\"]", FileType::json),
            "invalid UTF-8 at line 1, character 7: save the file as UTF-8");
  for (const std::string_view csv : {"\"id\",\"x\"\n1,2\n", "1,2\n", "12\nid,x\n"}) {
    EXPECT_THAT(refusal(std::string(csv), FileType::json),
                testing::EndsWith("; a CSV file needs a name that ends in .csv"));
  }
  EXPECT_EQ(refusal("[\"a\nb\"]", FileType::json),
            "an unescaped control character at line 2, character 0");
  EXPECT_EQ(refusal("[1e999]", FileType::json), "a number out of range at line 1, character 7");
  EXPECT_EQ(refusal("", FileType::json), "JSON file is empty");
  EXPECT_EQ(refusal(" \n\t", FileType::json), "JSON file is empty");
}

TEST(JsonReader, StopsAtItsBounds) {
  EXPECT_EQ(refusal(repeat("[", 64) + repeat("]", 64), FileType::json), "");
  EXPECT_EQ(refusal(repeat("[", 65) + repeat("]", 65), FileType::json),
            "nested deeper than 64 levels at line 1, character 65");
  EXPECT_EQ(refusal(repeat("{\"a\":", 65), FileType::json),
            "nested deeper than 64 levels at line 1, character 321");
  Options options;
  options.json_nodes_max = 5;
  EXPECT_EQ(refusal("[1,2,3,4]", FileType::json, options), "");
  EXPECT_EQ(refusal("[1,2,3,4,5]", FileType::json, options),
            "more than 5 values at line 1, character 11");
  EXPECT_EQ(refusal("[1,2]\n[3]\n4\n", FileType::json, options),
            "more than 5 values at line 4, character 0");
  options.cell_bytes_max = 100;
  EXPECT_EQ(refusal("[\"" + std::string(97, 'x') + "\"]", FileType::json, options), "");
  EXPECT_EQ(refusal("[\"" + std::string(120, 'x') + "\"]", FileType::json, options),
            "a value longer than 100 bytes at line 1, character 102");
  EXPECT_EQ(refusal("[" + std::string(300, ' ') + "1]", FileType::json, options), "");
}

TEST(JsonReader, ReadsTokensAlikeHoweverTheBlocksFall) {
  // Blocks are 64 KiB: a text of several blocks puts escapes and characters across their edges.
  const std::string item = R"({"näme":"\ud83d\ude00 漢字","n":[-12.5e3,true,null]})";
  for (size_t shift = 0; shift < 70; ++shift) {
    std::string text = std::string(shift, ' ') + "[" + item;
    for (int more = 0; more < 2'000; ++more) text += "," + item;
    text += "]";
    const auto summary = summarise_text(text, FileType::json);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->documented["length"], 2'001);
  }
}

JsonToken real(std::string_view text) {
  return {JsonKind::real, text, 0};
}

TEST(JsonText, PrintsNumbersAsPythonDoes) {
  EXPECT_EQ(python_number(real("1.0")), "1.0");
  EXPECT_EQ(python_number(real("1.50")), "1.5");
  EXPECT_EQ(python_number(real("-0.0")), "-0.0");
  EXPECT_EQ(python_number(real("1e5")), "100000.0");
  EXPECT_EQ(python_number(real("1E+16")), "1e+16");
  EXPECT_EQ(python_number(real("123456789012345.0")), "123456789012345.0");
  EXPECT_EQ(python_number(real("0.0001")), "0.0001");
  EXPECT_EQ(python_number(real("0.00001")), "1e-05");
  EXPECT_EQ(python_number(real("1.7976931348623157e308")), "1.7976931348623157e+308");
  EXPECT_EQ(python_number(real("0.1")), "0.1");
  EXPECT_EQ(python_number({JsonKind::integer, "12345678901234567890123", 0}),
            "12345678901234567890123");
}

TEST(JsonText, EscapesWhatMustBe) {
  std::string out;
  append_json_string(out, "a\"\\\n\x01é\xFF");
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001é\xEF\xBF\xBD\"");
  EXPECT_EQ(search_needle("ÉX 😀\""), "\\u00e9x \\ud83d\\ude00\"");
}

}  // namespace
}  // namespace parley::files
