// Customers over real sockets: documents 000/001's route in exact words, the admin API's, and one
// person given out and erased.
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/base64.h"
#include "base/ids.h"
#include "tests/api/stored_tenants.h"
#include "tests/fakes/jwt_signer.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* unknown_id = "00000000-0000-4000-8000-000000000000";
constexpr const char* iso_pattern =
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}\\+00:00";
const Json key_required = {{"error", "API key required"}};
const Json missing_name = {{"error", "Missing customer name"},
                           {"message", "Customer name is required"}};
const Json invalid_json = {{"error", "Invalid JSON"},
                           {"message", "Please provide valid JSON in the request body"}};

class CustomersApiTest : public StoredTenants {
 protected:
  Answer add(const Json& body, Headers headers = {}) {
    return call("POST", "/api/customer/add/", body, std::move(headers));
  }

  /// A POST to add with exactly these bytes.
  Answer add_raw(const std::string& body) {
    return answer_of(
        fetch(port(), "POST", "/api/customer/add/", {{"Content-Type", "application/json"}}, body));
  }

  /// The key of the installation.
  Headers operator_bearer() const {
    std::string key;
    std::ifstream(directory_.path("data/operator.key")) >> key;
    return {{"Authorization", "Bearer " + key}};
  }

  Answer as_operator(const std::string& method, const std::string& rest,
                     const Json& body = nullptr) {
    return call(method, "/api/admin/tenants/localhost/customers" + rest, body, operator_bearer());
  }

  std::string added(const Json& fields) {
    const auto created = as_operator("POST", "", fields);
    EXPECT_EQ(created.status, 201) << created.raw.body;
    return created.body.value("customerId", "");
  }

  std::vector<std::string> names(const std::string& query) {
    std::vector<std::string> out;
    const auto page = as_operator("GET", query);
    EXPECT_EQ(page.status, 200) << page.raw.body;
    for (const Json& customer : page.body["customers"]) out.push_back(customer["name"]);
    return out;
  }
};

TEST_F(CustomersApiTest, AddAnswersAsDocumented) {
  start();
  for (const char* path : {"/api/customer/add/", "/api/customer/add"}) {
    const auto answer = call("POST", path,
                             {{"name", " Ada "},
                              {"email", "ada@example.com"},
                              {"phone", "+44 20 7946 0018"},
                              {"data", {{"plan", "gold"}}}});
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_TRUE(is_uuid(answer.body["customer_id"].get<std::string>()));
    EXPECT_THAT(answer.body["created_at"].get<std::string>(), MatchesRegex(iso_pattern));
    const Json expected = {{"success", true},
                           {"customer_id", answer.body["customer_id"]},
                           {"name", "Ada"},
                           {"email", "ada@example.com"},
                           {"phone", "+44 20 7946 0018"},
                           {"created_at", answer.body["created_at"]}};
    EXPECT_EQ(answer.body, expected);
  }
}

TEST_F(CustomersApiTest, WhatIsNullIsAbsent) {
  start();
  for (const Json& body :
       {Json{{"name", "Ada"}}, Json{{"name", "Ada"}, {"email", nullptr}, {"phone", nullptr}},
        Json{{"name", "Ada"}, {"email", ""}, {"data", nullptr}}}) {
    const auto answer = add(body);
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(answer.body["email"], nullptr);
    EXPECT_EQ(answer.body["phone"], nullptr);
  }
}

