// The production profile: every call of document 004 with its visitor token, and what refuses to
// start.
#include "app/commands.h"
#include "base/ids.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* shop = "https://shop.example";

class ProductionTest : public AppFixture {
 protected:
  ProductionTest() { config_directory_ = PARLEY_SOURCE_DIR "/config"; }

  /// As an operator starts it; an empty value is "not set".
  static Environment production(Environment changes = {}) {
    changes.insert({{"APP_PROFILE", "production"},
                    {"VISITOR_TOKEN_REQUIRED", ""},
                    {"DEV_DEFAULT_TENANT", ""},
                    {"ALLOWED_ORIGINS", shop}});
    return changes;
  }

  void start_production() {
    script({{.body = claude_stream({"Hello."})}});
    start(production());
    id_ = create_session({{"botName", "Ada"}});
  }

  Answer mine(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return call(method, path, body, {{"Authorization", "Bearer " + token_}, {"Origin", shop}});
  }

  void upload() {
    const auto uploaded =
        fetch(port(), "POST", "/api/files/upload",
              {{"Authorization", "Bearer " + token_}, {"Content-Type", upload_form_type}},
              upload_form(id_, "city,n\nBerlin,1\nParis,2\n", "towns.csv"));
    ASSERT_TRUE(uploaded);
    ASSERT_EQ(uploaded->status, 200) << uploaded->body;
  }

  /// What App::make (or the settings before it) says to `changes`; "" if it would start.
  std::string refusal(const Environment& changes) {
    const auto loaded = settings(changes);
    if (!loaded) return loaded.error().message;
    const auto app = app::App::make(*loaded, clock_);
    return app ? "" : app.error().message;
  }

  std::string id_;
};

TEST_F(ProductionTest, SessionsWithTheirToken) {
  start_production();
  EXPECT_TRUE(is_uuid(id_));
  const auto session = mine("GET", "/api/sessions/" + id_);
  ASSERT_EQ(session.status, 200) << session.raw.body;
  EXPECT_EQ(session.body["sessionId"], id_);
  EXPECT_EQ(session.body["messages"], Json::array());
  EXPECT_EQ(session.raw.header("access-control-allow-origin"), shop);
  const auto merged =
      mine("PUT", "/api/sessions/" + id_ + "/config", {{"config", {{"botColor", "#000000"}}}});
  ASSERT_EQ(merged.status, 200) << merged.raw.body;
  EXPECT_EQ(merged.body["status"], "updated");
  EXPECT_EQ(merged.body["config"]["botName"], "Ada");
  EXPECT_EQ(merged.body["config"]["botColor"], "#000000");
}

TEST_F(ProductionTest, WhatNeedsNoToken) {
  start_production();
  const auto health = call("GET", "/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body["status"], "OK");
  const auto summary = call("GET", "/api/sessions/stats/summary");
  EXPECT_EQ(summary.status, 200);
  EXPECT_EQ(summary.body["totalSessions"], 1);
  const auto bot = call("GET", "/api/sessions/bot-config");
  EXPECT_EQ(bot.status, 200);
  for (const char* key : {"botName", "poweredBy", "botColor", "botIcon", "botMsgBgColor"}) {
    EXPECT_TRUE(bot.body.contains(key)) << key;
  }
  for (const char* file : {"chatbot.html", "chatbot.js", "styles.css"}) {
    EXPECT_EQ(call("GET", std::string("/static/widget/") + file).status, 200) << file;
  }
}

TEST_F(ProductionTest, ChatWithItsToken) {
  start_production();
  const auto answer = mine("POST", "/api/chat/message", {{"sessionId", id_}, {"message", "Hi"}});
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["response"], "Hello.");
  EXPECT_EQ(answer.body["messageCount"], 2);
  const auto history = mine("GET", "/api/chat/history/" + id_);
  ASSERT_EQ(history.status, 200) << history.raw.body;
  EXPECT_EQ(history.body["messageCount"], 2);
  EXPECT_EQ(mine("POST", "/api/chat/stop/" + id_).body["status"], "idle");
  EXPECT_EQ(mine("GET", "/api/chat/stream/" + id_).status, 204);
  const auto cleared = mine("DELETE", "/api/chat/history/" + id_);
  ASSERT_EQ(cleared.status, 200) << cleared.raw.body;
  EXPECT_EQ(cleared.body["status"], "cleared");
  EXPECT_EQ(mine("GET", "/api/chat/history/" + id_).body["messageCount"], 0);
}

