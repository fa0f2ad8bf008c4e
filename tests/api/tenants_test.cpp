// Two tenants on one server: each has its own bot, model, instructions, origins and data.
#include "tenants/tenants.h"
#include "base/text.h"
#include "tests/api/app_fixture.h"
#include "tests/api/isolation_probes.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* acme = "acme.example";
constexpr const char* globex = "globex.example";
constexpr const char* acme_shop = "https://shop.acme.example";
constexpr const char* globex_shop = "https://shop.globex.example";
constexpr const char* unknown_id = "00000000-0000-4000-8000-000000000000";

std::string replaced(std::string text, const std::string& name, const std::string& with) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    text.replace(at, name.size(), with);
    at += with.size();
  }
  return text;
}

class TenantsTest : public AppFixture {
 protected:
  void start_two(Environment changes = {}) {
    acme_id_ = make_tenant("Acme", {acme},
                           {{"systemParameter", "You sell anvils."},
                            {"bot",
                             {{"name", "Wile"},
                              {"poweredBy", "Acme Inc"},
                              {"color", "#111111"},
                              {"msgBgColor", "#222222"},
                              {"icon", "https://cdn.acme.example/i.png"},
                              {"greeting", "Meep?"},
                              {"starterQuestions", {"Which anvil?"}}}},
                            {"model", "anvil-model"},
                            {"origins", {acme_shop}},
                            {"plan", {{"limit", 25}}}});
    globex_id_ = make_tenant("Globex", {globex},
                             {{"provider", "demo"},
                              {"origins", {globex_shop, "http://localhost:3000"}},
                              {"plan", {{"limit", 0}}},
                              {"openness", {{"visitorTokenRequired", true}}}});
    changes.insert({"DEV_DEFAULT_TENANT", "false"});
    start(changes);
  }

  Answer at(const std::string& host, const std::string& method, const std::string& path,
            const Json& body = nullptr, Headers headers = {}) {
    headers.emplace_back("Host", host);
    return call(method, path, body, std::move(headers));
  }

  struct Session {
    std::string id;
    std::string token;
    Json config;
  };

  Session session_at(const std::string& host, const Json& config = Json::object()) {
    const auto made = at(host, "POST", "/api/sessions/create", {{"config", config}});
    EXPECT_EQ(made.status, 201) << made.raw.body;
    return {made.body["sessionId"], made.body["visitorToken"], made.body["config"]};
  }

  Answer say_at(const std::string& host, const Session& session, const std::string& text) {
    return at(host, "POST", "/api/chat/message", {{"sessionId", session.id}, {"message", text}},
              bearer(session));
  }

  static Headers bearer(const Session& session) {
    return {{"Authorization", "Bearer " + session.token}};
  }

  std::string acme_id_;
  std::string globex_id_;
};

TEST_F(TenantsTest, EachHasItsOwnBot) {
  script({{.body = claude_stream({"Hello."})}});
  start_two();
  const Json bot = at(acme, "GET", "/api/sessions/bot-config").body;
  EXPECT_EQ(bot["botName"], "Wile");
  EXPECT_EQ(bot["poweredBy"], "Acme Inc");
  EXPECT_EQ(bot["botColor"], "#111111");
  EXPECT_EQ(bot["botMsgBgColor"], "#222222");
  EXPECT_EQ(bot["botIcon"], "https://cdn.acme.example/i.png");
  EXPECT_EQ(bot["greeting"], "Meep?");
  EXPECT_EQ(bot["starterQuestions"], Json({"Which anvil?"}));
  EXPECT_EQ(bot["defaultProvider"], "claude");
  EXPECT_EQ(bot["providers"][0]["model"], "anvil-model");
  const Json other = at(globex, "GET", "/api/sessions/bot-config").body;
  EXPECT_EQ(other["botName"], "Claude Assistant") << "the installation's";
  EXPECT_EQ(other["botIcon"], nullptr);
  EXPECT_EQ(other["defaultProvider"], "demo");
  EXPECT_EQ(other["providers"][0]["model"], "claude-test");
  EXPECT_EQ(session_at(acme).config["botName"], "Wile");
  EXPECT_EQ(session_at(acme, {{"botName", "Own"}}).config["botName"], "Own");
  EXPECT_EQ(session_at(globex).config["botName"], "Claude Assistant");
}

