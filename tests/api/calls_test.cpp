// Documents 000/001: POST /api/chat/call/ and GET /api/chat/history/, body by body.
#include "base/ids.h"
#include "tests/api/tenant_fixture.h"

namespace parley {
namespace {

using fakes::FakeReply;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* call_path = "/api/chat/call/";
constexpr const char* history_path = "/api/chat/history/";

FakeReply fails(int status) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = R"({"type":"error","error":{"type":"api_error","message":"secret detail"}})"};
}

class CallsTest : public TenantFixture {
 protected:
  Answer ask(const Json& body, Headers headers = {}) {
    return call("POST", call_path, body, std::move(headers));
  }
  Answer post(const std::string& text, const std::string& type = "application/json") {
    return answer_of(fetch(port(), "POST", call_path, {{"Content-Type", type}}, text));
  }
  Answer list(const std::string& query = "", Headers headers = {}) {
    return call("GET", history_path + query, nullptr, std::move(headers));
  }
  Json sent(size_t at) { return Json::parse(model_->requests().at(at).body); }
};

TEST_F(CallsTest, ACallIsAnsweredAsDocumented) {
  script({says({"Time ", "is relative."})});
  start({{"TOKENS_LIMIT", "1000"}});
  const auto answer = ask({{"prompt", "  Explain relativity  "}});
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body.size(), 8U);
  EXPECT_EQ(answer.body["success"], true);
  EXPECT_TRUE(is_uuid(answer.body["message_id"].get<std::string>()));
  EXPECT_EQ(answer.body["prompt"], "Explain relativity");
  EXPECT_EQ(answer.body["response"], "Time is relative.");
  EXPECT_EQ(answer.body["model"], "claude-test");
  EXPECT_TRUE(answer.body["response_time_ms"].is_number_integer());
  EXPECT_EQ(answer.body["tokens_remaining"], 999);
  EXPECT_EQ(answer.body["tenant"], "Parley");
  EXPECT_THAT(dump(sent(0)["messages"]), HasSubstr("Explain relativity"));
}

TEST_F(CallsTest, BothRoutesAnswerWithAndWithoutTheSlash) {
  script({says({"ok"})});
  start();
  for (const char* path : {"/api/chat/call/", "/api/chat/call"}) {
    EXPECT_EQ(call("POST", path, {{"prompt", "x"}}).status, 200) << path;
    EXPECT_EQ(call("GET", path).status, 405) << path;
  }
  for (const char* path : {"/api/chat/history/", "/api/chat/history"}) {
    EXPECT_EQ(call("GET", path).body["total_messages"], 2) << path;
    EXPECT_EQ(call("POST", path, Json::object()).status, 405) << path;
  }
}

