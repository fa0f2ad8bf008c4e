// Exact answers over real sockets: several files, SQL, tools, receipts.
#include <set>

#include "tests/api/data_fixture.h"
#include "tests/api/http_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

constexpr const char* endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_F(DataTest, RunsAStatementOverAllRows) {
  start();
  const std::string id = create_session();
  const auto uploaded = upload(id, orders, "orders.csv");
  const auto answer = sql(id, {{"sql", totals}});
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["columns"], Json::parse(R"([{"name":"region","type":"text"},
                                                    {"name":"total","type":"real"}])"));
  EXPECT_EQ(answer.body["rows"], Json::parse(R"([["South",20.25],["North",17.5]])"));
  EXPECT_EQ(answer.body["rowCount"], 2);
  EXPECT_EQ(answer.body["truncated"], false);
  EXPECT_EQ(answer.body["rowsScanned"], 3);
  EXPECT_EQ(answer.body["files"], Json::array({{{"fileId", uploaded.body["fileId"]},
                                                {"fileName", "orders.csv"},
                                                {"sha256", uploaded.body["sha256"]}}}));
  EXPECT_FALSE(answer.body.contains("receiptId"));
}

TEST_F(DataTest, JoinsTwoFiles) {
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  ASSERT_EQ(upload(id, "region,manager\nNorth,Ann\nSouth,Bo\n", "People.csv").status, 200);
  const auto answer = sql(id, {{"sql",
                                "SELECT manager, count(*) FROM orders JOIN people "
                                "USING (region) GROUP BY manager ORDER BY 1"}});
  EXPECT_EQ(answer.body["rows"], Json::parse(R"([["Ann",2],["Bo",1]])")) << answer.raw.body;
  EXPECT_EQ(answer.body["files"].size(), 2U);
}

TEST_F(DataTest, CutsAResultAndSaysSo) {
  start({{"QUERY_ROWS_MAX", "2"}});
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  const auto answer = sql(id, {{"sql", "SELECT * FROM orders"}});
  EXPECT_EQ(answer.body["rows"].size(), 2U);
  EXPECT_EQ(answer.body["rowCount"], 2);
  EXPECT_EQ(answer.body["truncated"], true);
}

