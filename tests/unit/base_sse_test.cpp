#include "base/sse.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using Events = std::vector<SseEvent>;

std::string shown(const Events& events) {
  std::string out;
  for (const SseEvent& event : events) {
    out += "[" + event.id + "|" + event.name + "|" + event.data + "]";
  }
  return out;
}

/// Decodes `stream` given in two pieces, cut at `cut`.
std::string decoded(std::string_view stream, size_t cut) {
  Events events;
  SseDecoder decoder([&](SseEvent&& event) { events.push_back(std::move(event)); });
  EXPECT_TRUE(decoder.feed(stream.substr(0, cut)));
  EXPECT_TRUE(decoder.feed(stream.substr(cut)));
  decoder.finish();
  return shown(events);
}

void expect_decoded(const std::string& stream, const std::string& expected) {
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    ASSERT_EQ(decoded(stream, cut), expected) << "cut at " << cut << " of " << stream;
  }
  Events events;
  SseDecoder decoder([&](SseEvent&& event) { events.push_back(std::move(event)); });
  for (const char& byte : stream) ASSERT_TRUE(decoder.feed({&byte, 1}));
  decoder.finish();
  EXPECT_EQ(shown(events), expected) << "byte by byte";
}

TEST(SseDecoderTest, EveryLineEndingAtEveryCut) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string stream = "id: 1.2" + end + "event: delta" + end + "data: {\"a\":" + end +
                               "data: 1}" + end + end + "data: \xF0\x9F\x98\x80" + end + end;
    expect_decoded(stream, "[1.2|delta|{\"a\":\n1}][||\xF0\x9F\x98\x80]");
  }
}

TEST(SseDecoderTest, CommentsRetryBomAndUnknownFieldsAreIgnored) {
  expect_decoded("\xEF\xBB\xBF: hello\n\nretry: 5\nnonsense\nwhat: ever\ndata: x\n\n: bye\n\n",
                 "[||x]");
}

TEST(SseDecoderTest, OnlyOneSpaceAfterTheColonIsDropped) {
  expect_decoded("data:a\n\ndata: b\n\ndata:  c\n\ndata\n\ndata: d:e\n\n",
                 "[||a][||b][|| c][||][||d:e]");
}

TEST(SseDecoderTest, AnEventWithoutItsLastBlankLineCountsAtTheEnd) {
  expect_decoded("data: whole\n\ndata: cut", "[||whole][||cut]");
  expect_decoded("event: done\ndata: x\n", "[|done|x]");
}

TEST(SseDecoderTest, NothingIsNothing) {
  expect_decoded("", "");
  expect_decoded("\n\n\r\n\r", "");
}

TEST(SseDecoderTest, AnEventOverTheBoundIsAnOverflowAndIsNeverDelivered) {
  Events events;
  SseDecoder decoder([&](SseEvent&& event) { events.push_back(std::move(event)); });
  EXPECT_TRUE(decoder.feed("data: first\n\ndata: "));
  const std::string chunk(1 << 20, 'x');
  bool fits = true;
  for (int i = 0; i < 5; ++i) fits = decoder.feed(chunk);
  EXPECT_FALSE(fits);
  EXPECT_FALSE(decoder.feed("\n\ndata: later\n\n"));
  decoder.finish();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].data, "first");
}

TEST(SseDecoderTest, ManyLinesOfOneEventAreBoundedToo) {
  SseDecoder decoder([](SseEvent&&) { ADD_FAILURE(); });
  const std::string line = "data: " + std::string(1 << 16, 'x') + "\n";
  bool fits = true;
  for (int i = 0; i < 80; ++i) fits = decoder.feed(line);
  EXPECT_FALSE(fits);
}

TEST(SseEncoderTest, WritesFieldsInOrderAndLeavesOutEmptyOnes) {
  EXPECT_EQ(encode_sse({"delta", "{\"text\":\"a\"}", "2.17"}),
            "id: 2.17\nevent: delta\ndata: {\"text\":\"a\"}\n\n");
  EXPECT_EQ(encode_sse({"", "x", ""}), "data: x\n\n");
  EXPECT_EQ(encode_sse({"restart", "", ""}), "event: restart\ndata: \n\n");
}

TEST(SseEncoderTest, DataCannotForgeFields) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string wire = encode_sse({"delta", "a" + end + "event: done" + end + "b", "1.1"});
    expect_decoded(wire, "[1.1|delta|a\nevent: done\nb]");
  }
}

}  // namespace
}  // namespace parley
