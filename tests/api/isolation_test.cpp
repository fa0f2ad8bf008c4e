// One visitor never sees another's conversation: every guarded route of the table is called with
// every kind of wrong id and wrong token. A route that this file does not know fails it.
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "http/router.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* canary = "canary-7f3a";
constexpr const char* unknown_session = "00000000-0000-4000-8000-000000000000";
constexpr const char* json_type = "application/json";
constexpr const char* form_type = "application/x-www-form-urlencoded";

/// One way to name a conversation to a route.
struct Probe {
  std::string method;
  std::string path;  ///< {session_id} is replaced
  Headers headers = {};
  std::string body = {};  ///< {session_id} is replaced
};

using Probes = std::vector<Probe>;

/// All ways to call each guarded route, so that it would do something if it were allowed.
const std::map<std::string, Probes>& probes_by_route() {
  const std::string message = R"({"sessionId":"{session_id}","message":"mine now"})";
  const std::string upload = upload_form("{session_id}", "a,b\n1,2\n");
  const std::string message_form =
      "--b\r\nContent-Disposition: form-data; name=\"sessionId\"\r\n\r\n{session_id}\r\n--b\r\n"
      "Content-Disposition: form-data; name=\"message\"\r\n\r\nmine now\r\n--b--\r\n";
  const auto simple = [](const char* method, const std::string& path) {
    return Probes{{method, path}};
  };
  static const std::map<std::string, Probes> all = {
      {"GET /api/sessions/{session_id}", simple("GET", "/api/sessions/{session_id}")},
      {"PUT /api/sessions/{session_id}/config",
       {{"PUT",
         "/api/sessions/{session_id}/config",
         {{"Content-Type", json_type}},
         R"({"config":{"botName":"Eve"}})"}}},
      {"POST /api/chat/message",
       {{"POST", "/api/chat/message", {{"Content-Type", json_type}}, message},
        {"POST",
         "/api/chat/message",
         {{"Content-Type", json_type}, {"Accept", "text/event-stream"}},
         message},
        {"POST",
         "/api/chat/message",
         {{"Content-Type", json_type}, {"Idempotency-Key", "key-of-the-owner"}},
         message},
        {"POST",
         "/api/chat/message",
         {{"Content-Type", json_type},
          {"Accept", "text/event-stream"},
          {"Idempotency-Key", "key-of-the-owner"},
          {"Last-Event-ID", "1.1"}},
         message},
        {"POST",
         "/api/chat/message",
         {{"Content-Type", form_type}},
         "sessionId={session_id}&message=mine+now"},
        {"POST", "/api/chat/message", {{"Content-Type", upload_form_type}}, message_form}}},
      {"GET /api/chat/history/{session_id}", simple("GET", "/api/chat/history/{session_id}")},
      {"DELETE /api/chat/history/{session_id}", simple("DELETE", "/api/chat/history/{session_id}")},
      {"GET /api/chat/stream/{session_id}",
       {{"GET", "/api/chat/stream/{session_id}"},
        {"GET", "/api/chat/stream/{session_id}", {{"Last-Event-ID", "1.1"}}}}},
      {"POST /api/chat/stop/{session_id}", simple("POST", "/api/chat/stop/{session_id}")},
      {"POST /api/files/upload",
       {{"POST", "/api/files/upload", {{"Content-Type", upload_form_type}}, upload}}},
      {"GET /api/files/info/{session_id}", simple("GET", "/api/files/info/{session_id}")},
      {"POST /api/files/query/{session_id}",
       {{"POST",
         "/api/files/query/{session_id}",
         {{"Content-Type", json_type}},
         R"({"query":"canary"})"}}},
      {"DELETE /api/files/{session_id}", simple("DELETE", "/api/files/{session_id}")},
  };
  return all;
}

std::string replaced(std::string text, const std::string& id) {
  const std::string name = "{session_id}";
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
    text.replace(at, name.size(), id);
  }
  return text;
}

Headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

class IsolationTest : public AppFixture {
 protected:
  struct Visitor {
    std::string id;
    std::string token;
  };

  Visitor make_visitor() {
    const std::string id = create_session();
    return {id, token_};
  }

  /// A conversation with a message, an answer, a file and a config, all with the canary.
  Visitor make_victim() {
    const std::string id = create_session({{"customInstructions", canary}, {"botName", canary}});
    const Headers owner = bearer(token_);
    Headers keyed = owner;
    keyed.emplace_back("Idempotency-Key", "key-of-the-owner");
    EXPECT_EQ(say(id, std::string("I am ") + canary, keyed).status, 200);
    Headers upload = owner;
    upload.emplace_back("Content-Type", upload_form_type);
    const auto uploaded = fetch(port(), "POST", "/api/files/upload", upload,
                                upload_form(id, "word\ncanary-7f3a\n", "canary-7f3a.csv"));
    EXPECT_TRUE(uploaded && uploaded->status == 200);
    return {id, token_};
  }