TEST_F(TenantsTest, EachHasItsOwnInstructionsProviderAndModel) {
  script({{.body = claude_stream({"Hello."})}});
  start_two();
  const auto answered = say_at(acme, session_at(acme), "Hi");
  ASSERT_EQ(answered.status, 200) << answered.raw.body;
  const Json sent = Json::parse(model_->requests().back().body);
  EXPECT_EQ(sent["model"], "anvil-model");
  EXPECT_EQ(sent["system"][0]["text"], "You sell anvils.");
  EXPECT_THAT(sent["system"][1]["text"].get<std::string>(), HasSubstr("You are Wile"));

  ASSERT_EQ(say_at(acme, session_at(acme, {{"model", "own-model"}}), "Hi").status, 200);
  EXPECT_EQ(Json::parse(model_->requests().back().body)["model"], "own-model");
  EXPECT_EQ(say_at(acme, session_at(acme, {{"aiProvider", "demo"}}), "Hi").body["model"], "demo-1")
      << "the tenant's model is not another provider's";

  EXPECT_EQ(say_at(globex, session_at(globex), "Hi").body["provider"], "demo");
  ASSERT_EQ(say_at(globex, session_at(globex, {{"aiProvider", "claude"}}), "Hi").status, 200);
  const std::string theirs = model_->requests().back().body;
  EXPECT_THAT(theirs, HasSubstr("claude-test"));
  EXPECT_THAT(theirs, Not(HasSubstr("anvil")));
}

TEST_F(TenantsTest, AProviderThatIsNotThereIsSaidSo) {
  make_tenant("Lost", {"lost.example"}, {{"provider", "nobody"}});
  start();
  const auto refused = say_at("lost.example", session_at("lost.example"), "Hi");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.raw.body, HasSubstr("AI provider 'nobody' is not available"));
}

TEST_F(TenantsTest, EachDecidesWhetherTheSessionIdSuffices) {
  start_two({{"VISITOR_TOKEN_REQUIRED", "false"}});
  const Session open = session_at(acme);
  EXPECT_EQ(at(acme, "GET", "/api/sessions/" + open.id).status, 200);
  const Session closed = session_at(globex);
  EXPECT_EQ(at(globex, "GET", "/api/sessions/" + closed.id).status, 401);
  EXPECT_EQ(at(globex, "GET", "/api/sessions/" + closed.id, nullptr, bearer(closed)).status, 200);
}

TEST_F(TenantsTest, OriginsAreEachTenantsOwn) {
  start_two({{"ALLOWED_ORIGINS", "https://installation.example"}});
  const auto allowed = [this](const std::string& host, const std::string& origin) {
    const auto answer = at(host, "GET", "/api/sessions/bot-config", nullptr, {{"Origin", origin}});
    EXPECT_EQ(answer.raw.header("vary"), "Origin");
    const auto asked = at(host, "OPTIONS", "/api/chat/message", nullptr,
                          {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}});
    std::string granted = answer.raw.header("access-control-allow-origin");
    EXPECT_EQ(asked.raw.header("access-control-allow-origin"), granted);
    EXPECT_EQ(asked.status, granted.empty() ? 403 : 204);
    return granted;
  };
  EXPECT_EQ(allowed(acme, acme_shop), acme_shop);
  EXPECT_EQ(allowed(globex, globex_shop), globex_shop);
  EXPECT_EQ(allowed(globex, "http://localhost:3000"), "http://localhost:3000");
  EXPECT_EQ(allowed("nobody.example", "https://installation.example"),
            "https://installation.example");
  for (const char* origin :
       {globex_shop, "https://installation.example", "null", "*", "https://shop.acme.example.",
        "https://shop.acme.example:443", "http://shop.acme.example", "https://Shop.acme.example",
        "https://shop.acme.example.evil.test", "https://evilshop.acme.example",
        "https://shop.acme.example@evil.test", "https://xn--shp-hoa.acme.example",
        "https://sh\xC3\xB6p.acme.example", "https://acme.example", "shop.acme.example",
        "https://shop.acme.example/", "http://localhost:3000"}) {
    EXPECT_EQ(allowed(acme, origin), "") << origin;
  }
}

TEST_F(TenantsTest, OnlyItsOwnOriginsMayFrameItsPanel) {
  start_two({{"ALLOWED_ORIGINS", "*"}});
  for (const char* path : {"/widget/chatbot.html", "/static/widget/chatbot.html"}) {
    const auto policy = at(acme, "GET", path).raw.header("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'self' https://shop.acme.example;"));
    EXPECT_THAT(policy, HasSubstr("img-src 'self' blob: https://cdn.acme.example;"));
    const auto other = at(globex, "GET", path).raw.header("content-security-policy");
    EXPECT_THAT(other, HasSubstr("frame-ancestors 'self' https://shop.globex.example "
                                 "http://localhost:3000;"));
    EXPECT_THAT(other, Not(HasSubstr("acme")));
  }
}

