#include "chat/transcript.h"

#include <gtest/gtest.h>

#include "base/sse.h"

namespace parley::chat {
namespace {

using events::AnswerStream;
using events::EventId;

/// Streams a typical answer; returns its bytes and its stored form.
struct Streamed {
  std::string bytes;
  std::string stored;
  std::string content;
};

Streamed stream_answer() {
  const auto stream = std::make_shared<AnswerStream>(7);
  Transcript transcript(stream);
  transcript.event("started", {{"messageId", "m"}});
  transcript.delta("Grüße, ");
  transcript.event("tool", {{"status", "running"}});
  transcript.delta("\"quoted\"\n\n");
  transcript.delta("🎉");
  const Json done = {{"finish", "stop"}};
  const std::string stored = transcript.stored_with("done", done);
  transcript.finish("done", done);
  return {stream->encoded(), stored, transcript.content()};
}

TEST(Transcript, ReplaysTheVeryBytes) {
  const Streamed streamed = stream_answer();
  const auto replayed = replay(7, streamed.stored, streamed.content);
  ASSERT_TRUE(replayed);
  EXPECT_EQ((*replayed)->encoded(), streamed.bytes);
  EXPECT_TRUE((*replayed)->ended());
}

TEST(Transcript, RefusesContentThatDoesNotFit) {
  const Streamed streamed = stream_answer();
  EXPECT_FALSE(replay(7, streamed.stored, "short"));
  EXPECT_FALSE(replay(7, "[", streamed.content));
  EXPECT_FALSE(replay(7, "[1]", streamed.content)) << "no terminal event";
}

TEST(Transcript, StopsWhenTheStreamIsFull) {
  const auto stream = std::make_shared<AnswerStream>(1);
  Transcript transcript(stream);
  const std::string piece(1024 * 1024, 'x');
  int accepted = 0;
  while (accepted < 100 && transcript.delta(piece)) ++accepted;
  EXPECT_LT(accepted, 5);
  EXPECT_EQ(transcript.content().size(), piece.size() * static_cast<size_t>(accepted));
}

TEST(Transcript, TellsWhatAnEventTook) {
  const auto stream = std::make_shared<AnswerStream>(1);
  Transcript transcript(stream);
  const Json data = {{"n", 1}};
  EXPECT_EQ(transcript.event("receipt", data), 7U);
  EXPECT_EQ(transcript.event("receipt", data, 7), 7U);
  const std::string before = stream->encoded();
  EXPECT_EQ(transcript.event("receipt", data, 6), 0U);
  EXPECT_EQ(transcript.event("receipt", std::string(AnswerStream::bytes_max, 'x')), 0U);
  EXPECT_EQ(stream->encoded(), before);
}

TEST(AnswerStream, ResumesByteEqualFromEveryEvent) {
  const Streamed streamed = stream_answer();
  const auto stream = *replay(7, streamed.stored, streamed.content);
  std::vector<std::string> ids;
  SseDecoder decoder([&](SseEvent&& event) { ids.push_back(event.id); });
  decoder.feed(streamed.bytes);
  ASSERT_EQ(ids.size(), 6U);
  for (const std::string& id : ids) {
    const auto parsed = EventId::parse(id);
    ASSERT_TRUE(parsed);
    size_t offset = stream->offset_after(parsed->n);
    const std::string before = streamed.bytes.substr(0, offset);
    std::string after;
    while (stream->read(offset, after, 10) == AnswerStream::State::more) {
    }
    EXPECT_EQ(before + after, streamed.bytes);
    EXPECT_TRUE(before.find("id: " + id + "\n") != std::string::npos);
  }
}

TEST(AnswerStream, WakesReadersUntilTheyLeave) {
  AnswerStream stream(1);
  int woken = 0;
  const int64_t token = stream.subscribe([&] { ++woken; });
  stream.append("delta", "{}");
  EXPECT_EQ(woken, 1);
  stream.unsubscribe(token);
  stream.finish("done", "{}");
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(stream.append("delta", "{}")) << "ended";
}

TEST(EventId, TakesOnlyItsOwnForm) {
  EXPECT_EQ(EventId::parse("2.17")->n, 17);
  for (const char* text :
       {"", ".", "2", "2.", ".1", "0.1", "1.0", "-1.2", "1.2.3", " 1.2", "1.2 ",
        "1.99999999999999999999", "a.b", "+1.2", "05.7", "5.07", "1.-0", "-0.1"}) {
    EXPECT_FALSE(EventId::parse(text)) << text;
  }
}

}  // namespace
}  // namespace parley::chat