  /// All that the owner can read of it.
  std::string state_of(const Visitor& visitor) {
    std::string out =
        call("GET", "/api/chat/history/" + visitor.id, nullptr, bearer(visitor.token)).raw.body;
    Json session = call("GET", "/api/sessions/" + visitor.id, nullptr, bearer(visitor.token)).body;
    session.erase("lastActivity");
    out += dump(session);
    return out +
           call("GET", "/api/files/info/" + visitor.id, nullptr, bearer(visitor.token)).raw.body;
  }

  Answer send(const Probe& probe, const std::string& id, Headers more) {
    more.insert(more.end(), probe.headers.begin(), probe.headers.end());
    ++probes_sent_;
    return answer_of(
        fetch(port(), probe.method, replaced(probe.path, id), more, replaced(probe.body, id)));
  }

  void TearDown() override { RecordProperty("probes", probes_sent_); }

  int probes_sent_ = 0;
};

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

/// Authorization headers that name nobody who may see the victim.
std::vector<Headers> wrong_tokens(const std::string& others, const std::string& owners) {
  std::vector<Headers> out = {bearer(others)};
  const std::vector<std::string> tokens = {"x",
                                           owners + "x",
                                           owners.substr(1),
                                           owners.substr(0, owners.size() - 1),
                                           upper(owners),
                                           to_lower_ascii(owners),
                                           owners + " " + owners,
                                           others + "," + owners,
                                           std::string(4'000, 'A'),
                                           "' OR 1=1 --",
                                           "null"};
  for (const std::string& token : tokens) out.push_back(bearer(token));
  // The first of two counts; a proxy in front would see the same one.
  out.push_back({{"Authorization", "Bearer " + others}, {"Authorization", "Bearer " + owners}});
  return out;
}

/// Headers that show no bearer token at all.
std::vector<Headers> no_tokens(const std::string& owners) {
  return {{},
          {{"Authorization", "Basic " + owners}},
          {{"Authorization", owners}},
          {{"X-Visitor-Token", owners}},
          {{"Cookie", "visitorToken=" + owners}}};
}

TEST_F(IsolationTest, EveryRouteIsKnownHere) {
  start();
  const std::set<std::string> open = {"* /health",
                                      "GET /readyz",
                                      "GET /metrics",
                                      "GET /static/widget/{file*}",
                                      "GET /widget/chatbot.html",
                                      "GET /static/docs/{file*}",
                                      "GET /docs",
                                      "GET /",
                                      "POST /api/sessions/create",
                                      "GET /api/sessions/stats/summary",
                                      "GET /api/sessions/bot-config",
                                      "GET /openapi.json"};
  size_t guarded = 0;
  for (const http::Route& route : app_->routes()) {
    const std::string key = fmt::format("{} {}", http::name_of(route.method), route.path);
    if (route.access == http::Access::open) {
      EXPECT_TRUE(open.contains(key)) << key << " is open to all: is that meant?";
      EXPECT_EQ(route.path.find("_id}"), std::string::npos) << key << " takes an id";
      continue;
    }
    ++guarded;
    EXPECT_TRUE(probes_by_route().contains(key)) << key << " has no probes in this file";
  }
  EXPECT_EQ(guarded, probes_by_route().size()) << "a route went; its probes may go too";
}

TEST_F(IsolationTest, AnotherVisitorsTokenSeesWhatAbsenceLooksLike) {
  script({{.body = claude_stream({"noted canary-7f3a"})}});
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const Visitor victim = make_victim();
  const Visitor other = make_visitor();
  const std::string before = state_of(victim);
  const size_t calls_before = model_->requests().size();
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      const auto absent = send(probe, unknown_session, bearer(other.token));
      ASSERT_EQ(absent.status, 404) << route << absent.raw.body;
      ASSERT_TRUE(absent.body["error"].is_string()) << route;
      for (const Headers& headers : wrong_tokens(other.token, victim.token)) {
        const auto hidden = send(probe, victim.id, headers);
        EXPECT_EQ(hidden.status, 404) << route << " " << headers[0].second;
        EXPECT_EQ(hidden.raw.body, absent.raw.body) << route << " " << headers[0].second;
      }
    }
  }
  EXPECT_EQ(state_of(victim), before) << "nothing was changed";
  EXPECT_EQ(model_->requests().size(), calls_before) << "no provider was called";
}