TEST_F(TenantsTest, DataOfOneIsAbsentForTheOther) {
  script({{.body = claude_stream({"noted"})},
          {.body = claude_tool_call("query_data", {{"sql", "SELECT city FROM data"}})},
          {.body = claude_stream({"canary-acme"})}});
  start_two();
  const Session mine = session_at(acme, {{"botName", "canary-acme"}});
  ASSERT_EQ(say_at(acme, mine, "canary-acme").status, 200);
  Headers upload = bearer(mine);
  upload.insert(upload.end(), {{"Content-Type", upload_form_type}, {"Host", acme}});
  const Answer file =
      answer_of(fetch(port(), "POST", "/api/files/upload", upload, upload_form(mine.id)));
  ASSERT_EQ(file.status, 200) << file.raw.body;
  const auto asked = say_at(acme, mine, "Which city?");
  ASSERT_EQ(asked.body["receipts"].size(), 1U) << asked.raw.body;
  const std::string receipt_id = asked.body["receipts"][0]["receiptId"];
  const auto history = at(acme, "GET", "/api/chat/history/" + mine.id, nullptr, bearer(mine));
  const size_t calls = model_->requests().size();

  const auto send = [&](const Probe& probe, const std::string& id) {
    Headers headers = bearer(mine);
    headers.insert(headers.end(), probe.headers.begin(), probe.headers.end());
    headers.emplace_back("Host", globex);
    const auto filled = [&](const std::string& text) {
      return replaced(replaced(replaced(text, "{session_id}", id), "{file_id}",
                               file.body["fileId"].get<std::string>()),
                      "{receipt_id}", receipt_id);
    };
    return answer_of(fetch(port(), probe.method, filled(probe.path), headers, filled(probe.body)));
  };
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      const auto theirs = send(probe, mine.id);
      EXPECT_EQ(theirs.status, 404) << route << theirs.raw.body;
      EXPECT_EQ(theirs.raw.body, send(probe, unknown_id).raw.body) << route;
    }
  }
  EXPECT_EQ(at(globex, "GET", "/api/sessions/stats/summary").body["totalSessions"], 0);
  EXPECT_EQ(at(acme, "GET", "/api/sessions/stats/summary").body["totalSessions"], 1);
  EXPECT_EQ(at(acme, "GET", "/api/chat/history/" + mine.id, nullptr, bearer(mine)).raw.body,
            history.raw.body);
  EXPECT_EQ(model_->requests().size(), calls) << "no provider was called";
}

TEST_F(TenantsTest, InfoIsTheDocumentedBody) {
  start_two();
  const auto info = at(acme, "GET", "/api/tenant/info/");
  ASSERT_EQ(info.status, 200) << info.raw.body;
  Json body = info.body;
  EXPECT_THAT(body["tenant"]["created_at"].get<std::string>(),
              testing::MatchesRegex("20..-..-..T..:..:..\\.......\\+00:00"));
  body["tenant"].erase("created_at");
  EXPECT_EQ(body, Json({{"success", true},
                        {"tenant",
                         {{"id", acme_id_},
                          {"name", "Acme"},
                          {"domain", acme},
                          {"tokens_used", 0},
                          {"tokens_limit", 25},
                          {"tokens_remaining", 25},
                          {"system_parameter", "You sell anvils."}}}}));
  EXPECT_EQ(at(acme, "GET", "/api/tenant/info").raw.body, info.raw.body);
  const Json unlimited = at(globex, "GET", "/api/tenant/info/").body["tenant"];
  EXPECT_EQ(unlimited["id"], globex_id_);
  EXPECT_EQ(unlimited["tokens_limit"], nullptr);
  EXPECT_EQ(unlimited["tokens_remaining"], nullptr);
  EXPECT_EQ(at(acme, "POST", "/api/tenant/info/").status, 405);
}

TEST_F(TenantsTest, InfoKeepsTheInstructionsToItselfInProduction) {
  config_directory_ = PARLEY_SOURCE_DIR "/config";
  start_two({{"APP_PROFILE", "production"}});
  const auto info = at(acme, "GET", "/api/tenant/info/");
  ASSERT_EQ(info.status, 200) << info.raw.body;
  EXPECT_FALSE(info.body["tenant"].contains("system_parameter"));
  EXPECT_THAT(info.raw.body, Not(HasSubstr("anvils")));
  const auto guessed =
      at(acme, "GET", "/api/tenant/info/", nullptr, {{"Authorization", "Bearer pk_guessed"}});
  EXPECT_EQ(guessed.status, 401);
  EXPECT_EQ(guessed.body, Json({{"error", "API key required"}}));
}

}  // namespace
}  // namespace parley