TEST_F(DataTest, RefusesStatementsWithTheReason) {
  start();
  const std::string id = create_session();
  EXPECT_EQ(sql(id, {{"sql", "SELECT 1"}}).body,
            Json({{"error", "No file uploaded for this session"}}));
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  for (const char* statement :
       {"SELECT regoin FROM orders", "DELETE FROM orders", "SELECT 1; SELECT 2", "nonsense",
        "ATTACH 'x' AS y", "SELECT * FROM sqlite_master", "PRAGMA table_list", ";"}) {
    const auto answer = sql(id, {{"sql", statement}});
    EXPECT_EQ(answer.status, 400) << statement << answer.raw.body;
    EXPECT_EQ(answer.body["error"], "Query failed") << statement;
    EXPECT_FALSE(answer.body["details"].get<std::string>().empty()) << statement;
  }
  EXPECT_THAT(sql(id, {{"sql", "SELECT regoin FROM orders"}}).raw.body, HasSubstr("regoin"));
  const auto expect = [](const Answer& answer, const char* error) {
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, Json({{"error", error}}));
  };
  expect(sql(id, Json::object()), "Missing sql");
  expect(sql(id, {{"sql", ""}}), "Missing sql");
  expect(sql(id, {{"sql", 5}}), "sql must be a string");
  expect(sql(id, {{"sql", "SELECT 1"}, {"receiptId", unknown_id}}),
         "Give either sql or receiptId, not both");
  expect(sql(id, {{"sql", "SELECT 1"}, {"format", "xml"}}), "format must be json or csv");
  EXPECT_EQ(sql(id, {{"sql", "SELECT '" + std::string(16'384, 'x') + "'"}}).status, 400);
  EXPECT_EQ(sql(id, {{"receiptId", unknown_id}}).body, Json({{"error", "Receipt not found"}}));
  EXPECT_EQ(sql(unknown_id, {{"sql", "SELECT 1"}}).body, Json({{"error", "Session not found"}}));
}

TEST_F(DataTest, EndsWhatTakesTooLong) {
  start({{"QUERY_TIMEOUT_MS", "2000"}});
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  const auto answer = sql(id, {{"sql", endless}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body["details"].get<std::string>(), HasSubstr("took longer than"));
  EXPECT_EQ(sql(id, {{"sql", totals}}).status, 200);
}

TEST_F(DataTest, SlowStatementsHoldUpNoOtherRequest) {
  start({{"WORKERS", "2"}, {"QUERIES_MAX", "8"}, {"QUERY_TIMEOUT_MS", "60000"}});
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  std::vector<std::unique_ptr<RawClient>> askers;
  for (int asker = 0; asker < 4; ++asker) {
    askers.push_back(std::make_unique<RawClient>(port()));
    askers.back()->request("POST", "/api/files/sql/" + id, {{"Content-Type", "application/json"}},
                           dump({{"sql", endless}}));
  }
  ASSERT_TRUE(eventually([this] { return metric("parley_queries_running") == 4; }));
  EXPECT_EQ(call("GET", "/api/files/list/" + id).status, 200);
  for (const auto& asker : askers) EXPECT_FALSE(asker->read_head(0)) << "it ended already";
  stop();  // does not wait for them
}

TEST_F(DataTest, SendsCsvThatNoSpreadsheetRuns) {
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, "a,b\n=1+1,-5\n\"x,\"\"y\"\"\",\n@cmd,3\n", "t.csv").status, 200);
  const auto answer = sql(id, {{"sql", "SELECT a, b FROM t"}, {"format", "csv"}});
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.raw.header("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(answer.raw.header("content-disposition"), "attachment; filename=\"result.csv\"");
  EXPECT_EQ(answer.raw.body, "a,b\r\n\"'=1+1\",-5\r\n\"x,\"\"y\"\"\",\r\n\"'@cmd\",3\r\n");
}

TEST_F(DataTest, CutsADownloadAtEightMebibytesAndSaysSo) {
  start();
  const std::string id = create_session();
  std::string texts = "text\n";
  for (int row = 0; row < 150; ++row) texts += std::string(60'000, 'x') + "\n";
  ASSERT_EQ(upload(id, texts, "texts.csv").status, 200);
  const auto cut = sql(id, {{"sql", "SELECT text FROM texts"}, {"format", "csv"}});
  ASSERT_EQ(cut.status, 200);
  EXPECT_EQ(cut.raw.header("x-result-truncated"), "true");
  EXPECT_GT(cut.raw.body.size(), 8'000'000U);
  EXPECT_LE(cut.raw.body.size(), 8U * 1024 * 1024);
  EXPECT_TRUE(cut.raw.body.ends_with("x\r\n"));
  const auto whole = sql(id, {{"sql", "SELECT text FROM texts LIMIT 100"}, {"format", "csv"}});
  EXPECT_EQ(whole.raw.body.size(), 100U * 60'002 + 6);
  EXPECT_EQ(whole.raw.header("x-result-truncated"), "");
}

TEST_F(DataTest, AModelAsksAndTheReceiptIsStreamedAndKept) {
  const std::string id = ask(totals);
  const auto events = stream(id, "Which region sold most?");
  EXPECT_EQ(text_of(events), "Done.");
  EXPECT_EQ(data_of(events, "tool")["label"], "Reading 3 rows of orders.csv");
  const Json receipt = data_of(events, "receipt");
  EXPECT_EQ(receipt["callId"], data_of(events, "tool")["id"]);
  EXPECT_EQ(receipt["sql"], totals);
  EXPECT_EQ(receipt["rows"], Json::parse(R"([["South",20.25],["North",17.5]])"));
  EXPECT_EQ(receipt["rowsScanned"], 3);

  const Json result = Json::parse(last_tool_result()["content"].get<std::string>());
  EXPECT_EQ(result["columns"], Json::parse(R"(["region","total"])"));
  EXPECT_EQ(result["rows"], receipt["rows"]);

  for (const std::string& path : {"/api/sessions/" + id, "/api/chat/history/" + id}) {
    const Json messages = call("GET", path).body["messages"];
    EXPECT_FALSE(messages[0].contains("receipts"));
    ASSERT_EQ(messages[1]["receipts"].size(), 1U) << path;
    EXPECT_EQ(messages[1]["receipts"][0]["receiptId"], receipt["receiptId"]);
    EXPECT_EQ(messages[1]["receipts"][0]["rows"], receipt["rows"]);
  }
  const std::string receipt_path =
      "/api/files/receipts/" + id + "/" + receipt["receiptId"].get<std::string>();
  EXPECT_EQ(call("GET", receipt_path).body["rows"], receipt["rows"]);
  stop();
  start();
  EXPECT_EQ(call("GET", receipt_path).body["sql"], totals);
}

TEST_F(DataTest, AReceiptRunsAgainWithoutTheModel) {
  const std::string id = ask(totals);
  const Json receipt = data_of(stream(id, "Which region sold most?"), "receipt");
  const size_t calls = model_->requests().size();
  auto again = sql(id, {{"receiptId", receipt["receiptId"]}});
  ASSERT_EQ(again.status, 200) << again.raw.body;
  EXPECT_EQ(again.body["rows"], receipt["rows"]);
  EXPECT_EQ(again.body["changed"], false);
  ASSERT_EQ(upload(id, "region,month,total\nEast,2026-05-01,1\n", "orders.csv").status, 200);
  again = sql(id, {{"receiptId", receipt["receiptId"]}});
  EXPECT_EQ(again.body["rows"], Json::parse(R"([["East",1]])"));
  EXPECT_EQ(again.body["changed"], true);
  EXPECT_EQ(model_->requests().size(), calls);
  ASSERT_EQ(call("DELETE", "/api/files/" + id).status, 200);
  EXPECT_EQ(sql(id, {{"receiptId", receipt["receiptId"]}}).status, 404);
}

TEST_F(DataTest, LongResultsAreShortInHistoriesAndWholeInTheReceipt) {
  script({{.body = claude_tool_call("query_data", {{"sql", "SELECT n FROM numbers"}})},
          {.body = claude_stream({"Done."})}});
  start();
  const std::string id = create_session();
  std::string numbers = "n\n";
  for (int n = 0; n < 3'000; ++n) numbers += std::to_string(n) + "\n";
  ASSERT_EQ(upload(id, numbers, "numbers.csv").status, 200);
  const Json receipt = data_of(stream(id, "All of them?"), "receipt");
  EXPECT_EQ(receipt["rows"].size(), 1'000U);
  EXPECT_EQ(receipt["truncated"], true);
  const Json listed = history(id)[1]["receipts"][0];
  EXPECT_EQ(listed["rows"].size(), 20U);
  EXPECT_EQ(listed["rowCount"], 1'000);
  const auto whole =
      call("GET", "/api/files/receipts/" + id + "/" + receipt["receiptId"].get<std::string>());
  EXPECT_EQ(whole.body["rows"].size(), 1'000U);
}

TEST_F(DataTest, APlainCallerGetsTheReceiptsToo) {
  const std::string id = ask(totals);
  const auto answer = say(id, "Which region sold most?");
  ASSERT_EQ(answer.status, 200);
  ASSERT_EQ(answer.body["receipts"].size(), 1U);
  EXPECT_EQ(answer.body["receipts"][0]["rowCount"], 2);
}

TEST_F(DataTest, ErrorsGoBackToTheModel) {
  const std::string id = ask("SELECT regoin FROM orders");
  const auto events = stream(id, "Which region sold most?");
  EXPECT_EQ(text_of(events), "Done.");
  EXPECT_TRUE(data_of(events, "receipt").is_null());
  const Json result = last_tool_result();
  EXPECT_EQ(result["is_error"], true);
  EXPECT_THAT(result["content"].get<std::string>(), HasSubstr("regoin"));
  EXPECT_FALSE(history(id)[1].contains("receipts"));
}

TEST_F(DataTest, DescribesTheTablesToTheModel) {
  script({{.body = claude_tool_call("describe_data", Json::object())},
          {.body = claude_stream({"Done."})}});
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, orders, "orders.csv").status, 200);
  stream(id, "What is in it?");
  const Json request = Json::parse(model_->requests().back().body);
  const Json tables =
      Json::parse(request["messages"].back()["content"][0]["content"].get<std::string>());
  EXPECT_EQ(tables["tables"][0]["name"], "orders");
  EXPECT_EQ(tables["tables"][0]["columns"][2]["type"], "real");
  std::set<std::string> tools;
  for (const Json& tool : request["tools"]) tools.insert(tool["name"].get<std::string>());
  EXPECT_EQ(tools, (std::set<std::string>{"describe_data", "query_data", "search_file"}));
}

TEST_F(DataTest, TellsHowFarTheReadingIs) {
  start();
  const std::string id = create_session();
  std::string numbers = "n\n";
  for (int n = 0; n < 100'000; ++n) numbers += std::to_string(n) + "\n";
  RawClient client(port());
  const std::string form = upload_form(id, numbers, "numbers.csv");
  client.send(
      "POST /api/files/upload HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
      "Content-Type: "s +
      upload_form_type + "\r\nContent-Length: " + std::to_string(form.size()) + "\r\n\r\n" + form);
  const auto head = client.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  const auto events = read_all(client);
  ASSERT_GE(events.size(), 3U);
  int64_t bytes = 0;
  for (const SseEvent& event : events) {
    if (event.name != "progress") continue;
    const Json data = Json::parse(event.data);
    EXPECT_GE(data["bytes"].get<int64_t>(), bytes);
    bytes = data["bytes"];
  }
  EXPECT_GT(bytes, 0);
  EXPECT_EQ(events.back().name, "done");
  EXPECT_EQ(Json::parse(events.back().data)["summary"]["rowCount"], 100'000);
}

TEST_F(DataTest, AStreamedUploadFailsWithTheSameWords) {
  start();
  const std::string id = create_session();
  const auto failed = upload(id, "", "a.csv", {{"Accept", "text/event-stream"}});
  ASSERT_EQ(failed.status, 200);
  EXPECT_THAT(failed.raw.body, HasSubstr("event: error\n"));
  EXPECT_THAT(failed.raw.body, HasSubstr("Failed to process CSV file: CSV file is empty"));
  EXPECT_THAT(failed.raw.body, HasSubstr("\"status\":400"));
  EXPECT_EQ(upload(unknown_id, "a\n1\n", "a.csv", {{"Accept", "text/event-stream"}}).status, 404);
}

TEST_F(DataTest, ListsAndDeletesSingleFiles) {
  start({{"UPLOAD_FILES_MAX", "2"}});
  const std::string id = create_session();
  EXPECT_EQ(call("GET", "/api/files/list/" + id).body["files"], Json::array());
  const std::string first = upload(id, orders, "orders.csv").body["fileId"];
  const std::string second = upload(id, "a\n1\n", "b.csv").body["fileId"];
  const auto over = upload(id, "a\n1\n", "c.csv");
  EXPECT_EQ(over.status, 400);
  EXPECT_EQ(over.body, Json({{"error", "A session can have at most 2 files. Delete one first."}}));
  const Json listed = call("GET", "/api/files/list/" + id).body;
  EXPECT_EQ(listed["filesMax"], 2);
  ASSERT_EQ(listed["files"].size(), 2U);
  EXPECT_EQ(listed["files"][1]["profile"]["tables"][0]["columns"][0]["name"], "region");
  EXPECT_EQ(call("DELETE", "/api/files/" + id + "/" + first).status, 200);
  EXPECT_EQ(call("DELETE", "/api/files/" + id + "/" + first).status, 404);
  EXPECT_EQ(call("GET", "/api/files/info/" + id).body["fileId"], second);
  EXPECT_EQ(sql(id, {{"sql", totals}}).status, 400);  // its table went with it
}

TEST_F(DataTest, DemandsTheSessionsOwnTokenInProduction) {
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const std::string id = create_session();
  const Headers own = {{"Authorization", "Bearer " + token_}};
  create_session();
  const Headers other = {{"Authorization", "Bearer " + token_}};
  ASSERT_EQ(upload(id, orders, "orders.csv", own).status, 200);
  EXPECT_EQ(sql(id, {{"sql", totals}}).status, 401);
  EXPECT_EQ(sql(id, {{"sql", totals}}, other).status, 404);
  EXPECT_EQ(sql(id, {{"sql", totals}}, own).status, 200);
  const std::string list = "/api/files/list/" + id;
  EXPECT_EQ(call("GET", list).status, 401);
  EXPECT_EQ(call("GET", list, nullptr, other).status, 404);
  EXPECT_EQ(call("GET", list, nullptr, own).status, 200);
  const std::string receipt = "/api/files/receipts/" + id + "/" + unknown_id;
  EXPECT_EQ(call("GET", receipt).status, 401);
  EXPECT_EQ(call("GET", receipt, nullptr, own).body, Json({{"error", "Receipt not found"}}));
}

}  // namespace
}  // namespace parley
