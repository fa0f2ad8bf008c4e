// The small types: results, numbers, ids, time, log.
#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/numbers.h"
#include "base/result.h"
#include "tests/fakes/fake_entropy.h"

namespace parley {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid, "odd", "detail");
  return number / 2;
}

Result<int> quarter(int number) {
  ASSIGN_OR_RETURN(const int halved, half(number));
  TRY(half(halved));
  return half(halved);
}

TEST(ParseNumber, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_number<int64_t>("-12"), -12);
  EXPECT_EQ(parse_number<int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_number<double>("1.5e3"), 1'500.0);
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "0x1", "1.5", "9223372036854775808"}) {
    EXPECT_EQ(parse_number<int64_t>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<uint64_t>("-1"), std::nullopt);
  for (const char* text : {"", "inf", "-infinity", "nan", "1e999", "1,5"}) {
    EXPECT_EQ(parse_number<double>(text), std::nullopt) << text;
  }
}

TEST(ResultTest, ErrorsPassThroughWithAllTheySay) {
  EXPECT_EQ(quarter(8).value(), 2);
  for (const int number : {7, 6}) {
    const auto failed = quarter(number);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::invalid);
    EXPECT_EQ(failed.error().message, "odd");
    EXPECT_EQ(failed.error().detail, "detail");
  }
}

TEST(ResultTest, CodesHaveDifferentNames) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    names.insert(name_of(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::internal) + 1);
}

TEST(IdsTest, NewIdsAreVersion4AndDifferent) {
  FakeEntropy entropy;
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = new_uuid(entropy);
    EXPECT_TRUE(is_uuid(id)) << id;
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1'000U);
}

TEST(IdsTest, ASequenceMakesDifferentIdsOfTheSameForm) {
  FakeEntropy entropy;
  IdSequence sequence(entropy);
  IdSequence other(entropy);
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) {
    for (const std::string& id : {sequence.next(), other.next()}) {
      EXPECT_TRUE(is_uuid(id)) << id;
      EXPECT_EQ(id[14], '8');
      ids.insert(id);
    }
  }
  EXPECT_EQ(ids.size(), 2'000U);
}

TEST(IdsTest, OnlyTheCanonicalFormIsAnId) {
  EXPECT_TRUE(is_uuid("01234567-89ab-cdef-0123-456789abcdef"));
  for (const char* other :
       {"", "01234567-89AB-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcdef}", "01234567-89ab-cdef-0123-456789abcdeg",
        "01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdef0",
        "0123456-789ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123456789abcdef-"}) {
    EXPECT_FALSE(is_uuid(other)) << other;
  }
  EXPECT_FALSE(is_uuid(std::string_view("01234567-89ab-cdef-0123-456789abcde\0", 36)));
}

TEST(ClockTest, TimestampsAreIsoWithOffset) {
  EXPECT_EQ(iso_timestamp(0), "1970-01-01T00:00:00.000000+00:00");
  EXPECT_EQ(iso_timestamp(1'795'176'000'123), "2026-11-20T12:00:00.123000+00:00");
  EXPECT_EQ(iso_timestamp(951'782'399'999), "2000-02-28T23:59:59.999000+00:00");
  EXPECT_EQ(iso_timestamp(-1), "1969-12-31T23:59:59.999000+00:00");
}

TEST(ClockTest, TheSystemClockTellsTheTime) {
  const SystemClock clock;
  EXPECT_GT(clock.now_ms(), 1'700'000'000'000);
  const int64_t before = clock.steady_ms();
  EXPECT_GE(clock.steady_ms(), before);
}

class LogTest : public testing::Test {
 public:
  LogTest() { log::set_level(log::Level::info); }

 protected:
  /// What `write` puts on stderr.
  template <class Write>
  static std::string written(Write write) {
    testing::internal::CaptureStderr();
    write();
    log::flush();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, OneJsonObjectPerLine) {
  const std::string line = written([] { log::info("request", {{"status", 200}, {"path", "/x"}}); });
  ASSERT_TRUE(line.ends_with('\n'));
  const Json parsed = parse_json(line).value();
  EXPECT_EQ(parsed["event"], "request");
  EXPECT_EQ(parsed["level"], "info");
  EXPECT_EQ(parsed["status"], 200);
  EXPECT_TRUE(parsed["time"].get<std::string>().ends_with("+00:00"));
}

TEST_F(LogTest, NoInputForgesALineOrMovesTheTerminal) {
  const std::string hostile("a\nb\r\x1b[2J\x7f\xC2\x9B\xE2\x80\xA8\xFF\0z", 17);
  const std::string line = written([&] { log::warning("event", {{"text", hostile}}); });
  for (const char byte : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(byte >= ' ' && byte < '\x7f') << static_cast<int>(byte);
  }
  EXPECT_TRUE(parse_json(line));
}

TEST_F(LogTest, AMadeLineIsTheSameAsOneOfFields) {
  const std::string hostile("a\nb\x1b[2J\x7f\xFF\"\\\0z", 13);
  const std::string line = written([&] {
    log::Line made(log::Level::info, "request");
    made.add("text", hostile).add("plain", "GET /").add("number", -7).add_flag("cut").write();
  });
  const Json parsed = parse_json(line).value();
  EXPECT_EQ(parsed["event"], "request");
  EXPECT_EQ(parsed["text"], std::string("a\nb\x1b[2J\x7f\xEF\xBF\xBD\"\\\0z", 15));
  EXPECT_EQ(parsed["plain"], "GET /");
  EXPECT_EQ(parsed["number"], -7);
  EXPECT_EQ(parsed["cut"], true);
}

TEST_F(LogTest, GatheredLinesKeepTheirOrderAndAnErrorIsNotKeptBack) {
  std::string at_the_error;
  const std::string lines = written([&] {
    const log::Gathering gathering;
    for (int i = 0; i < 3; ++i) log::info("step", {{"number", i}});
    log::error("trouble", {});
    at_the_error = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    for (int i = 3; i < 5; ++i) log::info("step", {{"number", i}});
  });
  std::vector<std::string> events;
  std::istringstream rest(at_the_error + lines);
  for (std::string line; std::getline(rest, line);) {
    const Json parsed = parse_json(line).value();
    events.push_back(parsed.contains("number") ? dump(parsed["number"]) : "trouble");
  }
  EXPECT_EQ(events, (std::vector<std::string>{"0", "1", "2", "trouble", "3", "4"}));
  EXPECT_NE(at_the_error.find("trouble"), std::string::npos);
}

TEST_F(LogTest, FieldsCannotReplaceTimeLevelAndEvent) {
  const std::string line = written([] {
    log::error("real", {{"event", "forged"}, {"level", "info"}});
  });
  const Json parsed = parse_json(line).value();
  EXPECT_EQ(parsed["event"], "real");
  EXPECT_EQ(parsed["level"], "error");
}

TEST_F(LogTest, LinesBelowTheLevelAreDropped) {
  log::set_level(log::Level::error);
  EXPECT_EQ(written([] { log::warning("quiet", {}); }), "");
  EXPECT_NE(written([] { log::error("loud", {}); }), "");
  log::set_level(log::Level::off);
  EXPECT_EQ(written([] { log::error("off", {}); }), "");
}

}  // namespace
}  // namespace parley
