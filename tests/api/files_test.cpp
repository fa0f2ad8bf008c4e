// The routes of files over real sockets: success and every documented error, in exact words.
#include <filesystem>

#include "base/ids.h"
#include "tenants/tenants.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

struct Part {
  std::string disposition;  ///< name="…"; filename="…"
  std::string content_type;
  std::string value;
};

class FilesTest : public AppFixture {
 protected:
  Answer post_form(const std::vector<Part>& parts, const std::string& session_token = "") {
    std::string body;
    for (const Part& part : parts) {
      body += "--edge\r\nContent-Disposition: form-data; " + part.disposition + "\r\n";
      if (!part.content_type.empty()) body += "Content-Type: " + part.content_type + "\r\n";
      body += "\r\n" + part.value + "\r\n";
    }
    return post_bytes("multipart/form-data; boundary=edge", body + "--edge--\r\n", session_token);
  }

  Answer post_bytes(const std::string& content_type, const std::string& body,
                    const std::string& session_token = "") {
    Headers headers = {{"Content-Type", content_type}};
    if (!session_token.empty()) headers.emplace_back("Authorization", "Bearer " + session_token);
    const auto response = fetch(port(), "POST", "/api/files/upload", headers, body);
    Answer out;
    if (!response) return out;
    out.raw = *response;
    out.status = response->status;
    if (auto parsed = parse_json(response->body)) out.body = std::move(*parsed);
    return out;
  }

  Answer upload(const std::string& id, const std::string& bytes,
                const std::string& name = "orders.csv",
                const std::string& content_type = "text/csv") {
    return post_form({{"name=\"sessionId\"", "", id},
                      {"name=\"file\"; filename=\"" + name + "\"", content_type, bytes}});
  }

  size_t files_on_disk() const {
    size_t count = 0;
    const std::string media = directory_.path("media") + "/" + tenants::default_tenant_id;
    if (!std::filesystem::exists(media)) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(media)) {
      count += is_uuid(entry.path().filename().string()) ? 1U : 0U;
    }
    return count;
  }
};

TEST_F(FilesTest, UploadsATable) {
  start();
  const std::string id = create_session();
  const auto answer = upload(id, "city,total\n\"Bern, CH\",5\nBasel,7\n");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.raw.header("content-type"), "application/json");
  Json documented = answer.body;
  for (const char* added : {"fileId", "sha256", "profile"}) EXPECT_EQ(documented.erase(added), 1U);
  EXPECT_EQ(documented, Json::parse(R"({"success":true,"fileName":"orders.csv","fileType":"csv",
      "fileSize":32,"summary":{"columnCount":2,"rowCount":2,"columns":["city","total"],
      "sampleData":[{"city":"Bern, CH","total":"5"},{"city":"Basel","total":"7"}],
      "columnTypes":{"city":"string","total":"number"}},"sessionId":")" +
                                    id +
                                    R"(","message":"File \"orders.csv\" has been uploaded and )"
                                    R"(processed successfully. You can now ask questions about )"
                                    R"(the data."})"));
  // Keys stand in the documented order.
  EXPECT_LT(answer.raw.body.find("columnCount"), answer.raw.body.find("columnTypes"));

  const auto info = call("GET", "/api/files/info/" + id);
  ASSERT_EQ(info.status, 200);
  EXPECT_EQ(info.body["fileId"], answer.body["fileId"]);
  EXPECT_EQ(info.body["profile"], answer.body["profile"]);
  EXPECT_EQ(info.body["profile"]["tables"][0]["rows"], 2);
  EXPECT_EQ(info.body["fileName"], "orders.csv");
  EXPECT_EQ(info.body["fileType"], "csv");
  EXPECT_EQ(info.body["fileSize"], 32);
  EXPECT_THAT(info.body["uploadedAt"].get<std::string>(),
              ::testing::MatchesRegex("2.*T.*[.]......[+]00:00"));
  EXPECT_EQ(info.body["summary"], answer.body["summary"]);
}