TEST_F(CallsTest, BadBodiesGetTheDocumentedTexts) {
  start();
  const Json bad_json = {{"error", "Invalid JSON"},
                         {"message", "Please provide valid JSON in the request body"}};
  for (const char* text : {"{", "[]", "1", "\"x\"", "null", "{\"prompt\":\"\xff\"}", "nonsense"}) {
    EXPECT_EQ(post(text).status, 400) << text;
    EXPECT_EQ(post(text).body, bad_json) << text;
  }
  EXPECT_EQ(post(std::string(100'000, '[')).body, bad_json);
  const Json missing = {{"error", "Missing prompt"},
                        {"message", "Please provide a prompt in the request body"}};
  for (const Json& body : {Json::object(), Json{{"prompt", ""}}, Json{{"prompt", " \n\t "}},
                           Json{{"prompt", nullptr}}, Json{{"Prompt", "x"}}}) {
    EXPECT_EQ(ask(body).status, 400) << dump(body);
    EXPECT_EQ(ask(body).body, missing) << dump(body);
  }
  EXPECT_EQ(post("").body, bad_json);
  EXPECT_EQ(post("prompt", "text/plain").body, bad_json);
  EXPECT_EQ(post(R"({"prompt":"Hi"})", "application/x-www-form-urlencoded").status, 200)
      << "as curl -d sends it";
  EXPECT_EQ(post(std::string(1024 * 1024 + 1, ' ')).status, 413);
  EXPECT_EQ(ask({{"prompt", std::string(100'001, 'x')}}).status, 413);
}

TEST_F(CallsTest, WrongTypesAreRefusedByName) {
  start();
  const std::vector<std::pair<Json, std::string>> cases = {
      {{{"prompt", 5}}, "Invalid prompt"},
      {{{"prompt", {"a"}}}, "Invalid prompt"},
      {{{"prompt", true}}, "Invalid prompt"},
      {{{"prompt", "x"}, {"model", 5}}, "Invalid model"},
      {{{"prompt", "x"}, {"model", std::string(201, 'm')}}, "Invalid model"},
      {{{"prompt", "x"}, {"seed", "abc"}}, "Invalid seed"},
      {{{"prompt", "x"}, {"seed", 1.5}}, "Invalid seed"},
      {{{"prompt", "x"}, {"seed", "99999999999999999999"}}, "Invalid seed"},
      {{{"prompt", "x"}, {"seed", Json::array()}}, "Invalid seed"},
      {{{"prompt", "x"}, {"customer_id", 5}}, "Invalid customer_id"},
      {{{"prompt", "x"}, {"customer_id", "not-a-uuid"}}, "Invalid customer_id"},
      {{{"prompt", "x"}, {"customer_id", Json::object()}}, "Invalid customer_id"},
  };
  for (const auto& [body, error] : cases) {
    const auto refused = ask(body);
    EXPECT_EQ(refused.status, 400) << dump(body);
    EXPECT_EQ(refused.body["error"], error) << dump(body);
    EXPECT_TRUE(refused.body["message"].is_string()) << dump(body);
    EXPECT_EQ(refused.body.size(), 2U);
  }
  EXPECT_EQ(list().body["total_messages"], 0);
}

TEST_F(CallsTest, NullsAndEmptyTextsAreAsAbsent) {
  script({says({"ok"})});
  start();
  for (const Json& body :
       {Json{{"prompt", "x"}, {"model", nullptr}, {"seed", nullptr}, {"customer_id", nullptr}},
        Json{{"prompt", "x"}, {"model", ""}, {"seed", ""}, {"customer_id", ""}},
        Json{{"prompt", "x"}, {"seed", "12345"}}, Json{{"prompt", "x"}, {"seed", -3}},
        Json{{"prompt", "x"}, {"unknown", {1, 2}}}}) {
    EXPECT_EQ(ask(body).status, 200) << dump(body);
  }
}

TEST_F(CallsTest, AnUnknownHostIsNoTenantBeforeAnythingElse) {
  start({{"TOKENS_LIMIT", "1"}});
  const Json expected = {{"error", "Tenant not found or inactive"},
                         {"message", "Please check your domain configuration"}};
  const Headers elsewhere = {{"Host", "nobody.example"}};
  EXPECT_EQ(ask({{"prompt", "x"}}, elsewhere).status, 404);
  EXPECT_EQ(ask({{"prompt", "x"}}, elsewhere).body, expected);
  EXPECT_EQ(ask(Json::object(), elsewhere).body, expected);
  EXPECT_EQ(list("", elsewhere).body, expected);
  EXPECT_EQ(list("?limit=x", elsewhere).body, expected);
}

TEST_F(CallsTest, TheLimitIsToldBeforeTheBodyIsRead) {
  script({says({"ok"})});
  start({{"TOKENS_LIMIT", "1"}});
  EXPECT_EQ(ask({{"prompt", "x"}}).body["tokens_remaining"], 0);
  const Json expected = {{"error", "Token limit exceeded"},
                         {"message", "Tenant has used 1/1 tokens"}};
  EXPECT_EQ(ask({{"prompt", "x"}}).status, 429);
  EXPECT_EQ(ask({{"prompt", "x"}}).body, expected);
  EXPECT_EQ(ask(Json::object()).body, expected);
  EXPECT_EQ(post("{").body, expected);
  EXPECT_EQ(list().body["total_messages"], 1);
}

TEST_F(CallsTest, AFailedCallSaysSoAndCostsNothing) {
  script({fails(400), fails(401), says({"ok"})});
  start({{"TOKENS_LIMIT", "5"}});
  const auto failed = ask({{"prompt", "x"}});
  EXPECT_EQ(failed.status, 503);
  EXPECT_EQ(failed.body["error"], "AI service unavailable");
  EXPECT_THAT(failed.body["message"].get<std::string>(), Not(HasSubstr("secret")));
  EXPECT_EQ(list().body["total_messages"], 0);
  EXPECT_EQ(list().body["tokens_used"], 0);
  const Books after = books();
  EXPECT_EQ(after.conversations, 0) << "nothing is left of a failed call";
  EXPECT_EQ(after.totals.reserved, 0);
}

TEST_F(CallsTest, TheModelIsHonoured) {
  script({says({"ok"})});
  start();
  ask({{"prompt", "x"}, {"model", "claude-large"}});
  ask({{"prompt", "x"}, {"model", "gpt-3.5-turbo"}});
  ask({{"prompt", "x"}, {"model", "claude"}});
  EXPECT_EQ(sent(0)["model"], "claude-large");
  EXPECT_EQ(sent(1)["model"], "claude-test") << "the documents' default is the tenant's own";
  EXPECT_EQ(sent(2)["model"], "claude-test") << "a provider's name means its default";
  EXPECT_EQ(ask({{"prompt", "x"}, {"model", "demo"}}).body["model"], "demo-1");
}

TEST_F(CallsTest, TheSeedGoesToChatCompletions) {
  script([](const fakes::FakeRequest&) {
    return FakeReply{
        .body =
            "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}"
            "\n\ndata: [DONE]\n\n"};
  });
  start({{"ANTHROPIC_API_KEY", ""},
         {"OPENAI_API_KEY", "k"},
         {"OPENAI_BASE_URL", model_->url()},
         {"OPENAI_PROTOCOL", "chat"}});
  ASSERT_EQ(ask({{"prompt", "x"}, {"seed", "12345"}, {"model", "gpt-3.5-turbo"}}).status, 200);
  EXPECT_EQ(sent(0)["seed"], 12345);
  EXPECT_EQ(sent(0)["model"], "gpt-3.5-turbo");
  ask({{"prompt", "x"}});
  EXPECT_FALSE(sent(1).contains("seed"));
}

TEST_F(CallsTest, OnlyTheGivenCustomerReachesThePrompt) {
  script({says({"ok"})});
  start();
  const std::string ada = add_customer("Ada Lovelace", {{"tier", "gold"}});
  add_customer("Grace Hopper", {{"tier", "secret"}});
  ask({{"prompt", "x"}, {"customer_id", ada}});
  ask({{"prompt", "x"}});
  ask({{"prompt", "x"}, {"customer_id", "00000000-0000-4000-8000-00000000ffff"}});
  EXPECT_THAT(dump(sent(0)), HasSubstr("Ada Lovelace"));
  EXPECT_THAT(dump(sent(0)), HasSubstr("gold"));
  EXPECT_THAT(dump(sent(0)), Not(HasSubstr("Grace")));
  EXPECT_THAT(dump(sent(1)), Not(HasSubstr("Ada")));
  EXPECT_THAT(dump(sent(2)), Not(HasSubstr("Ada"))) << "an unknown one is ignored";
}

TEST_F(CallsTest, AnotherTenantsCustomerIsIgnored) {
  script({says({"ok"})});
  start();
  const std::string ada = add_customer("Ada Lovelace", Json::object());
  add_tenant("Acme", "acme.example", nullptr);
  EXPECT_EQ(ask({{"prompt", "x"}, {"customer_id", ada}}, {{"Host", "acme.example"}}).status, 200);
  EXPECT_THAT(dump(sent(0)), Not(HasSubstr("Ada")));
}

TEST_F(CallsTest, TheHistoryIsTheDocumentedOneNewestFirst) {
  script({says({"one"}), says({"two"}), says({"three"})});
  server_clock_ = &fake_clock_;
  start({{"TOKENS_LIMIT", "1000"}});
  for (const char* prompt : {"first", "second", "third"}) {
    ask({{"prompt", prompt}});
    fake_clock_.advance_ms(1'000);
  }
  say(create_session(), "not a call");
  const auto all = list();
  ASSERT_EQ(all.status, 200);
  EXPECT_EQ(all.body.size(), 6U);
  EXPECT_EQ(all.body["success"], true);
  EXPECT_EQ(all.body["total_messages"], 3);
  EXPECT_EQ(all.body["tenant"], "Parley");
  EXPECT_EQ(all.body["tokens_used"], 4);
  EXPECT_EQ(all.body["tokens_limit"], 1000);
  const Json messages = all.body["messages"];
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].size(), 7U);
  EXPECT_EQ(messages[0]["prompt"], "third");
  EXPECT_EQ(messages[2]["prompt"], "first");
  EXPECT_EQ(messages[2]["response"], "one");
  EXPECT_EQ(messages[2]["model"], "claude-test");
  EXPECT_EQ(messages[2]["tokens_used"], 1);
  EXPECT_TRUE(messages[2]["response_time_ms"].is_number_integer());
  EXPECT_TRUE(is_uuid(messages[2]["id"].get<std::string>()));
  EXPECT_THAT(messages[2]["created_at"].get<std::string>(), HasSubstr("+00:00"));
}

TEST_F(CallsTest, TheHistoryIsPagedAndItsBoundsAreChecked) {
  script({says({"ok"})});
  server_clock_ = &fake_clock_;
  start();
  for (int i = 0; i < 5; ++i) {
    ask({{"prompt", std::to_string(i)}});
    fake_clock_.advance_ms(1'000);
  }
  const auto prompts = [&](const std::string& query) {
    std::string out;
    const Json body = list(query).body;
    for (const Json& message : body["messages"]) {
      out += message["prompt"].get<std::string>();
    }
    return out;
  };
  EXPECT_EQ(prompts(""), "43210");
  EXPECT_EQ(prompts("?limit=2"), "43");
  EXPECT_EQ(prompts("?limit=2&offset=3"), "10");
  EXPECT_EQ(prompts("?offset=9"), "");
  EXPECT_EQ(prompts("?limit=0"), "");
  EXPECT_EQ(prompts("?limit=100000"), "43210") << "more than 100 is 100";
  for (const char* query : {"?limit=-1", "?limit=x", "?limit=", "?limit=1.5", "?limit=+1",
                            "?limit=99999999999999999999", "?limit=1%20"}) {
    EXPECT_EQ(list(query).status, 400) << query;
    EXPECT_EQ(list(query).body["error"], "Invalid limit") << query;
    EXPECT_TRUE(list(query).body["message"].is_string()) << query;
  }
  EXPECT_EQ(list("?offset=-1").body["error"], "Invalid offset");
}

TEST_F(CallsTest, TokensAreToldWhereThePlanCountsTokens) {
  script({says({"ok"})});
  start({{"TOKENS_LIMIT", "50000"}, {"TOKEN_UNIT", "tokens"}});
  EXPECT_EQ(ask({{"prompt", "x"}}).body["tokens_remaining"], 50'000 - 18);
  EXPECT_EQ(list().body["messages"][0]["tokens_used"], 18);
  EXPECT_EQ(list().body["tokens_used"], 18);
}

TEST_F(CallsTest, WithoutALimitTheFieldsAreNull) {
  script({says({"ok"})});
  start();
  EXPECT_EQ(ask({{"prompt", "x"}}).body["tokens_remaining"], nullptr);
  EXPECT_EQ(list().body["tokens_limit"], nullptr);
  EXPECT_EQ(list().body["tokens_used"], 1);
}

TEST_F(CallsTest, NoTenantSeesAnothersCalls) {
  script({says({"ok"})});
  start();
  add_tenant("Acme", "acme.example", nullptr);
  ask({{"prompt", "ours"}});
  const Headers acme = {{"Host", "acme.example"}};
  EXPECT_EQ(list("", acme).body["total_messages"], 0);
  EXPECT_EQ(list("", acme).body["messages"], Json::array());
  EXPECT_EQ(list("", acme).body["tenant"], "Acme");
  EXPECT_EQ(ask({{"prompt", "theirs"}}, acme).body["tenant"], "Acme");
  EXPECT_EQ(list("", acme).body["messages"][0]["prompt"], "theirs");
  EXPECT_EQ(list().body["total_messages"], 1);
}

TEST_F(CallsTest, CallsAreNoSessions) {
  script({says({"ok"})});
  start();
  create_session();
  ask({{"prompt", "x"}});
  EXPECT_EQ(call("GET", "/api/sessions/stats/summary").body["totalSessions"], 1);
}

TEST_F(CallsTest, ATenantCanCloseThem) {
  script({says({"ok"})});
  start();
  change_tenant({{"openness", {{"callOpen", false}, {"historyOpen", false}}}});
  const Json expected = {{"error", "API key required"}};
  EXPECT_EQ(ask({{"prompt", "x"}}).status, 401);
  EXPECT_EQ(ask({{"prompt", "x"}}).body, expected);
  EXPECT_EQ(list().body, expected);
  EXPECT_EQ(ask({{"prompt", "x"}}, {{"Authorization", "Bearer pk_wrong"}}).body, expected);
  change_tenant({{"openness", {{"callOpen", true}, {"historyOpen", nullptr}}}});
  EXPECT_EQ(ask({{"prompt", "x"}}).status, 200);
  EXPECT_EQ(list().status, 200);
}

TEST_F(CallsTest, ProductionClosesThem) {
  config_directory_ = PARLEY_SOURCE_DIR "/config";
  script({says({"ok"})});
  const Environment production = {{"APP_PROFILE", "production"},
                                  {"VISITOR_TOKEN_REQUIRED", ""},
                                  {"ALLOWED_ORIGINS", "https://shop.example"}};
  start(production);
  EXPECT_EQ(ask({{"prompt", "x"}}).status, 401);
  EXPECT_EQ(list().status, 401);
  change_tenant({{"openness", {{"callOpen", true}}}}, production);
  EXPECT_EQ(ask({{"prompt", "x"}}).status, 200) << "an open call needs no visitor's token";
}

TEST_F(CallsTest, PreflightsAreAnswered) {
  start({{"ALLOWED_ORIGINS", "http://localhost:3001"}});
  for (const char* path : {"/api/chat/call/", "/api/chat/call"}) {
    const auto preflight = call("OPTIONS", path, nullptr,
                                {{"Origin", "http://localhost:3001"},
                                 {"Access-Control-Request-Method", "POST"},
                                 {"Access-Control-Request-Headers", "content-type"}});
    EXPECT_EQ(preflight.status, 204) << path;
    EXPECT_EQ(preflight.raw.header("access-control-allow-origin"), "http://localhost:3001");
  }
}

}  // namespace
}  // namespace parley