TEST_F(CustomersApiTest, AddSaysWhatIsWrong) {
  start();
  for (const Json& body : {Json::object(), Json{{"name", nullptr}}, Json{{"name", ""}},
                           Json{{"name", " \t"}}, Json{{"email", "a@b.c"}}}) {
    const auto refused = add(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(refused.body, missing_name) << body;
  }
  for (const char* body : {"", "{", "[]", "1", "null", "\"x\"", "{\"name\":\"a\"} x", "name=a"}) {
    const auto refused = add_raw(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(refused.body, invalid_json) << body;
  }
  for (const Json& body :
       {Json{{"name", 7}}, Json{{"name", "a"}, {"email", 7}},
        Json{{"name", "a"}, {"phone", Json::object()}}, Json{{"name", "a"}, {"data", "x"}},
        Json{{"name", "a"}, {"email", "nobody"}}, Json{{"name", "a"}, {"phone", "call me"}},
        Json{{"name", std::string(201, 'x')}},
        Json{{"name", "a"}, {"data", {{"x", std::string(17'000, 'x')}}}}}) {
    const auto refused = add(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(refused.body["error"].get<std::string>(), HasSubstr("Invalid ")) << body;
    EXPECT_THAT(refused.body["message"].get<std::string>(), HasSubstr(" must ")) << body;
  }
  EXPECT_EQ(add({{"name", "a"}, {"data", {{"x", std::string(70'000, 'x')}}}}).status, 413);
  EXPECT_EQ(call("GET", "/api/customer/add/").status, 405);
}

TEST_F(CustomersApiTest, ProductionClosesAdd) {
  start_with(Json::object(), {{"APP_PROFILE", "production"}});
  for (const Json& body : {Json{{"name", "Ada"}}, Json::object()}) {
    for (const Headers& headers : {Headers{}, Headers{{"Authorization", "Bearer pk_x"}},
                                   Headers{{"Authorization", "Bearer x"}}}) {
      const auto refused = add(body, headers);
      EXPECT_EQ(refused.status, 401);
      EXPECT_EQ(refused.body, key_required);
    }
  }
  EXPECT_EQ(add_raw("{").body, key_required);
  EXPECT_EQ(add({{"name", "Ada"}}, at_host("other.example")).status, 404);
  stop();
  EXPECT_EQ(count("SELECT count(*) FROM customers"), 0);
}

TEST_F(CustomersApiTest, ATenantOpensOrClosesAddItself) {
  start_with({{"openness", {{"customerAddOpen", true}}}}, {{"APP_PROFILE", "production"}});
  EXPECT_EQ(add({{"name", "Ada"}}).status, 200);
  stop();
  config_directory_ = directory_.path("absent");
  start_with({{"openness", {{"customerAddOpen", false}}}});
  EXPECT_EQ(add({{"name", "Ada"}}).body, key_required);
}

TEST_F(CustomersApiTest, WithoutAKeyTheAdminRoutesAreClosed) {
  start();
  const std::string all = "/api/admin/tenants/localhost/customers";
  const std::string one = all + "/" + unknown_id;
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"GET", all},
           {"POST", all},
           {"GET", one},
           {"PUT", one},
           {"DELETE", one},
           {"GET", one + "/export"},
           {"GET", "/api/admin/tenants/nobody.example/customers"}}) {
    const auto refused = call(method, path, method == "GET" ? Json() : Json{{"name", "Eve"}});
    EXPECT_EQ(refused.status, 401) << method << path;
    EXPECT_EQ(refused.body, key_required) << method << path;
  }
}

TEST_F(CustomersApiTest, TheOperatorKeepsCustomers) {
  start();
  const std::string id = added({{"name", "Ada"}, {"email", "ada@example.com"}, {"phone", "110"}});
  const auto found = as_operator("GET", "/" + id);
  ASSERT_EQ(found.status, 200) << found.raw.body;
  EXPECT_EQ(found.body["name"], "Ada");
  EXPECT_EQ(found.body["externalId"], nullptr);
  EXPECT_EQ(found.body["data"], Json::object());

  const auto updated =
      as_operator("PUT", "/" + id, {{"phone", nullptr}, {"data", {{"plan", "gold"}}}});
  ASSERT_EQ(updated.status, 200) << updated.raw.body;
  EXPECT_EQ(updated.body["name"], "Ada");
  EXPECT_EQ(updated.body["email"], "ada@example.com");
  EXPECT_EQ(updated.body["phone"], nullptr);
  EXPECT_EQ(updated.body["data"], (Json{{"plan", "gold"}}));
  EXPECT_EQ(as_operator("GET", "/" + id).body, updated.body);
  EXPECT_EQ(as_operator("PUT", "/" + id, {{"name", ""}}).body, missing_name);
  EXPECT_EQ(as_operator("POST", "", {{"name", "x"}, {"email", "x"}}).status, 400);

  for (const char* method : {"GET", "PUT", "DELETE"}) {
    const auto absent = as_operator(method, std::string("/") + unknown_id,
                                    std::string(method) == "PUT" ? Json::object() : Json());
    EXPECT_EQ(absent.status, 404) << method;
    EXPECT_EQ(absent.body, (Json{{"error", "Customer not found"}})) << method;
  }
  EXPECT_EQ(as_operator("GET", std::string("/") + unknown_id + "/export").status, 404);
}

TEST_F(CustomersApiTest, TheListIsSearchedAndPaged) {
  start();
  for (const char* name : {"Ada 100%", "Bo_b", "Émile"}) added({{"name", name}});
  EXPECT_EQ(names("").size(), 3U);
  EXPECT_EQ(names("?search=%C3%89MILE"), std::vector<std::string>{"Émile"});
  EXPECT_EQ(names("?search=%25"), std::vector<std::string>{"Ada 100%"});
  EXPECT_EQ(names("?search=_"), std::vector<std::string>{"Bo_b"});
  EXPECT_EQ(names("?limit=2").size(), 2U);
  EXPECT_EQ(names("?limit=2&offset=2").size(), 1U);
  const auto page = as_operator("GET", "?limit=1&offset=1");
  EXPECT_EQ(page.body["total"], 3);
  EXPECT_EQ(page.body["limit"], 1);
  EXPECT_EQ(page.body["offset"], 1);
  for (const char* query : {"?limit=0", "?limit=101", "?limit=x", "?limit=", "?limit=1.5",
                            "?limit=99999999999999999999", "?offset=-1", "?offset=+1"}) {
    EXPECT_EQ(as_operator("GET", query).status, 400) << query;
  }
  EXPECT_EQ(as_operator("GET", "?search=" + std::string(201, 'x')).status, 400);
}

TEST_F(CustomersApiTest, AnotherTenantsKeyOpensNothing) {
  add_tenant("22222222-0000-4000-8000-000000000002", "globex.example", Json::object());
  start_with(Json::object());
  const std::string id = added({{"name", "Ada"}});
  const auto made = call("POST", "/api/admin/tenants/globex.example/keys", {{"label", "theirs"}},
                         operator_bearer());
  ASSERT_EQ(made.status, 201) << made.raw.body;
  const Headers theirs = {{"Authorization", "Bearer " + made.body["key"].get<std::string>()}};
  const std::string foreign = "/api/admin/tenants/localhost/customers";
  const std::string own = "/api/admin/tenants/globex.example/customers";
  const Json change = {{"name", "Eve"}};
  const Json not_found = {{"error", "Not found"}};
  for (const std::string& rest : {std::string(), "/" + id, "/" + id + "/export"}) {
    EXPECT_EQ(call("GET", foreign + rest, nullptr, theirs).body, not_found) << rest;
  }
  EXPECT_EQ(call("POST", foreign, change, theirs).body, not_found);
  EXPECT_EQ(call("PUT", foreign + "/" + id, change, theirs).body, not_found);
  EXPECT_EQ(call("DELETE", foreign + "/" + id, nullptr, theirs).body, not_found);

  const Json no_customer = {{"error", "Customer not found"}};
  EXPECT_EQ(call("GET", own, nullptr, theirs).body["total"], 0);
  EXPECT_EQ(call("GET", own + "/" + id, nullptr, theirs).body, no_customer);
  EXPECT_EQ(call("GET", own + "/" + id + "/export", nullptr, theirs).body, no_customer);
  EXPECT_EQ(call("PUT", own + "/" + id, change, theirs).body, no_customer);
  EXPECT_EQ(call("DELETE", own + "/" + id, nullptr, theirs).body, no_customer);
  EXPECT_EQ(as_operator("GET", "/" + id).body["name"], "Ada");

  const auto closed = call("POST", "/api/customer/add/", change, theirs);
  EXPECT_EQ(closed.body, key_required) << "a key of another Host";
}

/// A person with a conversation, a file and an answer from it, all with one word in them.
class PersonApiTest : public CustomersApiTest {
 protected:
  void start_talk() {
    script({{.body = claude_tool_call("query_data", {{"sql", "SELECT word FROM canaryperson"}})},
            {.body = claude_stream({"noted canaryperson"})}});
    start_with({{"identity", {{"hs256Secret", JwtTestKeys::secret}}}});
    const int64_t expires = clock_.now_ms() / 1'000 + 600;
    const Json claims = {{"sub", "canaryperson"},
                         {"aud", "localhost"},
                         {"exp", expires},
                         {"jti", "canaryperson"},
                         {"name", "Dr canaryperson"},
                         {"email", "canaryperson@mail.example"}};
    const auto created = call("POST", "/api/sessions/create",
                              {{"identity", jwt_hs256(dump(claims), JwtTestKeys::secret)},
                               {"config", {{"pageData", {{"title", "canaryperson"}}}}}});
    ASSERT_EQ(created.status, 201) << created.raw.body;
    session_ = created.body["sessionId"];
    const auto uploaded =
        fetch(port(), "POST", "/api/files/upload", {{"Content-Type", upload_form_type}},
              upload_form(session_, "word\ncanaryperson\n", "canaryperson.csv"));
    ASSERT_EQ(uploaded->status, 200) << uploaded->body;
    const auto said = say(session_, "I am canaryperson", {{"Idempotency-Key", "canaryperson"}});
    ASSERT_EQ(said.body["receipts"].size(), 1U) << said.raw.body;
    person_ = as_operator("GET", "?search=canaryperson").body["customers"][0]["customerId"];
  }

  /// Files of the server that have the word in them or in their names.
  std::vector<std::string> places() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      const bool is_found = bytes.find("canaryperson") != std::string::npos ||
                            entry.path().string().find("canaryperson") != std::string::npos;
      if (is_found) out.push_back(entry.path().filename());
    }
    return out;
  }

  std::string session_;
  std::string person_;
};

TEST_F(PersonApiTest, APersonIsGivenOutWhole) {
  start_talk();
  const auto exported = as_operator("GET", "/" + person_ + "/export");
  ASSERT_EQ(exported.status, 200) << exported.raw.body;
  EXPECT_EQ(exported.raw.header("content-type"), "application/json");
  EXPECT_THAT(exported.raw.header("content-disposition"),
              HasSubstr("attachment; filename=\"customer-" + person_ + ".json\""));
  EXPECT_EQ(exported.body["customer"]["externalId"], "canaryperson");
  ASSERT_EQ(exported.body["conversations"].size(), 1U);
  const Json& talk = exported.body["conversations"][0];
  EXPECT_EQ(talk["conversationId"], session_);
  ASSERT_EQ(talk["messages"].size(), 2U);
  EXPECT_EQ(talk["messages"][1]["content"], "noted canaryperson");
  EXPECT_EQ(talk["receipts"][0]["messageId"], talk["messages"][1]["messageId"]);
  EXPECT_EQ(talk["files"][0]["content"], to_base64("word\ncanaryperson\n"));
}

TEST_F(PersonApiTest, AnErasedPersonIsNowhereOnDisk) {
  start_talk();
  ASSERT_THAT(places(), Not(IsEmpty()));
  const auto erased = as_operator("DELETE", "/" + person_);
  ASSERT_EQ(erased.status, 200) << erased.raw.body;
  EXPECT_EQ(
      erased.body,
      (Json{{"status", "erased"}, {"customerId", person_}, {"conversations", 1}, {"files", 1}}));
  while (metric("parley_db_wal_bytes") > 0) std::this_thread::yield();
  EXPECT_THAT(places(), IsEmpty()) << "while the server runs";
  EXPECT_EQ(call("GET", "/api/sessions/" + session_).status, 404);
  EXPECT_EQ(call("GET", "/api/chat/history/" + session_).status, 404);
  EXPECT_EQ(as_operator("GET", "/" + person_).status, 404);
  EXPECT_EQ(as_operator("DELETE", "/" + person_).status, 404);
  stop();
  EXPECT_THAT(places(), IsEmpty()) << "and after it";
}

TEST_F(PersonApiTest, ErasingEndsTheRunningAnswer) {
  script([](const fakes::FakeRequest&) {
    fakes::FakeReply reply{.body = claude_stream({"canaryperson"})};
    reply.ending = fakes::FakeReply::Ending::stall;
    reply.body.resize(reply.body.find("event: content_block_stop"));
    return reply;
  });
  start_with({{"identity", {{"hs256Secret", JwtTestKeys::secret}}}});
  const Json claims = {{"sub", "u"}, {"aud", "localhost"}, {"exp", clock_.now_ms() / 1'000 + 600}};
  const auto created = call("POST", "/api/sessions/create",
                            {{"identity", jwt_hs256(dump(claims), JwtTestKeys::secret)}});
  const auto client = open_stream(created.body["sessionId"], "Hi");
  while (const auto event = client->read_event()) {
    if (event->name == "delta") break;
  }
  person_ = as_operator("GET", "").body["customers"][0]["customerId"];
  EXPECT_EQ(as_operator("DELETE", "/" + person_).status, 200);
  const auto rest = read_all(*client);
  ASSERT_FALSE(rest.empty()) << "the stream ends";
  EXPECT_TRUE(model_->wait_for_hang_ups(1)) << "and so does the provider's";
  stop();
  EXPECT_THAT(places(), IsEmpty());
}

}  // namespace
}  // namespace parley