TEST_F(FilesTest, UploadsJsonAndReplaces) {
  start({{"UPLOAD_FILES_MAX", "1"}});
  const std::string id = create_session();
  ASSERT_EQ(upload(id, "a\n1\n").status, 200);
  const auto answer =
      upload(id, R"([{"a":1,"ok":true},{"a":2}])", "Items.JSON", "application/json");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["fileType"], "json");
  EXPECT_EQ(answer.body["summary"], Json::parse(R"({"type":"array","length":2,
      "firstItemKeys":["a","ok"],"dataTypes":{"a":"number","ok":"boolean"}})"));
  EXPECT_EQ(call("GET", "/api/files/info/" + id).body["fileName"], "Items.JSON");
  EXPECT_EQ(files_on_disk(), 1U);  // UPLOAD_FILES_MAX=1: the documented behaviour
}

TEST_F(FilesTest, ChecksInTheDocumentedOrder) {
  start();
  const std::string id = create_session();
  const Part file = {"name=\"file\"; filename=\"a.txt\"", "", "a\n1\n"};
  const auto expect = [](const Answer& answer, int status, const char* error) {
    EXPECT_EQ(answer.status, status) << answer.raw.body;
    EXPECT_EQ(answer.body, Json({{"error", error}}));
  };
  expect(post_form({{"name=\"other\"", "", "x"}}), 400, "Missing sessionId");
  expect(post_form({file}), 400, "Missing sessionId");
  expect(post_form({{"name=\"sessionId\"", "", ""}, file}), 400, "Missing sessionId");
  expect(post_form({{"name=\"sessionId\"", "", unknown_session}}), 400, "No file uploaded");
  expect(post_form({{"name=\"sessionId\"", "", unknown_session}, {"name=\"file\"", "", "text"}}),
         400, "No file uploaded");
  expect(upload(unknown_session, "x", "a.txt"), 404, "Session not found");
  expect(upload("nonsense", "x", "a.txt"), 404, "Session not found");
  expect(upload("00000000-0000-4000-8000-00000000000A", "x", "a.txt"), 404, "Session not found");
  expect(upload(id, "x", "a.txt"), 400, "Only JSON and CSV files are allowed");
  expect(upload(id, "x", "a.csv.exe"), 400, "Only JSON and CSV files are allowed");
  expect(upload(id, "a\n1\n", "a.csv", "image/png"), 400, "Only JSON and CSV files are allowed");
  expect(call("GET", "/api/files/info/" + id), 404, "No file uploaded for this session");
}

TEST_F(FilesTest, TakesMultipartOnly) {
  start();
  for (const std::string& type :
       {"application/json"s, "text/plain"s, "text/csv"s, "application/x-www-form-urlencoded"s}) {
    const auto answer = post_bytes(type, "{}");
    EXPECT_EQ(answer.status, 415) << answer.raw.body;
    EXPECT_EQ(answer.body,
              Json({{"detail", "Unsupported media type \"" + type + "\" in request."}}));
  }
  EXPECT_EQ(post_bytes("multipart/form-data", "x").status, 400);
  EXPECT_EQ(post_bytes("multipart/form-data; boundary=edge", "--edge\r\ncut").status, 400);
}