TEST_F(IsolationTest, WithoutATokenNothingTellsWhatExists) {
  script({{.body = claude_stream({"noted canary-7f3a"})}});
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const Visitor victim = make_victim();
  const std::string before = state_of(victim);
  const Json expected = {{"error", "Visitor token required"}};
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      for (const Headers& headers : no_tokens(victim.token)) {
        for (const std::string& id : {victim.id, std::string(unknown_session)}) {
          const auto refused = send(probe, id, headers);
          EXPECT_EQ(refused.status, 401) << route << refused.raw.body;
          EXPECT_EQ(refused.body, expected) << route;
        }
      }
    }
  }
  EXPECT_EQ(state_of(victim), before);
}

TEST_F(IsolationTest, IdsThatAreNoneFindNothingEvenWithTheRightToken) {
  script({{.body = claude_stream({"noted canary-7f3a"})}});
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const Visitor victim = make_victim();
  const std::string before = state_of(victim);
  const std::vector<std::string> ids = {upper(victim.id),
                                        "nonsense",
                                        victim.id + "0",
                                        victim.id.substr(1),
                                        "{" + victim.id + "}",
                                        victim.id + "%00",
                                        victim.id + "%0a",
                                        "%20" + victim.id,
                                        "urn:uuid:" + victim.id,
                                        victim.id + "/",
                                        "..%2f" + victim.id,
                                        "%2e%2e/" + victim.id,
                                        "0",
                                        "-1",
                                        "*",
                                        "%25" + victim.id,
                                        "%ff" + victim.id,
                                        victim.id + ";" + victim.id};
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      for (const std::string& id : ids) {
        const auto refused = send(probe, id, bearer(victim.token));
        const bool may_be_400 = id.find('%') != std::string::npos;  // not decodable
        EXPECT_TRUE(refused.status == 404 || (may_be_400 && refused.status == 400))
            << route << " " << id << " " << refused.status << refused.raw.body;
        EXPECT_EQ(refused.raw.body.find(canary), std::string::npos) << route << " " << id;
      }
    }
  }
  EXPECT_EQ(state_of(victim), before);
}

TEST_F(IsolationTest, AnErasedConversationIsAsAbsent) {
  server_clock_ = &fake_clock_;
  script({{.body = claude_stream({"noted canary-7f3a"})}});
  start({{"VISITOR_TOKEN_REQUIRED", "true"}, {"RETENTION_DAYS", "1"}});
  const Visitor victim = make_victim();
  fake_clock_.advance_ms(25 * 60 * 60 * 1000);
  app_->sweep();
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      const auto absent = send(probe, unknown_session, bearer(victim.token));
      const auto erased = send(probe, victim.id, bearer(victim.token));
      EXPECT_EQ(erased.status, 404) << route << erased.raw.body;
      EXPECT_EQ(erased.raw.body, absent.raw.body) << route;
    }
  }
}

TEST_F(IsolationTest, KeysAndMessageIdsOfAnotherOpenNothing) {
  script({{.body = claude_stream({"noted canary-7f3a"})}, {.body = claude_stream({"other"})}});
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const Visitor victim = make_victim();
  const std::string their_message =
      call("GET", "/api/chat/history/" + victim.id, nullptr, bearer(victim.token))
          .body["messages"][0]["messageId"];
  const Visitor other = make_visitor();
  Headers keyed = bearer(other.token);
  keyed.emplace_back("Idempotency-Key", "key-of-the-owner");
  const auto own = say(other.id, std::string("I am ") + canary, keyed);
  EXPECT_EQ(own.status, 200);
  EXPECT_EQ(own.body["response"], "other") << "the same key, but of another conversation";

  const auto retried =
      call("POST", "/api/chat/message", {{"sessionId", other.id}, {"retryOf", their_message}},
           bearer(other.token));
  EXPECT_GE(retried.status, 400);
  EXPECT_LT(retried.status, 500);
  EXPECT_EQ(retried.raw.body.find(canary), std::string::npos);
}

TEST_F(IsolationTest, InDevelopmentTheBareIdSuffices) {
  script({{.body = claude_stream({"hello"})}});
  start();
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      const Visitor owner = make_visitor();
      token_.clear();
      ASSERT_EQ(answer_of(fetch(port(), "POST", "/api/files/upload",
                                {{"Content-Type", upload_form_type}}, upload_form(owner.id)))
                    .status,
                200);
      const auto allowed = send(probe, owner.id, {});
      EXPECT_TRUE(allowed.status == 200 || allowed.status == 204)
          << route << allowed.status << allowed.raw.body;
    }
  }
}

}  // namespace
}  // namespace parley
