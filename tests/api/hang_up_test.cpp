// A client that goes away in the middle of a stream is noticed at once, and its answer is kept.
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

class HangUpTest : public AppFixture {
 protected:
  static constexpr int64_t wait_max_ms = 30'000;

  /// Polls until `name` is `value`; how long that took, or -1 after `wait_max_ms`.
  int64_t wait_for_metric(const std::string& name, double value) {
    const int64_t since_ms = clock_.steady_ms();
    RawClient client(port());
    while (clock_.steady_ms() - since_ms < wait_max_ms) {
      client.request("GET", "/metrics");
      const auto response = client.read_response();
      if (!response) return -1;
      if (value_in(response->body, name) == value) return clock_.steady_ms() - since_ms;
    }
    return -1;
  }

  static double value_in(const std::string& text, const std::string& name) {
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
};

/// Says "Hello", waits some pings, then goes on and ends.
fakes::FakeReply slow_answer(int pings) {
  std::string body = claude_stream({"Hello", " and goodbye."});
  const size_t second = body.find("event: content_block_delta", body.find("Hello"));
  std::string pauses;
  for (int i = 0; i < pings; ++i) pauses += "event: ping\ndata: {\"type\":\"ping\"}\n\n";
  body.insert(second, pauses);
  return {.body = body, .piece_bytes = 50, .gap_ms = 2};
}

TEST_F(HangUpTest, AResetIsNoticedWithin50Ms) {
  std::string body = claude_stream({"Hello"});
  body.resize(body.find("event: content_block_stop"));
  script({{.body = body, .ending = fakes::FakeReply::Ending::stall}});
  start();
  const std::string id = create_session();
  // The best of some: the machine may be busy with other things.
  int64_t best_ms = wait_max_ms;
  for (int i = 0; i < 5 && best_ms > 50; ++i) {
    auto client = open_stream(id, "Hi");
    while (const auto event = client->read_event()) {
      if (event->name == "delta") break;
    }
    ASSERT_GE(wait_for_metric("parley_streams_open", 1), 0);
    client->reset();
    const int64_t took_ms = wait_for_metric("parley_streams_open", 0);
    ASSERT_GE(took_ms, 0);
    best_ms = std::min(best_ms, took_ms);
    call("POST", "/api/chat/stop/" + id);
    ASSERT_GE(wait_for_metric("parley_answers_running", 0), 0);
  }
  RecordProperty("noticed_ms", static_cast<int>(best_ms));
  EXPECT_LE(best_ms, 50);
  EXPECT_GE(metric("parley_hang_ups_total"), 1);
}

TEST_F(HangUpTest, AnOrderlyCloseIsNoticedToo) {
  std::string body = claude_stream({"Hello"});
  body.resize(body.find("event: content_block_stop"));
  script({{.body = body, .ending = fakes::FakeReply::Ending::stall}});
  start();
  auto client = open_stream(create_session(), "Hi");
  ASSERT_TRUE(client->read_event());
  client->close();
  EXPECT_GE(wait_for_metric("parley_streams_open", 0), 0);
}

TEST_F(HangUpTest, TheAnswerOfALeftStreamIsStoredWhole) {
  script({slow_answer(200)});
  start();
  const std::string id = create_session();
  auto client = open_stream(id, "Hi");
  while (const auto event = client->read_event()) {
    if (event->name == "delta") break;
  }
  client->reset();
  ASSERT_GE(wait_for_metric("parley_streams_open", 0), 0);
  EXPECT_EQ(metric("parley_answers_running"), 1) << "it goes on without readers";
  ASSERT_TRUE(model_->wait_for_replies(1));
  ASSERT_GE(wait_for_metric("parley_answers_running", 0), 0);
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1]["content"], "Hello and goodbye.");
  EXPECT_EQ(messages[1]["finish"], "stop");
}

TEST_F(HangUpTest, AHistoryClearedWhileAnAnswerRunsStaysClear) {
  std::string body = claude_stream({"Hello"});
  body.resize(body.find("event: content_block_stop"));
  script({{.body = body, .ending = fakes::FakeReply::Ending::stall}});
  start();
  const std::string id = create_session();
  auto client = open_stream(id, "Hi");
  while (const auto event = client->read_event()) {
    if (event->name == "delta") break;
  }
  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).status, 200);
  ASSERT_GE(wait_for_metric("parley_answers_running", 0), 0);
  EXPECT_EQ(history(id).size(), 0U) << "what the stopped answer had said is not put back";
}

TEST_F(HangUpTest, AJsonCallerThatLeavesLosesNothing) {
  script({slow_answer(100)});
  start();
  const std::string id = create_session();
  RawClient client(port());
  client.request("POST", "/api/chat/message", {{"Content-Type", "application/json"}},
                 dump({{"sessionId", id}, {"message", "Hi"}}));
  ASSERT_TRUE(model_->wait_for_requests(1));
  client.reset();
  ASSERT_TRUE(model_->wait_for_replies(1));
  ASSERT_GE(wait_for_metric("parley_answers_running", 0), 0);
  EXPECT_EQ(history(id).size(), 2U);
  EXPECT_EQ(history(id)[1]["content"], "Hello and goodbye.");
}

}  // namespace
}  // namespace parley