TEST_F(ProductionTest, StreamsWithItsToken) {
  start_production();
  const auto events = stream(id_, "Hi", {{"Authorization", "Bearer " + token_}});
  EXPECT_EQ(text_of(events), "Hello.");
  EXPECT_EQ(data_of(events, "done")["finish"], "stop");
}

TEST_F(ProductionTest, FilesWithTheirToken) {
  start_production();
  upload();
  const auto info = mine("GET", "/api/files/info/" + id_);
  ASSERT_EQ(info.status, 200) << info.raw.body;
  EXPECT_EQ(info.body["fileName"], "towns.csv");
  EXPECT_EQ(info.body["summary"]["rowCount"], 2);
  const auto found = mine("POST", "/api/files/query/" + id_, {{"query", "berlin"}});
  ASSERT_EQ(found.status, 200) << found.raw.body;
  EXPECT_EQ(found.body["results"]["totalMatches"], 1);
  const auto removed = mine("DELETE", "/api/files/" + id_);
  ASSERT_EQ(removed.status, 200) << removed.raw.body;
  EXPECT_EQ(removed.body["success"], true);
  EXPECT_EQ(mine("GET", "/api/files/info/" + id_).status, 404);
}

TEST_F(ProductionTest, AnyOriginIsRefusedAtTheStart) {
  for (const char* origins : {"*", "https://a.example,*", " * "}) {
    const std::string said = refusal(production({{"ALLOWED_ORIGINS", origins}}));
    EXPECT_THAT(said, AllOf(HasSubstr("ALLOWED_ORIGINS"), HasSubstr("production"))) << origins;
  }
}

TEST_F(ProductionTest, PlaceholderSecretsAreRefusedAtTheStart) {
  for (const char* key :
       {"<secure-random-key>", "your-secret-key", "change-me-change-me-change-me-change-me",
        "django-insecure-secret-key-0123456789abcdef", "short",
        "0123456789012345678901234567890"}) {
    const std::string said = refusal(production({{"SECRET_KEY", key}}));
    EXPECT_THAT(said, AllOf(HasSubstr("SECRET_KEY"), HasSubstr("openssl rand"))) << key;
    EXPECT_EQ(said.find(key), std::string::npos) << "what may be a secret is not printed";
  }
  EXPECT_EQ(refusal(production({{"SECRET_KEY", std::string(32, 'k')}})), "");
}

TEST_F(ProductionTest, OtherDatabasesAreRefusedAtTheStart) {
  for (const char* url : {"postgresql://user:pass@localhost/dbname", "postgres://x", "mysql://x",
                          "sqlite:///", "sqlite://relative", "data.db"}) {
    const std::string said = refusal(production({{"DATABASE_URL", url}}));
    EXPECT_THAT(said, AllOf(HasSubstr("DATABASE_URL"), HasSubstr("sqlite:///"))) << url;
    EXPECT_EQ(said.find("pass"), std::string::npos) << "a URL may hold a password";
  }
  const std::string path = "sqlite:///" + directory_.path("own.db");
  EXPECT_EQ(refusal(production({{"DATABASE_URL", path}})), "");
  EXPECT_TRUE(std::filesystem::exists(directory_.path("own.db")));
}

