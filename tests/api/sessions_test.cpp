// The routes of sessions over real sockets: success and every documented error, in exact words.
#include "base/ids.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* iso_pattern =
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}\\+00:00";

const Json not_found_body = {{"error", "Session not found"}};

class SessionsTest : public AppFixture {
 protected:
  Answer create(const Json& body = nullptr) { return call("POST", "/api/sessions/create", body); }

  /// A POST to create with exactly these bytes.
  Answer create_raw(const std::string& content_type, const std::string& body) {
    Headers headers;
    if (!content_type.empty()) headers.emplace_back("Content-Type", content_type);
    const auto response = fetch(port(), "POST", "/api/sessions/create", headers, body);
    Answer out;
    if (!response) return out;
    out.raw = *response;
    out.status = response->status;
    if (auto parsed = parse_json(response->body)) out.body = std::move(*parsed);
    return out;
  }

  static std::string path_of(const std::string& id) { return "/api/sessions/" + id; }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
};

TEST_F(SessionsTest, CreateAnswersWithTheBotsConfiguration) {
  start({{"BOT_NAME", "Ada"}, {"BOT_POWERED_BY", "Parley"}, {"BOT_COLOR", "#123456"}});
  const auto created = create();
  ASSERT_EQ(created.status, 201) << created.raw.body;
  EXPECT_TRUE(is_uuid(created.body["sessionId"].get<std::string>()));
  EXPECT_EQ(created.body["visitorToken"].get<std::string>().size(), 43U);
  EXPECT_EQ(created.body["status"], "created");
  EXPECT_THAT(created.body["timestamp"].get<std::string>(), MatchesRegex(iso_pattern));
  const Json expected = {{"botName", "Ada"},
                         {"poweredBy", "Parley"},
                         {"botColor", "#123456"},
                         {"botIcon", nullptr},
                         {"botMsgBgColor", created.body["config"]["botMsgBgColor"]}};
  EXPECT_EQ(created.body["config"], expected);
}

TEST_F(SessionsTest, TheCallersConfigOverlaysAndExtraKeysAreKept) {
  start();
  const auto created =
      create({{"config", {{"botName", "Eve"}, {"mine", {{"deep", {1, 2}}}}, {"maxTokens", 50}}}});
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(created.body["config"]["botName"], "Eve");
  EXPECT_EQ(created.body["config"]["mine"]["deep"][1], 2);
  EXPECT_EQ(created.body["config"]["maxTokens"], 50);
  EXPECT_TRUE(created.body["config"].contains("botColor"));
}

TEST_F(SessionsTest, CreateTakesEveryKindOfEmptyBody) {
  start();
  EXPECT_EQ(create_raw("", "").status, 201);
  EXPECT_EQ(create_raw("application/json", "").status, 201);
  EXPECT_EQ(create_raw("application/json", "{}").status, 201);
  EXPECT_EQ(create_raw("application/json", "{\"config\":null}").status, 201);
  EXPECT_EQ(create_raw("application/x-www-form-urlencoded", "a=b").status, 201);
}

