// One visitor never sees another's conversation, whatever token they make up: every guarded route
// is called with every kind of wrong token. The matrix of wrong ids is isolation_matrix_test.cpp.
#include "base/text.h"
#include "tests/api/app_fixture.h"
#include "tests/api/isolation_probes.h"

namespace parley {
namespace {

constexpr const char* victims_table = "canary_7f3a";
constexpr const char* canary = "canary-7f3a";

/// What the victim's model says: an answer, then one from data.
std::vector<fakes::FakeReply> owners_replies() {
  return {{.body = claude_stream({"noted canary-7f3a"})},
          {.body = claude_tool_call("query_data",
                                    {{"sql", std::string("SELECT word FROM ") + victims_table}})},
          {.body = claude_stream({"noted canary-7f3a"})}};
}

Headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

class IsolationTest : public AppFixture {
 protected:
  struct Visitor {
    std::string id;
    std::string token;
    std::string file_id = {};
    std::string receipt_id = {};
  };

  Visitor make_visitor() {
    const std::string id = create_session();
    return {id, token_};
  }

  /// A conversation with a message, an answer, a file and a config, all with the canary.
  Visitor make_victim(const std::string& key = "key-of-the-owner") {
    const std::string id = create_session({{"customInstructions", canary}, {"botName", canary}});
    const Headers owner = bearer(token_);
    Headers keyed = owner;
    keyed.emplace_back("Idempotency-Key", key);
    EXPECT_EQ(say(id, std::string("I am ") + canary, keyed).status, 200);
    Headers upload = owner;
    upload.emplace_back("Content-Type", upload_form_type);
    const auto uploaded = fetch(port(), "POST", "/api/files/upload", upload,
                                upload_form(id, "word\ncanary-7f3a\n", "canary-7f3a.csv"));
    EXPECT_TRUE(uploaded && uploaded->status == 200);
    const std::string table = answer_of(uploaded).body["profile"]["tables"][0]["name"];
    EXPECT_EQ(table, victims_table);
    const auto asked = say(id, "What does the file say?", owner);
    EXPECT_EQ(asked.body["receipts"].size(), 1U) << asked.raw.body;
    file_id_ = answer_of(uploaded).body["fileId"];
    receipt_id_ = asked.body["receipts"][0]["receiptId"];
    return {id, token_, file_id_, receipt_id_};
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
    const auto with_ids = [&](const std::string& text) {
      const std::string named = replaced(replaced(text, "{session_id}", id), "{file_id}", file_id_);
      return replaced(replaced(named, "{receipt_id}", receipt_id_), "{message_id}",
                      unknown_session);
    };
    return answer_of(fetch(port(), probe.method, with_ids(probe.path), more, with_ids(probe.body)));
  }

  void TearDown() override { RecordProperty("probes", probes_sent_); }

  int probes_sent_ = 0;
  std::string file_id_ = unknown_session;  ///< the victim's
  std::string receipt_id_ = unknown_session;
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

TEST_F(IsolationTest, AnotherVisitorsTokenSeesWhatAbsenceLooksLike) {
  script(owners_replies());
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
  script(owners_replies());
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

TEST_F(IsolationTest, AnErasedConversationIsAsAbsent) {
  server_clock_ = &fake_clock_;
  script(owners_replies());
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

TEST_F(IsolationTest, TablesOfAnotherAreNotInOnesOwnSession) {
  script(owners_replies());
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const Visitor victim = make_victim();
  const std::string before = state_of(victim);
  const Visitor other = make_visitor();
  const Headers own = bearer(other.token);
  Headers upload = own;
  upload.emplace_back("Content-Type", upload_form_type);
  ASSERT_EQ(fetch(port(), "POST", "/api/files/upload", upload, upload_form(other.id))->status, 200);
  const auto theirs = call("POST", "/api/files/sql/" + other.id,
                           {{"sql", std::string("SELECT * FROM ") + victims_table}}, own);
  EXPECT_EQ(theirs.status, 400);
  EXPECT_EQ(theirs.raw.body.find(canary), std::string::npos);
  EXPECT_EQ(state_of(victim), before);
}

TEST_F(IsolationTest, KeysAndMessageIdsOfAnotherOpenNothing) {
  auto replies = owners_replies();
  replies.push_back({.body = claude_stream({"other"})});
  script(replies);
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
  for (const auto& [route, probes] : probes_by_route()) {
    for (const Probe& probe : probes) {
      if (probe.body.find("{message_id}") != std::string::npos) continue;  // has its answer already
      stop();
      script(owners_replies());
      start();
      const Visitor owner = make_victim("a-key-of-their-own");
      const auto allowed = send(probe, owner.id, {});
      EXPECT_TRUE(allowed.status == 200 || allowed.status == 204)
          << route << allowed.status << allowed.raw.body;
    }
  }
}

}  // namespace
}  // namespace parley
