// What every provider makes of a stream, however it is cut: text, tools, usage, finish.
#include "tests/contract/harness.h"

namespace parley::contract {
namespace {

using providers::Failure;
using providers::Finish;

const std::string said_text = "Hello, wörld 🎉!\n\nLine — two.";

std::string with_line_ends(const std::string& stream, const std::string& end) {
  std::string out;
  for (const char byte : stream) {
    if (byte == '\n') {
      out += end;
    } else {
      out += byte;
    }
  }
  return out;
}

std::string with_comments(const std::string& stream) {
  std::string out = ": first\n";
  for (const char byte : stream) {
    out += byte;
    if (byte == '\n') out += ": keep-alive\n";
  }
  return out;
}

class StreamContract : public ProviderContract {
 protected:
  static void expect_whole(const Outcome& outcome) {
    ASSERT_TRUE(outcome.result) << outcome.result.error().detail;
    EXPECT_EQ(outcome.result->text, said_text);
    EXPECT_EQ(outcome.result->finish, Finish::stop);
    EXPECT_FALSE(outcome.result->finish_raw.empty());
    EXPECT_TRUE(outcome.result->tool_calls.empty());
    const providers::Usage& usage = outcome.result->usage;
    EXPECT_TRUE(usage.known);
    EXPECT_EQ(usage.input_uncached, 80);
    EXPECT_EQ(usage.input_cache_read, 15);
    EXPECT_EQ(usage.input_cache_write, 5);
    EXPECT_EQ(usage.output, 12);
    EXPECT_EQ(usage.reasoning, 4);
    EXPECT_TRUE(usage.raw.is_object());
  }
};

TEST_P(StreamContract, TextArrivesHoweverItIsCut) {
  const std::string plain = fixture(GetParam(), "text");
  for (const std::string& stream :
       {plain, with_line_ends(plain, "\r\n"), with_line_ends(plain, "\r"), "\xEF\xBB\xBF" + plain,
        with_comments(plain)}) {
    for (const size_t piece_bytes : std::vector<size_t>{0, 1, 3, 7, 64}) {
      expect_whole(ask_with({stream_reply(stream, piece_bytes)}));
    }
  }
}

TEST_P(StreamContract, EveryFramingOfTheBodyWillDo) {
  using Framing = fakes::FakeReply::Framing;
  for (const Framing framing : {Framing::chunked, Framing::length, Framing::until_close}) {
    auto reply = stream_reply(fixture(GetParam(), "text"));
    reply.framing = framing;
    expect_whole(ask_with({reply}));
  }
}

TEST_P(StreamContract, TheLastBlankLineMayBeMissing) {
  std::string stream = fixture(GetParam(), "text");
  stream.resize(stream.size() - 2);
  auto reply = stream_reply(stream);
  reply.framing = fakes::FakeReply::Framing::until_close;
  expect_whole(ask_with({reply}));
}

TEST_P(StreamContract, AServerThatStaysOpenAfterTheEndHoldsNobody) {
  auto reply = stream_reply(fixture(GetParam(), "text"));
  reply.ending = fakes::FakeReply::Ending::stall;
  const int64_t started_ms = clock_.steady_ms();
  expect_whole(ask_with({reply}));
  EXPECT_LT(clock_.steady_ms() - started_ms, 2'000);
}

TEST_P(StreamContract, SplitSurrogatePairsAreJoined) {
  for (const size_t piece_bytes : std::vector<size_t>{0, 1}) {
    const Outcome outcome = ask_fixture("surrogates", piece_bytes);
    ASSERT_TRUE(outcome.result) << outcome.result.error().detail;
    EXPECT_EQ(outcome.result->text, "A 🎉 B \uFFFD C \uFFFD");
  }
}

TEST_P(StreamContract, ToolCallsAreWholeAndParsed) {
  for (const size_t piece_bytes : std::vector<size_t>{0, 1, 5}) {
    const Outcome outcome = ask_fixture("tool_calls", piece_bytes);
    ASSERT_TRUE(outcome.result) << outcome.result.error().detail;
    EXPECT_EQ(outcome.result->text, "Let me look.");
    EXPECT_EQ(outcome.result->finish, Finish::tool_calls);
    ASSERT_EQ(outcome.result->tool_calls.size(), 2U);
    const providers::ToolCall& first = outcome.result->tool_calls[0];
    EXPECT_EQ(first.name, "search_file");
    EXPECT_EQ(first.arguments, (providers::Json{{"query", "Berlin 🎉"}}));
    EXPECT_TRUE(first.problem.empty());
    EXPECT_EQ(outcome.result->tool_calls[1].name, "list_files");
    EXPECT_EQ(outcome.result->tool_calls[1].arguments, providers::Json::object());
    ASSERT_EQ(outcome.started.size(), 2U);
    EXPECT_EQ(outcome.started[0].id, first.id);
    EXPECT_EQ(outcome.started[0].name, "search_file");
    EXPECT_EQ(outcome.result->usage.output, 12);
  }
}

TEST_P(StreamContract, ACutToolCallIsNotAmongTheCalls) {
  const Outcome outcome = ask_fixture("cut_tool_call");
  ASSERT_TRUE(outcome.result);
  EXPECT_EQ(outcome.result->finish, Finish::length);
  EXPECT_TRUE(outcome.result->tool_calls.empty());
}

TEST_P(StreamContract, ArgumentsThatAreNoJsonSayWhy) {
  const Outcome outcome = ask_fixture("bad_arguments");
  ASSERT_TRUE(outcome.result);
  ASSERT_EQ(outcome.result->tool_calls.size(), 1U);
  EXPECT_TRUE(outcome.result->tool_calls[0].arguments.is_null());
  EXPECT_FALSE(outcome.result->tool_calls[0].problem.empty());
}

TEST_P(StreamContract, OtherFinishes) {
  EXPECT_EQ(ask_fixture("length").result.value().finish, Finish::length);
  const Outcome refusal = ask_fixture("refusal");
  EXPECT_EQ(refusal.result.value().finish, Finish::refusal);
  EXPECT_EQ(refusal.result->text, "I cannot");
  const Outcome empty = ask_fixture("empty");
  EXPECT_EQ(empty.result.value().finish, Finish::stop);
  EXPECT_EQ(empty.result->text, "");
}

TEST_P(StreamContract, AbsentUsageIsUnknownNotZero) {
  const Outcome outcome = ask_fixture("no_usage");
  ASSERT_TRUE(outcome.result);
  EXPECT_EQ(outcome.result->text, said_text);
  EXPECT_FALSE(outcome.result->usage.known);
}

TEST_P(StreamContract, UnknownEventsAreSkipped) {
  for (const size_t piece_bytes : std::vector<size_t>{0, 1}) {
    const Outcome outcome = ask_fixture("unknown", piece_bytes);
    ASSERT_TRUE(outcome.result) << outcome.result.error().detail;
    EXPECT_EQ(outcome.result->text, "Hello");
    EXPECT_EQ(outcome.result->finish, Finish::stop);
  }
}

TEST_P(StreamContract, AnErrorEventFailsBeforeTextAndTruncatesAfterIt) {
  const Outcome before = ask_fixture("error_before_text");
  ASSERT_FALSE(before.result);
  EXPECT_EQ(before.result.error().kind, Failure::Kind::overloaded);
  EXPECT_EQ(before.result.error().status, 0);
  EXPECT_NE(before.result.error().detail.find("Overloaded"), std::string::npos);
  const Outcome after = ask_fixture("error_after_text");
  ASSERT_TRUE(after.result);
  EXPECT_EQ(after.result->finish, Finish::truncated);
  EXPECT_EQ(after.result->text, "Hello");
}

TEST_P(StreamContract, AStreamWithoutItsTerminalEventIsNeverDone) {
  using Ending = fakes::FakeReply::Ending;
  const auto events = split_events(fixture(GetParam(), "text"));
  // Chat Completions is complete with its finish_reason; the usage and [DONE] come after it.
  const size_t needed = events.size() - (GetParam().folder == "chat" ? 2 : 0);
  for (const Ending ending : {Ending::proper, Ending::cut, Ending::reset}) {
    std::string stream;
    for (size_t count = 0; count < needed; ++count) {
      for (const std::string& torn : {std::string(), std::string("data: {\"ty")}) {
        auto reply = stream_reply(stream + torn);
        reply.ending = ending;
        const Outcome outcome = ask_with({reply});
        if (outcome.result) {
          EXPECT_EQ(outcome.result->finish, Finish::truncated) << stream;
          EXPECT_FALSE(outcome.result->text.empty());
        } else {
          EXPECT_EQ(outcome.result.error().kind, Failure::Kind::network) << stream;
        }
      }
      stream += events[count];
    }
  }
}

TEST_P(StreamContract, AnEndlessEventIsBounded) {
  const Outcome outcome = ask_with({stream_reply("data: " + std::string(5'000'000, 'x'), 65'536)});
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().kind, Failure::Kind::network);
}

INSTANTIATE_TEST_SUITE_P(Providers, StreamContract,
                         testing::Values(claude_vendor, responses_vendor, chat_vendor),
                         vendor_name);

}  // namespace
}  // namespace parley::contract