TEST_F(SessionsTest, CreateRefusesWhatIsNoObject) {
  start();
  for (const char* body : {"[]", "[{\"config\":{}}]", "1", "\"x\"", "{\"config\":[]}",
                           "{\"config\":\"x\"}", "{\"config\":7}"}) {
    const auto refused = create_raw("application/json", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_TRUE(refused.body["error"].is_string()) << refused.raw.body;
  }
}

TEST_F(SessionsTest, CreateNamesTheKeyOfTheWrongType) {
  start();
  const auto refused = create({{"config", {{"aiProvider", 1}}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, (Json{{"error", "config.aiProvider must be a string"}}));
  const auto tokens = create({{"config", {{"maxTokens", 100'000}}}});
  EXPECT_EQ(tokens.status, 400);
  EXPECT_EQ(tokens.body["error"], "config.maxTokens must be an integer from 1 to 8192");
}

TEST_F(SessionsTest, FrameworkErrorsHaveADetail) {
  start();
  const auto bad_json = create_raw("application/json", "{\"config\":");
  EXPECT_EQ(bad_json.status, 400);
  EXPECT_THAT(bad_json.body["detail"].get<std::string>(), HasSubstr("JSON parse error - "));
  const auto bad_type = create_raw("text/plain", "hello");
  EXPECT_EQ(bad_type.status, 415);
  EXPECT_EQ(bad_type.body["detail"], "Unsupported media type \"text/plain\" in request.");
  const auto bad_method = call("PATCH", path_of(unknown_session) + "/config", Json::object());
  EXPECT_EQ(bad_method.status, 405);
  EXPECT_EQ(bad_method.body["detail"], "Method \"PATCH\" not allowed.");
  EXPECT_THAT(bad_method.raw.header("allow"), HasSubstr("PUT"));
}

TEST_F(SessionsTest, AConfigOverTheLimitIsRefused) {
  start({{"SESSION_CONFIG_MAX_BYTES", "65536"}});
  const auto refused = create({{"config", {{"jsonData", {{"x", std::string(70'000, 'x')}}}}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body["error"].get<std::string>(), HasSubstr("65536 bytes"));
  const auto too_large = create({{"config", {{"x", std::string(2 << 20, 'x')}}}});
  EXPECT_EQ(too_large.status, 413);
}

TEST_F(SessionsTest, GetShowsTheSessionAndItsMessages) {
  script({{.body = claude_stream({"Hello."})}});
  start();
  const std::string id = create_session({{"botName", "Ada"}});
  const auto empty = call("GET", path_of(id));
  ASSERT_EQ(empty.status, 200) << empty.raw.body;
  EXPECT_EQ(empty.body["sessionId"], id);
  EXPECT_EQ(empty.body["messages"], Json::array());
  EXPECT_EQ(empty.body["config"]["botName"], "Ada");
  EXPECT_THAT(empty.body["createdAt"].get<std::string>(), MatchesRegex(iso_pattern));
  EXPECT_THAT(empty.body["lastActivity"].get<std::string>(), MatchesRegex(iso_pattern));
  EXPECT_EQ(empty.body.size(), 5U) << "nothing undocumented, above all no token";

  ASSERT_EQ(say(id, "Hi").status, 200);
  const auto filled = call("GET", path_of(id));
  const Json& messages = filled.body["messages"];
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["role"], "user");
  EXPECT_EQ(messages[0]["content"], "Hi");
  EXPECT_EQ(messages[0]["seq"], 1);
  EXPECT_FALSE(messages[0].contains("finish"));
  EXPECT_EQ(messages[1]["role"], "assistant");
  EXPECT_EQ(messages[1]["content"], "Hello.");
  EXPECT_EQ(messages[1]["finish"], "stop");
  EXPECT_TRUE(messages[1]["timestamp"].is_number_integer());
  EXPECT_TRUE(is_uuid(messages[1]["messageId"].get<std::string>()));
  EXPECT_GE(filled.body["lastActivity"], empty.body["lastActivity"]);
}

TEST_F(SessionsTest, WhatIsAbsentIsNotFound) {
  start();
  EXPECT_EQ(call("GET", path_of(unknown_session)).status, 404);
  EXPECT_EQ(call("GET", path_of(unknown_session)).body, not_found_body);
  const auto merged = call("PUT", path_of(unknown_session) + "/config", {{"config", {{"a", 1}}}});
  EXPECT_EQ(merged.status, 404);
  EXPECT_EQ(merged.body, not_found_body);
}

TEST_F(SessionsTest, AnIdThatIsNoLowercaseUuidHasNoRoute) {
  start();
  std::string id = create_session();
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  for (const std::string& other :
       {id, std::string("nonsense"), id + "/", std::string("%00"), std::string("..%2f..%2fetc")}) {
    const auto answer = call("GET", path_of(other));
    EXPECT_GE(answer.status, 400) << other;
    EXPECT_LE(answer.status, 404) << other;
  }
  EXPECT_EQ(call("GET", path_of("nonsense")).status, 404);
  EXPECT_EQ(call("GET", path_of(create_session()) + "/").status, 404) << "no trailing slashes";
}

TEST_F(SessionsTest, ConfigIsMergedShallowly) {
  start();
  const std::string id = create_session({{"pageData", {{"url", "a"}, {"title", "b"}}}});
  const auto merged =
      call("PUT", path_of(id) + "/config", {{"config", {{"pageData", {{"url", "c"}}}, {"x", 1}}}});
  ASSERT_EQ(merged.status, 200) << merged.raw.body;
  EXPECT_EQ(merged.body["sessionId"], id);
  EXPECT_EQ(merged.body["status"], "updated");
  EXPECT_EQ(merged.body["config"]["pageData"], (Json{{"url", "c"}}));
  EXPECT_EQ(merged.body["config"]["x"], 1);
  EXPECT_TRUE(merged.body["config"].contains("botName"));
  EXPECT_EQ(call("GET", path_of(id)).body["config"], merged.body["config"]);
}

TEST_F(SessionsTest, AMissingConfigIsNoChange) {
  start();
  const std::string id = create_session({{"x", 1}});
  const auto merged = call("PUT", path_of(id) + "/config", Json::object());
  EXPECT_EQ(merged.status, 200);
  EXPECT_EQ(merged.body["config"]["x"], 1);
}

TEST_F(SessionsTest, ABadConfigChangesNothing) {
  start();
  const std::string id = create_session({{"botName", "Ada"}});
  const auto refused =
      call("PUT", path_of(id) + "/config", {{"config", {{"botName", "Eve"}, {"maxTokens", 0}}}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body["error"], "config.maxTokens must be an integer from 1 to 8192");
  EXPECT_EQ(call("GET", path_of(id)).body["config"]["botName"], "Ada");
}

TEST_F(SessionsTest, StatisticsCount) {
  start();
  create_session();
  create_session();
  const auto answer = call("GET", "/api/sessions/stats/summary");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["totalSessions"], 2);
  EXPECT_EQ(answer.body["recentlyActive"], 2);
  EXPECT_THAT(answer.body["timestamp"].get<std::string>(), MatchesRegex(iso_pattern));
  EXPECT_EQ(answer.body.size(), 3U);
}

TEST_F(SessionsTest, BotConfigSaysWhatTheServerOffers) {
  script({{.body = claude_stream({"x"})}});
  start({{"BOT_NAME", "Ada"},
         {"BOT_ICON", "https://example.test/ada.png"},
         {"ENABLE_DEMO_PROVIDER", "true"}});
  const auto answer = call("GET", "/api/sessions/bot-config");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["botName"], "Ada");
  EXPECT_EQ(answer.body["botIcon"], "https://example.test/ada.png");
  for (const char* key : {"poweredBy", "botColor", "botMsgBgColor", "greeting"}) {
    EXPECT_TRUE(answer.body[key].is_string()) << key;
  }
  EXPECT_TRUE(answer.body["starterQuestions"].is_array());
  EXPECT_GT(answer.body["uploadMaxBytes"], 0);
  EXPECT_GT(answer.body["messageMaxCharacters"], 0);
  EXPECT_EQ(answer.body["defaultProvider"], "claude");
  std::map<std::string, bool> demo_by_name;
  for (const Json& provider : answer.body["providers"]) {
    EXPECT_TRUE(provider["label"].is_string());
    EXPECT_TRUE(provider["model"].is_string());
    demo_by_name[provider["name"]] = provider["demo"];
  }
  EXPECT_EQ(demo_by_name, (std::map<std::string, bool>{{"claude", false}, {"demo", true}}));
  EXPECT_EQ(answer.raw.body.find("test-key"), std::string::npos);
}

TEST_F(SessionsTest, WithTokensDemandedOnlyTheOwnTokenOpens) {
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const auto mine = create();
  const auto theirs = create();
  const std::string path = path_of(mine.body["sessionId"]);
  const std::string token = mine.body["visitorToken"];
  const Json change = {{"config", {{"botName", "Eve"}}}};

  for (const Headers& none :
       {Headers{}, Headers{{"Authorization", "Basic abc"}}, Headers{{"Authorization", token}}}) {
    EXPECT_EQ(call("GET", path, nullptr, none).status, 401);
    EXPECT_EQ(call("PUT", path + "/config", change, none).status, 401);
  }
  EXPECT_EQ(call("GET", path).body, (Json{{"error", "Visitor token required"}}));

  for (const std::string& other : {theirs.body["visitorToken"].get<std::string>(), token + "x",
                                   token.substr(1), std::string("x")}) {
    const auto hidden = call("GET", path, nullptr, bearer(other));
    EXPECT_EQ(hidden.status, 404);
    EXPECT_EQ(hidden.body, not_found_body);
    EXPECT_EQ(call("PUT", path + "/config", change, bearer(other)).status, 404);
  }

  const auto opened = call("GET", path, nullptr, bearer(token));
  ASSERT_EQ(opened.status, 200);
  EXPECT_NE(opened.body["config"]["botName"], "Eve");
  EXPECT_EQ(call("PUT", path + "/config", change, bearer(token)).status, 200);
}

TEST_F(SessionsTest, ASessionSurvivesARestart) {
  start();
  const auto created = create({{"config", {{"x", 1}}}});
  const std::string path = path_of(created.body["sessionId"]);
  stop();
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const auto found = call("GET", path, nullptr, bearer(created.body["visitorToken"]));
  ASSERT_EQ(found.status, 200);
  EXPECT_EQ(found.body["config"], created.body["config"]);
}

}  // namespace
}  // namespace parley
