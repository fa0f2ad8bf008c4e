// Fairness: what one tenant takes of the answers that may run is never all of them.
#include <thread>

#include "tests/api/app_fixture.h"

namespace parley {
namespace {

constexpr const char* busy = "busy.test";
constexpr const char* quiet = "quiet.test";

class FairnessTest : public AppFixture {
 protected:
  /// Answers begin, and end only when they are stopped.
  void start_with_endless_answers(const Environment& changes) {
    fakes::FakeReply endless{.body = claude_stream({"So"})};
    endless.body.resize(endless.body.find("event: content_block_stop"));
    endless.ending = fakes::FakeReply::Ending::stall;
    script({endless});
    make_tenant("Busy", {busy}, {{"rates", {{"answersMax", 2}}}});
    make_tenant("Quiet", {quiet});
    start(changes);
  }

  std::string new_session(const std::string& host) {
    const auto made = call("POST", "/api/sessions/create", Json::object(), {{"Host", host}});
    EXPECT_EQ(made.status, 201) << made.raw.body;
    return made.body.value("sessionId", "");
  }

  /// A stream that has said its first word; null if it was refused.
  std::unique_ptr<RawClient> begin(const std::string& host, const std::string& session_id) {
    auto client = open_stream(session_id, "Hello", {{"Host", host}});
    while (const auto event = client->read_event()) {
      if (event->name == "delta") return client;
    }
    return nullptr;
  }

  Answer ask(const std::string& host) { return say(new_session(host), "Hello", {{"Host", host}}); }

  /// What a stream begins with; it is not read on.
  int status_of_stream(const std::string& host, const std::string& session_id) {
    RawClient client(port());
    client.request(
        "POST", "/api/chat/message",
        {{"Host", host}, {"Accept", "text/event-stream"}, {"Content-Type", "application/json"}},
        dump({{"sessionId", session_id}, {"message", "Hello"}}));
    const auto head = client.read_head();
    return head ? head->status : 0;
  }

  void stop_answer(const std::string& host, const std::string& session_id) {
    EXPECT_EQ(call("POST", "/api/chat/stop/" + session_id, nullptr, {{"Host", host}}).status, 200);
  }
};

TEST_F(FairnessTest, ATenantAtItsLimitIsRefusedAndOthersAreNot) {
  start_with_endless_answers({});
  const std::string first = new_session(busy);
  const auto one = begin(busy, first);
  const auto two = begin(busy, new_session(busy));
  ASSERT_TRUE(one && two);
  const auto refused = ask(busy);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body["error"],
            "Too many answers are running here. Please try again in a moment.");
  EXPECT_EQ(refused.raw.header("retry-after"), "1");
  EXPECT_TRUE(begin(quiet, new_session(quiet)));

  stop_answer(busy, first);
  EXPECT_FALSE(read_all(*one).empty()) << "to its end";
  const std::string next = new_session(busy);
  // Its place is free a moment after the stream has ended.
  while (status_of_stream(busy, next) == 429) std::this_thread::yield();
}

TEST_F(FairnessTest, ATenantWithoutALimitHasTheInstallations) {
  start_with_endless_answers({{"ANSWERS_PER_TENANT_MAX", "1"}});
  const auto one = begin(quiet, new_session(quiet));
  ASSERT_TRUE(one);
  EXPECT_EQ(ask(quiet).status, 429);
  EXPECT_TRUE(begin(busy, new_session(busy)));
}

TEST_F(FairnessTest, AServerAtItsLimitSaysWhenToComeAgain) {
  start_with_endless_answers({{"ANSWERS_MAX", "1"}});
  const auto one = begin(quiet, new_session(quiet));
  ASSERT_TRUE(one);
  const auto refused = ask(busy);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.raw.header("retry-after"), "1");
}

}  // namespace
}  // namespace parley
