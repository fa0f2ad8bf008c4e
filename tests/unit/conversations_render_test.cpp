// The text of histories is what dump() writes of the same tree, byte by byte.
#include <gtest/gtest.h>

#include "conversations/message.h"

namespace parley::conversations {
namespace {

Json tree_of(const Message& message, const ReceiptTexts& receipts) {
  Json tree = {{"role", message.author == Author::visitor ? "user" : "assistant"},
               {"content", message.content},
               {"timestamp", message.created_at_ms},
               {"messageId", message.id},
               {"seq", message.seq}};
  if (!message.finish.empty()) tree["finish"] = message.finish;
  const auto found = receipts.find(message.id);
  if (found != receipts.end()) tree["receipts"] = Json::parse(found->second);
  return tree;
}

std::string text_of(const std::vector<Message>& messages, const ReceiptTexts& receipts = {}) {
  std::string text;
  append_json(text, messages, receipts);
  return text;
}

TEST(RenderTest, NothingSaidIsAnEmptyArray) {
  EXPECT_EQ(text_of({}), "[]");
}

TEST(RenderTest, GoesOnBehindWhatIsThere) {
  std::string text = "{\"messages\":";
  append_json(text, {});
  EXPECT_EQ(text, "{\"messages\":[]");
}

TEST(RenderTest, WritesWhatTheTreeWrites) {
  const std::vector<Message> messages = {
      {"id-1", 1, Author::visitor, "How many?", "", 0},
      {"id-2", 2, Author::assistant, "\"3\"\n\xE2\x80\x94 \\ three\t\x01", "stop",
       1'790'000'000'000},
      {"id-3", 3, Author::visitor, "", "", 1},
      {"id-4", INT64_MAX, Author::assistant, "no bytes\xFF of UTF-8", "length", 2},
  };
  const ReceiptTexts receipts = {{"id-2", R"([{"rows":[[1,null]],"sql":"SELECT \"a\""}])"},
                                 {"of no message here", "[1]"}};
  Json tree = Json::array();
  for (const Message& message : messages) tree.push_back(tree_of(message, receipts));
  EXPECT_EQ(text_of(messages, receipts), dump(tree));
}

TEST(RenderTest, NoTextIsLongerThanSaid) {
  for (const char* text : {"", "abc", "\"\\", "\n\t\x01\x1F", "\xE2\x80\x94", "\x7F"}) {
    EXPECT_LE(dump(Json(text)).size(), json_bytes_max(text) + 2) << text;
  }
  EXPECT_EQ(json_bytes_max("a\"\xE2\x80\x94"), 6U);
}

TEST(RenderTest, TheNewestReceiptsAreShownAsFarAsTheBoundGoes) {
  const std::vector<Message> messages = {{"id-1", 1, Author::assistant, "a", "stop", 0},
                                         {"id-2", 2, Author::assistant, "b", "stop", 0},
                                         {"id-3", 3, Author::assistant, "c", "stop", 0}};
  const std::string large = "[\"" + std::string(history_bytes_max - 100, 'r') + "\"]";
  const Json shown =
      Json::parse(text_of(messages, {{"id-1", "[1]"}, {"id-2", large}, {"id-3", "[3]"}}));
  EXPECT_EQ(shown[2]["receipts"], Json::array({3}));
  EXPECT_EQ(shown[1]["receipts"].size(), 1U);
  const Json cut =
      Json::parse(text_of(messages, {{"id-1", "[1]"}, {"id-2", large}, {"id-3", large}}));
  EXPECT_TRUE(cut[2].contains("receipts"));
  EXPECT_FALSE(cut[1].contains("receipts"));
  EXPECT_FALSE(cut[0].contains("receipts")) << "no gaps";
  EXPECT_EQ(cut[0]["content"], "a");
}

}  // namespace
}  // namespace parley::conversations
