// Sessions end after their idle time and are erased after their retention, by a clock that only
// the test moves.
#include <filesystem>

#include "base/ids.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

constexpr int64_t minute_ms = 60 * 1000;
constexpr int64_t idle_ms = 30 * minute_ms;
constexpr int64_t day_ms = 24 * 60 * minute_ms;

const Json session_gone_body = {{"error", "Session not found"}};

class SessionExpiryTest : public AppFixture {
 protected:
  SessionExpiryTest() {
    server_clock_ = &fake_clock_;
    fake_clock_.set_now_ms(clock_.now_ms());  // files on disk have the real time
  }

  Answer upload(const std::string& id) {
    return answer_of(fetch(port(), "POST", "/api/files/upload",
                           {{"Content-Type", upload_form_type}}, upload_form(id)));
  }

  /// A session with a message, an answer and a file.
  std::string make_session() {
    std::string id = create_session();
    EXPECT_EQ(say(id, "Hi").status, 200);
    EXPECT_EQ(upload(id).status, 200);
    return id;
  }

  int status_of(const std::string& id) { return call("GET", "/api/sessions/" + id).status; }

  size_t files_on_disk() const {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory_.path("media"))) {
      if (entry.is_regular_file() && entry.path().extension() != ".tables") ++count;
    }
    return count;
  }
};

TEST_F(SessionExpiryTest, TheLastMomentCountsAndTheNextDoesNot) {
  start();
  const std::string id = create_session();
  fake_clock_.advance_ms(idle_ms - 1);
  EXPECT_EQ(status_of(id), 200);
  fake_clock_.advance_ms(idle_ms);
  EXPECT_EQ(status_of(id), 404);
}

TEST_F(SessionExpiryTest, EveryUseKeepsItAlive) {
  script({{.body = claude_stream({"Hello."})}});
  start();
  const std::string id = make_session();
  const std::vector<std::function<Answer()>> uses = {
      [&] { return call("GET", "/api/sessions/" + id); },
      [&] {
        return call("PUT", "/api/sessions/" + id + "/config", {{"config", {{"a", 1}}}});
      },
      [&] { return call("GET", "/api/chat/history/" + id); },
      [&] { return say(id, "Hi"); },
      [&] { return call("GET", "/api/files/info/" + id); },
      [&] {
        return call("POST", "/api/files/query/" + id, {{"query", "x"}});
      },
      [&] { return upload(id); },
      [&] { return call("DELETE", "/api/files/" + id); },
      [&] { return call("DELETE", "/api/chat/history/" + id); },
  };
  for (size_t i = 0; i < uses.size(); ++i) {
    fake_clock_.advance_ms(idle_ms - minute_ms);
    const auto answer = uses[i]();
    EXPECT_EQ(answer.status, 200) << i << answer.raw.body;
    app_->sweep();
  }
}

TEST_F(SessionExpiryTest, AnExpiredSessionIsNotFoundOnEveryRoute) {
  script({{.body = claude_stream({"Hello."})}});
  start();
  const std::string id = make_session();
  const size_t calls = model_->requests().size();
  fake_clock_.advance_ms(idle_ms);
  const std::vector<std::tuple<std::string, std::string, Json>> routes = {
      {"GET", "/api/sessions/" + id, nullptr},
      {"PUT", "/api/sessions/" + id + "/config", {{"config", {{"a", 1}}}}},
      {"GET", "/api/chat/history/" + id, nullptr},
      {"DELETE", "/api/chat/history/" + id, nullptr},
      {"GET", "/api/chat/stream/" + id, nullptr},
      {"POST", "/api/chat/stop/" + id, nullptr},
      {"GET", "/api/files/info/" + id, nullptr},
      {"POST", "/api/files/query/" + id, {{"query", "x"}}},
      {"DELETE", "/api/files/" + id, nullptr}};
  for (const auto& [method, path, body] : routes) {
    const auto answer = call(method, path, body);
    EXPECT_EQ(answer.status, 404) << method << " " << path;
    EXPECT_EQ(answer.body, session_gone_body) << method << " " << path;
  }
  EXPECT_EQ(upload(id).status, 404);
  EXPECT_EQ(upload(id).body, session_gone_body);
  const auto message = say(id, "Hi");
  EXPECT_EQ(message.status, 404);
  EXPECT_EQ(message.body, (Json{{"error", "Session not found. Please create a new session."}}));
  EXPECT_EQ(model_->requests().size(), calls);
}