TEST_F(ProductionTest, WithoutAnyProviderItDoesNotStart) {
  EXPECT_THAT(refusal(production({{"ENABLE_DEMO_PROVIDER", "false"}})),
              HasSubstr("ANTHROPIC_API_KEY"));
}

TEST_F(ProductionTest, AMisspeltSettingIsNamed) {
  EXPECT_THAT(refusal(production({{"PORT", "many"}})), HasSubstr("PORT"));
  EXPECT_THAT(refusal(production({{"APP_PROFILE", "prod"}})), HasSubstr("APP_PROFILE"));
}

TEST_F(ProductionTest, WithoutAListNoOtherOriginMayReadIt) {
  start(production({{"ALLOWED_ORIGINS", ""}}));
  const auto answer = call("GET", "/api/sessions/bot-config", nullptr, {{"Origin", shop}});
  EXPECT_EQ(answer.raw.header("access-control-allow-origin"), "");
  const auto panel = call("GET", "/static/widget/chatbot.html");
  EXPECT_THAT(panel.raw.header("content-security-policy"), HasSubstr("frame-ancestors 'self'"));
  EXPECT_EQ(panel.raw.header("content-security-policy").find('*'), std::string::npos);
}

TEST_F(ProductionTest, TheHealthCommandNeedsNoTenant) {
  for (const char* hosts : {"*", "chat.example.com", "chat.example.com,www.example.com"}) {
    start(production({{"ALLOWED_HOSTS", hosts}}));
    app::SettingSources sources;
    sources.env_file = directory_.path("absent.env");
    sources.config_directory = config_directory_;
    sources.environment = production({{"ALLOWED_HOSTS", hosts}, {"PORT", std::to_string(port())}});
    EXPECT_EQ(app::run_command({"health"}, sources), 0) << hosts;
    stop();
    EXPECT_NE(app::run_command({"health"}, sources), 0) << hosts;
  }
}

TEST_F(ProductionTest, AnOriginThatCanMatchNoneIsRefusedAtTheStart) {
  for (const char* origins :
       {"https://shop.example/", "https://Shop.example", "shop.example", "https://shop.example/a",
        "https://*.shop.example", "https://", "https://a.example; script-src *", "ftp://a.example",
        "https://a.example,b.example", "'none'", "null"}) {
    const std::string said = refusal(production({{"ALLOWED_ORIGINS", origins}}));
    EXPECT_THAT(said, AllOf(HasSubstr("ALLOWED_ORIGINS"), HasSubstr("https://www.example.com")))
        << origins;
  }
  for (const char* origins : {"http://localhost:3000,https://yourdomain.com", "http://[::1]:8000",
                              "https://xn--shp-hoa.example", ""}) {
    EXPECT_EQ(refusal(production({{"ALLOWED_ORIGINS", origins}})), "") << origins;
  }
}

TEST_F(ProductionTest, HostNamesHaveNoCase) {
  start(production({{"ALLOWED_HOSTS", "Chat.Example,LOCALHOST"}}));
  EXPECT_EQ(call("GET", "/api/sessions/bot-config").status, 200);
}

TEST_F(ProductionTest, LoopbackIsNobodysUnlessItIsListed) {
  start(production({{"ALLOWED_HOSTS", "chat.example"}}));
  EXPECT_EQ(call("GET", "/api/sessions/bot-config").status, 404);
  EXPECT_EQ(call("GET", "/health").status, 200);
}

TEST_F(ProductionTest, WhatNamesNoHostOrProxyIsRefusedAtTheStart) {
  EXPECT_THAT(refusal(production({{"ALLOWED_HOSTS", "https://a.example"}})),
              AllOf(HasSubstr("ALLOWED_HOSTS"), HasSubstr("www.example.com")));
  EXPECT_THAT(refusal(production({{"TRUSTED_PROXIES", "10.0.0.0/8,proxy"}})),
              AllOf(HasSubstr("TRUSTED_PROXIES"), HasSubstr("\"proxy\"")));
}

}  // namespace
}  // namespace parley
