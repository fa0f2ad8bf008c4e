// Receipts and what they belong to: they go with their answer, and never cost it its words.
#include "tests/api/data_fixture.h"

namespace parley {
namespace {

using ReceiptsTest = DataTest;

std::string receipt_path(const std::string& id, const std::vector<SseEvent>& events) {
  return "/api/files/receipts/" + id + "/" +
         data_of(events, "receipt")["receiptId"].get<std::string>();
}

TEST_F(ReceiptsTest, TellWhatTheImportDidToTheValues) {
  const Json statement = {{"sql", "SELECT sum(price) AS total FROM prices"}};
  script({{.body = claude_tool_call("query_data", statement)}, {.body = claude_stream({"Done."})}});
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, "price,n\n\"1,234\",1\n\"2,500\",2\n", "prices.csv").status, 200);
  const auto events = stream(id, "How much is it?");
  const Json notes = {"price: thousands separators taken off"};
  EXPECT_EQ(data_of(events, "receipt")["notes"], notes);
  EXPECT_EQ(call("GET", receipt_path(id, events)).body["notes"], notes);
  EXPECT_EQ(history(id)[1]["receipts"][0]["notes"], notes);
  EXPECT_EQ(sql(id, statement).body["notes"], notes);
  EXPECT_EQ(sql(id, {{"sql", "SELECT sum(n) FROM prices"}}).body["notes"], Json::array());
}

TEST_F(ReceiptsTest, GoWithTheHistory) {
  const std::string id = ask(totals);
  const std::string path = receipt_path(id, stream(id, "Which region sold most?"));
  ASSERT_EQ(call("GET", path).status, 200);
  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).status, 200);
  EXPECT_EQ(call("GET", path).body, Json({{"error", "Receipt not found"}}));
  EXPECT_EQ(sql(id, {{"sql", totals}}).status, 200) << "the files stay";
}

TEST_F(ReceiptsTest, LoseTheirRowsWithTheFile) {
  const std::string id = ask(totals);
  const Headers keyed = {{"Idempotency-Key", "one"}};
  const Json question = {{"sessionId", id}, {"message", "Which region sold most?"}};
  const Json asked = call("POST", "/api/chat/message", question, keyed).body;
  const Json receipt = asked["receipts"][0];
  const std::string path =
      "/api/files/receipts/" + id + "/" + receipt["receiptId"].get<std::string>();
  ASSERT_EQ(call("GET", path).body["rows"].size(), 2U);
  const std::string file_id = receipt["files"][0]["fileId"];
  ASSERT_EQ(call("DELETE", "/api/files/" + id + "/" + file_id).status, 200);
  const auto gone = call("GET", path);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.body, Json({{"error", "The file of this receipt was deleted"}}));
  const Json kept = history(id)[1]["receipts"][0];
  EXPECT_EQ(kept["fileDeleted"], true);
  EXPECT_EQ(kept["rows"], Json::array());
  for (const char* member : {"sql", "files", "rowCount", "rowsScanned", "createdAt"}) {
    EXPECT_EQ(kept[member], receipt[member]) << member;
  }
  EXPECT_EQ(
      call("GET", "/api/chat/stream/" + id, {}, {{"Last-Event-ID", "1.0"}}).raw.body.find("20.25"),
      std::string::npos)
      << "nor is the answer's stream replayed";
  EXPECT_EQ(sql(id, {{"receiptId", receipt["receiptId"]}}).status, 404);
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  const auto again = sql(id, {{"receiptId", receipt["receiptId"]}});
  ASSERT_EQ(again.status, 200) << again.raw.body;
  EXPECT_EQ(again.body["changed"], false) << "the same bytes";
  EXPECT_EQ(again.body["rows"], receipt["rows"]);
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

/// What came of eight equal calls at once and a long text after them.
struct Eight {
  std::vector<size_t> rows;  ///< of each receipt in the stream
  size_t receipt_bytes = 0;
};

class ReceiptsInStreamTest : public DataTest {
 protected:
  Eight ask_eight_times(const std::string& texts) {
    const Json input = {{"sql", "SELECT * FROM texts"}};
    const std::vector<std::pair<std::string, Json>> calls(8, {"query_data", input});
    const std::vector<std::string> words(20, std::string(5'000, 'w'));
    script({{.body = claude_tool_calls(calls)}, {.body = claude_stream(words)}});
    start();
    const std::string id = create_session();
    EXPECT_EQ(upload(id, texts, "texts.csv").status, 200);
    const auto events = stream(id, "All of it, eight times?");
    EXPECT_EQ(text_of(events).size(), 100'000U);
    EXPECT_EQ(data_of(events, "done")["finish"], "stop");
    EXPECT_EQ(history(id)[1]["receipts"].size(), 8U);
    Eight out;
    for (const SseEvent& event : events) {
      if (event.name != "receipt") continue;
      out.receipt_bytes += event.data.size();
      out.rows.push_back(Json::parse(event.data)["rows"].size());
    }
    return out;
  }

  static std::string texts(int rows, size_t characters) {
    std::string out = "text\n";
    for (int row = 0; row < rows; ++row) out += std::string(characters, 'x') + "\n";
    return out;
  }
};

TEST_F(ReceiptsInStreamTest, EightLargeResultsLeaveRoomForTheAnswer) {
  const Eight eight = ask_eight_times(texts(1'000, 516));
  EXPECT_EQ(eight.rows, (std::vector<size_t>{1'000, 1'000, 1'000, 1'000, 20, 20, 20, 20}));
  EXPECT_LT(eight.receipt_bytes, 3U * 1024 * 1024);
}

TEST_F(ReceiptsInStreamTest, EightWideResultsLeaveRoomForTheAnswer) {
  const Eight eight = ask_eight_times(texts(20, 26'000));
  EXPECT_EQ(eight.rows, std::vector<size_t>(6, 20)) << "the others are in the history alone";
  EXPECT_LT(eight.receipt_bytes, 3U * 1024 * 1024);
}

}  // namespace
}  // namespace parley
