// What comes from a worker is foreign: broken answers are typed errors, whatever they hold.
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "datasets/answer_pipe.h"
#include "datasets/local_message.h"
#include "datasets/worker_protocol.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using End = AnswerPipe::End;

const std::string good =
    R"({"columns":[{"name":"a","type":"integer"},{"name":"b","type":"text"}],)"
    R"("rows":[[1,"x"],[2.5,null]],"truncated":false,"rowsScanned":7,"milliseconds":3})";

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = good;
  return text.replace(text.find(from), from.size(), to);
}

TEST(DatasetsProtocol, RequestsComeBackAsTheyWere) {
  const Query query = {{"/a b", "/ü"}, "SELECT '\n\"'", {1, 2, 3, 4}};
  const auto decoded = decode_request(encode_request(query));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->paths, query.paths);
  EXPECT_EQ(decoded->sql, query.sql);
  EXPECT_EQ(decoded->limits.deadline_ms, 1);
  EXPECT_EQ(decoded->limits.rows_max, 2);
  EXPECT_EQ(decoded->limits.result_bytes_max, 3);
  EXPECT_EQ(decoded->limits.heap_bytes_max, 4);
  for (const char* text : {"", "{}", "[]", R"({"paths":[1],"sql":"x"})", R"({"sql":"x"})"}) {
    EXPECT_FALSE(decode_request(text)) << text;
  }
}

TEST(DatasetsProtocol, AnswersAreReadWithinBounds) {
  const auto result = decode_answer(good, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows.dump(), R"([[1,"x"],[2.5,null]])");
  EXPECT_EQ(result->rows_scanned, 7);
  const std::vector<std::string> broken = {"",
                                           "x",
                                           "[]",
                                           "{}",
                                           good + "x",
                                           good.substr(0, good.size() - 1),
                                           replaced(R"([1,"x"])", "[1]"),
                                           replaced(R"([1,"x"])", R"([1,"x",2])"),
                                           replaced(R"([1,"x"])", R"([1,[]])"),
                                           replaced(R"([1,"x"])", R"([1,{}])"),
                                           replaced(R"([1,"x"])", R"([1,true])"),
                                           replaced("\"text\"", "\"varchar\""),
                                           replaced("7", "-7"),
                                           replaced("7", "7.5"),
                                           replaced("false", "0"),
                                           replaced("\"x\"", "\"\xff\""),
                                           replaced("\"rows\"", "\"lines\""),
                                           R"({"error":{}})",
                                           R"({"error":{"code":"forbidden","message":"x"}})",
                                           R"({"error":{"code":"invalid"}})",
                                           R"({"error":7})"};
  for (const std::string& text : broken) {
    const auto wrong = decode_answer(text, {});
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().code, ErrorCode::internal) << text;
  }
  EXPECT_FALSE(decode_answer(good, {.rows_max = 1}));
  EXPECT_FALSE(decode_answer(good + std::string(3 * 1024 * 1024, ' '), {}));
  const auto told = decode_answer(encode_failure({ErrorCode::invalid, "no such column: x"}), {});
  EXPECT_EQ(told.error().code, ErrorCode::invalid);
  EXPECT_EQ(told.error().message, "no such column: x");
}

TEST(DatasetsProtocol, DamagedAnswersNeverBreakTheReader) {
  std::mt19937 random(7);
  for (int i = 0; i < repeats(20'000, 1'000'000); ++i) {
    std::string text = good;
    for (unsigned change = 0; change <= random() % 4; ++change) {
      const size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 9);
      } else {
        text[at] = static_cast<char>(random() % 256);
      }
      if (text.empty()) text = "{";
    }
    if (const auto result = decode_answer(text, {})) {
      for (const Json& row : result->rows) EXPECT_EQ(row.size(), result->columns.size());
    }
    static_cast<void>(decode_request(text));
    static_cast<void>(frame_length(text));
  }
}

struct Written {
  End end;
  std::string text;
};

/// What the reader makes of `bytes`, after which the writer ends or not.
Written read_back(const std::string& bytes, bool ends = true) {
  auto pipe = AnswerPipe::open();
  EXPECT_EQ(::write(pipe->writer(), bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  if (ends) pipe->close_writer();
  Written written{};
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(ends ? 30'000 : 20);
  written.end = pipe->read(1'000, until, written.text);
  return written;
}

TEST(DatasetsProtocol, FramesEndAtTheirLength) {
  EXPECT_EQ(read_back(frame("abc")).end, End::complete);
  EXPECT_EQ(read_back(frame("abc")).text, "abc");
  EXPECT_EQ(read_back(frame("abc"), false).end, End::complete);
  EXPECT_EQ(read_back(frame("")).end, End::complete);
  EXPECT_EQ(read_back("").end, End::broken);
  EXPECT_EQ(read_back("", false).end, End::late);
  EXPECT_EQ(read_back("0000", false).end, End::late);
  EXPECT_EQ(read_back("00000004abc", false).end, End::late);
  EXPECT_EQ(read_back("00000004abc").end, End::broken);
  EXPECT_EQ(read_back("zzzzzzzzabc").end, End::broken);
  EXPECT_EQ(read_back("-0000003abc").end, End::broken);
  EXPECT_EQ(read_back(frame("abc") + "d").end, End::too_long);
  EXPECT_EQ(read_back(frame(std::string(1'001, 'x'))).end, End::too_long);
  EXPECT_EQ(read_back("ffffffff").end, End::too_long);
}

TEST(DatasetsProtocol, MessagesBeyondTheBoundsAreRefused) {
  EXPECT_FALSE(send_message(-1, "x", {}));
  EXPECT_FALSE(send_message(-1, "", {}));
  EXPECT_FALSE(send_message(-1, std::string(message_bytes_max + 1, 'x'), {}));
  EXPECT_FALSE(receive_message(-1));
}

}  // namespace
}  // namespace parley::datasets
