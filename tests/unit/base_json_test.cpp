#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/json_text.h"

namespace parley {
namespace {

using testing::StartsWith;

TEST(ParseJsonTest, TakesWhatRfc8259Takes) {
  EXPECT_EQ(parse_json(" {\"a\": [1, -2.5e3, true, null, \"\\u00e9\\ud83d\\ude00\"]} ")->dump(),
            "{\"a\":[1,-2500.0,true,null,\"\xC3\xA9\xF0\x9F\x98\x80\"]}");
  for (const char* scalar : {"1", "\"x\"", "null", "[]"}) EXPECT_TRUE(parse_json(scalar));
}

TEST(ParseJsonTest, RefusesTheRestWithAMessageForCallers) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "{"sv,
                                      "{\"a\":1,}"sv,
                                      "[1 2]"sv,
                                      "{} x"sv,
                                      "{}{}"sv,
                                      "'a'"sv,
                                      "NaN"sv,
                                      "01"sv,
                                      "1e999"sv,
                                      "// c\n1"sv,
                                      "\"\\ud800\""sv,
                                      "\"\\udc00x\""sv,
                                      "\"\xFF\""sv,
                                      "\"\xED\xA0\x80\""sv,
                                      "\"a\nb\""sv,
                                      "\"\\x\""sv,
                                      "{}\0junk"sv,
                                      "\0"sv,
                                      "1\0"sv}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid);
    EXPECT_THAT(parsed.error().message, StartsWith("JSON parse error - "));
  }
}

TEST(ParseJsonTest, DepthIsBounded) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(json_depth_max)));
  EXPECT_FALSE(parse_json(nested(json_depth_max + 1)));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
  EXPECT_TRUE(parse_json("[[]]", 2));
  EXPECT_FALSE(parse_json("[{\"a\":[]}]", 2));
  EXPECT_TRUE(parse_json("[[],[],{},{}]", 2)) << "width is not depth";
}

TEST(DumpTest, IsDeterministicAndNeverThrows) {
  EXPECT_EQ(dump({{"b", 1}, {"a", 2}}), "{\"a\":2,\"b\":1}");
  EXPECT_EQ(dump("\xFFx"), "\"\xEF\xBF\xBDx\"");
  EXPECT_EQ(dump("\x1F\r\n"), "\"\\u001f\\r\\n\"");
}

/// Of every type and depth, with every byte in its texts, in and out of UTF-8.
Json random_value(std::mt19937& random, int depth) {
  const auto below = [&](unsigned bound) {
    return std::uniform_int_distribution(0U, bound - 1)(random);
  };
  const auto text = [&] {
    std::string out;
    const bool is_ascii = below(3) != 0;
    for (unsigned left = below(12); left > 0; --left) {
      out += below(4) == 0 ? "\xF0\x9F\x98\x80"
                           : std::string(1, static_cast<char>(below(is_ascii ? 128 : 256)));
    }
    return out;
  };
  Json out;
  switch (below(depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return below(2) == 0;
    case 2:
      return static_cast<int64_t>(random()) - 2'000'000'000;
    case 3:
      return UINT64_MAX - below(9);
    case 4:
      return static_cast<double>(random()) / 7;
    case 5:
      return text();
    case 6:
      out = Json::array();
      for (unsigned left = below(5); left > 0; --left)
        out.push_back(random_value(random, depth - 1));
      return out;
    default:
      out = Json::object();
      for (unsigned left = below(5); left > 0; --left)
        out[text()] = random_value(random, depth - 1);
      return out;
  }
}

TEST(DumpTest, WritesWhatTheLibraryWrites) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
  for (int round = 0; round < 20'000; ++round) {
    const Json value = random_value(random, 4);
    ASSERT_EQ(dump(value), value.dump(-1, ' ', false, Json::error_handler_t::replace)) << round;
  }
}

/// Texts are looked at by eight bytes, and the rest by itself.
TEST(DumpTest, FindsEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t length = 1; length <= 17; ++length) {
      for (size_t at = 0; at < length; ++at) {
        Json value = std::string(length, 'x');
        value.get_ref<std::string&>()[at] = static_cast<char>(byte);
        ASSERT_EQ(dump(value), value.dump(-1, ' ', false, Json::error_handler_t::replace))
            << byte << " at " << at << " of " << length;
      }
    }
  }
}

TEST(JsonObjectTextTest, WritesWhatDumpWrites) {
  std::string text = "[";
  JsonObjectText object(text);
  object.add("a", "x\"\xFF").add("b", INT64_MIN).add_json("c", "[null]");
  object.begin("d");
  text += "1.5";
  object.end();
  const Json same = {{"a", "x\"\xFF"}, {"b", INT64_MIN}, {"c", Json::array({nullptr})}, {"d", 1.5}};
  EXPECT_EQ(text, "[" + dump(same));
  std::string empty;
  JsonObjectText(empty).end();
  EXPECT_EQ(empty, "{}");
}

TEST(FindTest, MembersOfTheRightTypeOnly) {
  const Json object = {{"s", "x"}, {"i", 7}, {"f", 7.5}, {"n", nullptr}, {"o", Json::object()}};
  EXPECT_EQ(find_string(object, "s"), "x");
  EXPECT_EQ(find_string(object, "i"), std::nullopt);
  EXPECT_EQ(find_string(object, "n"), std::nullopt);
  EXPECT_EQ(find_string(object, "absent"), std::nullopt);
  EXPECT_EQ(find_integer(object, "i"), 7);
  EXPECT_EQ(find_integer(object, "f"), std::nullopt);
  EXPECT_EQ(find_integer(object, "s"), std::nullopt);
  EXPECT_NE(find_member(object, "n"), nullptr);
  EXPECT_EQ(find_member(object, "absent"), nullptr);
  for (const Json& other : {Json(), Json(1), Json("s"), Json::array({"s"})}) {
    EXPECT_EQ(find_member(other, "s"), nullptr);
    EXPECT_EQ(find_string(other, "s"), std::nullopt);
  }
}

TEST(FindTest, AnIntegerBeyond64BitsIsNone) {
  EXPECT_EQ(find_integer(parse_json("{\"i\":9223372036854775807}").value(), "i"), INT64_MAX);
  EXPECT_EQ(find_integer(parse_json("{\"i\":18446744073709551615}").value(), "i"), std::nullopt);
  EXPECT_EQ(find_integer(parse_json("{\"i\":-9223372036854775808}").value(), "i"), INT64_MIN);
}

}  // namespace
}  // namespace parley