TEST_F(SessionExpiryTest, ReadingAnExpiredSessionDoesNotReviveIt) {
  start();
  const std::string id = create_session();
  fake_clock_.advance_ms(idle_ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(id), 404);
  stop();
  start();
  EXPECT_EQ(status_of(id), 404) << "nor does a restart";
}

TEST_F(SessionExpiryTest, ExpiredSessionsAreNotCounted) {
  start();
  create_session();
  fake_clock_.advance_ms(6 * minute_ms);
  const std::string newer = create_session();
  auto summary = call("GET", "/api/sessions/stats/summary").body;
  EXPECT_EQ(summary["totalSessions"], 2);
  EXPECT_EQ(summary["recentlyActive"], 1);
  fake_clock_.advance_ms(idle_ms - 6 * minute_ms);
  summary = call("GET", "/api/sessions/stats/summary").body;
  EXPECT_EQ(summary["totalSessions"], 1);
  EXPECT_EQ(summary["recentlyActive"], 0);
  EXPECT_EQ(summary["timestamp"], iso_timestamp(fake_clock_.now_ms()));
}

TEST_F(SessionExpiryTest, TheSweepErasesAfterTheRetentionOnly) {
  script({{.body = claude_stream({"Hello."})}});
  start({{"RETENTION_DAYS", "2"}});
  const std::string id = make_session();
  EXPECT_EQ(files_on_disk(), 1U);
  fake_clock_.advance_ms(2 * day_ms - minute_ms);
  const std::string living = make_session();
  app_->sweep();
  EXPECT_EQ(files_on_disk(), 2U) << "kept while its retention runs";
  fake_clock_.advance_ms(minute_ms);
  app_->sweep();
  EXPECT_EQ(status_of(living), 200);
  EXPECT_EQ(call("GET", "/api/files/info/" + living).status, 200);
  EXPECT_EQ(status_of(id), 404);
  fake_clock_.advance_ms(60 * minute_ms);
  app_->sweep();
  EXPECT_EQ(files_on_disk(), 1U) << "its file goes within the hour";
}

TEST_F(SessionExpiryTest, RetentionNeverEndsALivingSession) {
  start({{"RETENTION_DAYS", "0"}, {"SESSION_IDLE_MINUTES", "60"}});
  const std::string id = create_session();
  fake_clock_.advance_ms(59 * minute_ms);
  app_->sweep();
  EXPECT_EQ(status_of(id), 200);
  fake_clock_.advance_ms(60 * minute_ms);
  app_->sweep();
  EXPECT_EQ(status_of(id), 404);
}

TEST_F(SessionExpiryTest, AnAnswerMayOutlastTheIdleTime) {
  bool is_slow = true;
  script([&](const fakes::FakeRequest&) {
    if (is_slow) fake_clock_.advance_ms(2 * idle_ms);
    return says({"At last."});
  });
  start({{"TOKENS_LIMIT", "10"}});
  const std::string id = create_session();
  const auto events = stream(id, "Take your time");
  ASSERT_EQ(events.back().name, "done") << events.back().data;
  EXPECT_EQ(history(id).size(), 2U);
  is_slow = false;
  const auto next = say(id, "And now?");
  EXPECT_EQ(next.status, 200);
  EXPECT_EQ(next.body["tokensRemaining"], 8) << "both are charged, nothing stays reserved";
}

TEST_F(SessionExpiryTest, AClockThatStepsBackEndsNothing) {
  start();
  const std::string id = create_session();
  fake_clock_.set_now_ms(fake_clock_.now_ms() - day_ms);
  EXPECT_EQ(status_of(id), 200);
  app_->sweep();
  EXPECT_EQ(status_of(id), 200);
}

TEST_F(SessionExpiryTest, AnswersShowTheTimeOfTheClock) {
  script({{.body = claude_stream({"Hello."})}});
  start();
  const std::string id = create_session();
  const std::string now = iso_timestamp(fake_clock_.now_ms());
  EXPECT_EQ(say(id, "Hi").body["timestamp"], now);
  EXPECT_EQ(call("GET", "/health").body["timestamp"], now);
  EXPECT_EQ(call("GET", "/api/sessions/" + id).body["createdAt"], now);
  EXPECT_EQ(history(id)[0]["timestamp"], fake_clock_.now_ms());
  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).body["timestamp"], now);
}

}  // namespace
}  // namespace parley