TEST_F(FilesTest, SaysWhyAFileCannotBeReadAndKeepsTheFormer) {
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, "a\n1\n").status, 200);
  struct Case {
    std::string bytes;
    std::string name;
    std::string details;
  };
  const std::vector<Case> cases = {
      {"", "a.csv", "Failed to process CSV file: CSV file is empty"},
      {"\r\n \n", "a.csv", "Failed to process CSV file: CSV file is empty"},
      {"", "a.json", "Failed to process JSON file: JSON file is empty"},
      {"a,b\n\"x", "a.csv",
       "Failed to process CSV file: line 2: a quote is opened here and never closed"},
      {"\x89PNG\r\n\x1A\n", "a.csv", "Failed to process CSV file: file is not text (PNG image)"},
      {"a\0b"s, "a.csv", "Failed to process CSV file: file is not text (it contains NUL bytes)"},
      {"<!doctype html>", "a.json",
       "Failed to process JSON file: file is not text (HTML or XML page)"},
      {"[1]", "a.csv", "Failed to process CSV file: the content is JSON, not CSV"},
      {"a,b\n", "a.json",
       "Failed to process JSON file: not valid JSON at line 1, character 1; a CSV file needs a "
       "name "
       "that ends in .csv"},
      {"[\"\\ud800\"]", "a.json",
       "Failed to process JSON file: a lone surrogate at line 1, character 9"},
      {std::string(65, '['), "a.json",
       "Failed to process JSON file: nested deeper than 64 levels at line 1, character 65"},
  };
  for (const Case& one : cases) {
    const auto answer = upload(id, one.bytes, one.name, "");
    EXPECT_EQ(answer.status, 400) << answer.raw.body;
    EXPECT_EQ(answer.body, Json({{"error", "Failed to process file"}, {"details", one.details}}));
  }
  EXPECT_EQ(call("GET", "/api/files/info/" + id).body["fileName"], "orders.csv");
  EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(FilesTest, RefusesWhatIsTooLarge) {
  start();
  const std::string id = create_session();
  const std::string row = std::string(1023, 'x') + "\n";
  std::string ten_mb;
  while (ten_mb.size() < 10 * 1024 * 1024) ten_mb += row;
  EXPECT_EQ(upload(id, ten_mb).status, 200);
  for (const std::string& bytes : {ten_mb + "x", ten_mb + ten_mb.substr(0, 2 * 1024 * 1024)}) {
    const auto answer = upload(id, bytes);
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.body, Json({{"error", "File size must be less than 10MB"}}));
  }
  EXPECT_EQ(call("GET", "/api/files/info/" + id).body["fileSize"], 10 * 1024 * 1024);
}

TEST_F(FilesTest, TheLimitIsASetting) {
  start({{"UPLOAD_MAX_BYTES", "1048576"}});
  const std::string id = create_session();
  EXPECT_EQ(upload(id, std::string(1'048'577, 'x')).body,
            Json({{"error", "File size must be less than 1MB"}}));
}

TEST_F(FilesTest, SearchesRowsAndItems) {
  start();
  const std::string id = create_session();
  const std::string path = "/api/files/query/" + id;
  EXPECT_EQ(call("POST", path, {{"query", "x"}}).body,
            Json({{"error", "No file uploaded for this session"}}));
  ASSERT_EQ(upload(id, "city,total\nBern,5\nBasel,7\n").status, 200);
  const auto rows = call("POST", path, {{"query", "BER"}});
  EXPECT_EQ(rows.status, 200);
  EXPECT_EQ(rows.raw.body,
            R"({"query":"BER","results":{"matchingRows":[{"city":"Bern","total":"5"}],)"
            R"("totalMatches":1,"searchedColumns":["city","total"]},"fileName":"orders.csv",)"
            R"("fileType":"csv"})");
  const auto none = call("POST", path, {{"query", "tokyo \"\u00e9\""}});
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.body["query"], "tokyo \"\u00e9\"");
  EXPECT_EQ(none.body["results"]["matchingRows"], Json::array());
  EXPECT_EQ(none.body["results"]["totalMatches"], 0);

  ASSERT_EQ(upload(id, "{\"name\":\"Ada\"}", "o.json", "").status, 200);
  EXPECT_EQ(call("POST", path, {{"query", "\"NAME\": \"ada\""}}).body["results"],
            Json::parse(R"({"matchingItems":[{"name":"Ada"}],"totalMatches":1})"));
}

