// Receipts and what they belong to: they go with their answer, and never cost it its words.
#include "tests/api/data_fixture.h"

namespace parley {
namespace {

using ReceiptsTest = DataTest;

std::string receipt_path(const std::string& id, const std::vector<SseEvent>& events) {
  return "/api/files/receipts/" + id + "/" +
         data_of(events, "receipt")["receiptId"].get<std::string>();
}

TEST_F(ReceiptsTest, GoWithTheHistory) {
  const std::string id = ask(totals);
  const std::string path = receipt_path(id, stream(id, "Which region sold most?"));
  ASSERT_EQ(call("GET", path).status, 200);
  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).status, 200);
  EXPECT_EQ(call("GET", path).body, Json({{"error", "Receipt not found"}}));
  EXPECT_EQ(sql(id, {{"sql", totals}}).status, 200) << "the files stay";
}

TEST_F(ReceiptsTest, GoWithAnAnswerThatARetryReplaces) {
  std::string cut = claude_stream({"half an ans"});
  cut.resize(cut.find("event: content_block_stop"));
  const fakes::FakeReply asks = {.body = claude_tool_call("query_data", {{"sql", totals}})};
  script({asks, {.body = cut}, asks, {.body = claude_stream({"whole"})}});
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  const std::string replaced = receipt_path(id, stream(id, "Which region sold most?"));
  ASSERT_EQ(call("GET", replaced).status, 200);
  const auto retried = call("POST", "/api/chat/message",
                            {{"sessionId", id}, {"retryOf", history(id)[0]["messageId"]}});
  ASSERT_EQ(retried.body["response"], "whole") << retried.raw.body;
  EXPECT_EQ(call("GET", replaced).status, 404);
  const Json kept = history(id)[1]["receipts"];
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(call("GET", "/api/files/receipts/" + id + "/" + kept[0]["receiptId"].get<std::string>())
                .status,
            200);
}

TEST_F(ReceiptsTest, GoWithAnAnswerThatNeverCame) {
  script(
      {{.body = claude_tool_call("query_data", {{"sql", totals}})}, {.status = 400, .body = "{}"}});
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  const auto events = stream(id, "Which region sold most?");
  ASSERT_EQ(events.back().name, "error");
  EXPECT_EQ(call("GET", receipt_path(id, events)).status, 404);
}

}  // namespace
}  // namespace parley