TEST_F(FilesTest, RefusesQueriesThatAreNone) {
  start();
  const std::string id = create_session();
  const std::string path = "/api/files/query/" + id;
  for (const Json& body : {Json::object(), Json{{"query", nullptr}}, Json{{"query", ""}}}) {
    const auto answer = call("POST", path, body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, Json({{"error", "Missing query parameter"}}));
  }
  for (const Json& query : {Json(5), Json(true), Json::array(), Json::object()}) {
    const auto answer = call("POST", path, {{"query", query}});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, Json({{"error", "Failed to query file data"},
                                 {"details", "query must be a string"}}));
  }
  EXPECT_EQ(call("POST", path, {{"query", std::string(1'001, 'x')}}).status, 400);
  const auto broken = fetch(port(), "POST", path, {{"Content-Type", "application/json"}}, "{");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->status, 400);
  EXPECT_THAT(broken->body, HasSubstr("{\"detail\":\"JSON parse error - "));
  EXPECT_EQ(call("POST", "/api/files/query/"s + unknown_session, {{"query", "x"}}).body,
            Json({{"error", "Session not found"}}));
}

TEST_F(FilesTest, DeletesOnce) {
  start();
  const std::string id = create_session();
  const auto expect_missing = [](const Answer& answer, const char* error) {
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, Json({{"error", error}}));
  };
  expect_missing(call("DELETE", "/api/files/" + id), "No file data to delete");
  expect_missing(call("DELETE", "/api/files/"s + unknown_session), "Session not found");
  expect_missing(call("GET", "/api/files/info/"s + unknown_session), "Session not found");
  ASSERT_EQ(upload(id, "a\n1\n").status, 200);
  const auto removed = call("DELETE", "/api/files/" + id);
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(removed.body, Json({{"success", true}, {"message", "File data deleted successfully"}}));
  EXPECT_EQ(files_on_disk(), 0U);
  expect_missing(call("DELETE", "/api/files/" + id), "No file data to delete");
  expect_missing(call("GET", "/api/files/info/" + id), "No file uploaded for this session");
}

TEST_F(FilesTest, DemandsTheSessionsOwnTokenInProduction) {
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const std::string id = create_session();
  const std::string token = token_;
  create_session();
  const std::string other_token = token_;
  const std::vector<Part> parts = {{"name=\"sessionId\"", "", id},
                                   {"name=\"file\"; filename=\"a.csv\"", "", "a\n1\n"}};
  EXPECT_EQ(post_form(parts).status, 401);
  EXPECT_EQ(post_form(parts, other_token).status, 404);
  EXPECT_EQ(post_form(parts, token).status, 200);
  const auto with = [](const std::string& bearer) {
    return Headers{{"Authorization", "Bearer " + bearer}};
  };
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/files/info/" + id},
                                                        {"POST", "/api/files/query/" + id},
                                                        {"DELETE", "/api/files/" + id}}) {
    const Json body = method == "POST" ? Json{{"query", "1"}} : Json(nullptr);
    EXPECT_EQ(call(method, path, body).status, 401) << path;
    EXPECT_EQ(call(method, path, body, with(other_token)).status, 404) << path;
    EXPECT_EQ(call(method, path, body, with(token)).status, 200) << path;
  }
}

TEST_F(FilesTest, ShowsHostileNamesAsText) {
  start();
  const std::string id = create_session();
  const auto answer = upload(id, "a\n1\n", "../<b>x</b>\xE2\x80\xAE\xC2\x85.csv", "");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["fileName"], "b>.csv");
  EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(FilesTest, KeepsTheFileOverARestart) {
  start();
  const std::string id = create_session();
  ASSERT_EQ(upload(id, "a\nneedle\n").status, 200);
  stop();
  start();
  EXPECT_EQ(
      call("POST", "/api/files/query/" + id, {{"query", "needle"}}).body["results"]["totalMatches"],
      1);
}

}  // namespace
}  // namespace parley
