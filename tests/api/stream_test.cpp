// Event streams: order, numbers, resume, idempotency, stop, truncation.
#include <atomic>

#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using fakes::FakeReply;

class StreamTest : public AppFixture {
 protected:
  static std::string bytes_of(const std::vector<SseEvent>& events) {
    std::string out;
    for (const SseEvent& event : events) out += encode_sse(event);
    return out;
  }

  std::vector<SseEvent> resume(const std::string& id, const std::string& last_event_id) {
    RawClient client(port());
    client.request("GET", "/api/chat/stream/" + id, {{"Last-Event-ID", last_event_id}});
    const auto head = client.read_head();
    if (!head || head->status != 200) return {};
    return read_all(client);
  }
};

/// In pieces, as what arrives together is passed on together.
FakeReply says_slowly(const std::vector<std::string>& deltas) {
  return {.body = claude_stream(deltas), .piece_bytes = 100, .gap_ms = 2};
}

/// Says `text` and then nothing: the answer runs until it is stopped.
FakeReply says_and_stalls(const std::string& text) {
  std::string body = claude_stream({text});
  body.resize(body.find("event: content_block_stop"));
  return {.body = std::move(body), .ending = FakeReply::Ending::stall};
}

TEST_F(StreamTest, NumbersItsEvents) {
  script({says_slowly({"Hello ", "there."})});
  start();
  const std::string id = create_session();
  const auto events = stream(id, "Hi");
  std::vector<std::string> names;
  for (const SseEvent& event : events) {
    const bool goes_on = event.name == "delta" && names.back() == "delta";
    if (!goes_on) names.push_back(event.name);
    EXPECT_EQ(event.id, "1." + std::to_string(&event - events.data() + 1));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"started", "delta", "usage", "done"}));
  EXPECT_EQ(text_of(events), "Hello there.");
  EXPECT_EQ(data_of(events, "usage")["inputTokens"], 11);
  EXPECT_EQ(data_of(events, "usage")["outputTokens"], 7);
  EXPECT_EQ(data_of(events, "done")["finish"], "stop");
  EXPECT_EQ(data_of(events, "done")["messageCount"], 2);
  EXPECT_EQ(data_of(events, "started")["userMessage"]["content"], "Hi");
}

TEST_F(StreamTest, ResumesByteEqualAfterEveryEvent) {
  script({says_slowly({"a", "b\n\n", "🎉", "\"d\""})});
  start();
  const std::string id = create_session();
  const auto events = stream(id, "Hi");
  for (size_t seen = 1; seen <= events.size(); ++seen) {
    const auto rest = resume(id, events[seen - 1].id);
    const std::vector<SseEvent> expected(events.begin() + static_cast<long>(seen), events.end());
    EXPECT_EQ(bytes_of(rest), bytes_of(expected)) << "after " << seen;
  }
}

TEST_F(StreamTest, SurvivesARestart) {
  script({says_slowly({"kept ", "bytes"})});
  start();
  const std::string id = create_session();
  const auto events = stream(id, "Hi", {{"Idempotency-Key", "k"}});
  stop();
  start();
  const auto again = stream(id, "Hi", {{"Idempotency-Key", "k"}});
  EXPECT_EQ(bytes_of(again), bytes_of(events));
  EXPECT_EQ(resume(id, events[0].id).size(), events.size() - 1);
  EXPECT_EQ(model_->requests().size(), 1U);
}

TEST_F(StreamTest, ASecondReaderJoinsTheRunningAnswer) {
  script({says_and_stalls("so far")});
  start();
  const std::string id = create_session();
  const auto first = open_stream(id, "Hi");
  while (first->read_event()->name != "delta") {
  }
  RawClient second(port());
  second.request("GET", "/api/chat/stream/" + id);
  ASSERT_EQ(second.read_head()->status, 200);
  EXPECT_EQ(second.read_event()->name, "started");
  EXPECT_EQ(second.read_event()->data, R"({"text":"so far"})");
  EXPECT_EQ(call("POST", "/api/chat/stop/" + id).body["status"], "stopped");
  const auto rest_of_first = read_all(*first);
  const auto rest_of_second = read_all(second);
  EXPECT_EQ(bytes_of(rest_of_first), bytes_of(rest_of_second));
  EXPECT_EQ(data_of(rest_of_first, "done")["finish"], "stopped");
}

TEST_F(StreamTest, NoAnswerRunsNoContent) {
  start();
  const std::string id = create_session();
  EXPECT_EQ(call("GET", "/api/chat/stream/" + id).status, 204);
  EXPECT_EQ(call("GET", "/api/chat/stream/" + id, nullptr, {{"Last-Event-ID", "9.9"}}).status, 204);
  EXPECT_EQ(call("GET", "/api/chat/stream/00000000-0000-4000-8000-000000000000").status, 404);
  EXPECT_EQ(call("POST", "/api/chat/stop/" + id).body["status"], "idle");
  EXPECT_EQ(call("POST", "/api/chat/stop/00000000-0000-4000-8000-000000000000").status, 404);
}

TEST_F(StreamTest, StopEndsTheProviderCallAndKeepsWhatWasSaid) {
  script({says_and_stalls("partial")});
  start();
  const std::string id = create_session();
  const auto client = open_stream(id, "Hi");
  while (client->read_event()->name != "delta") {
  }
  const int64_t before_ms = clock_.steady_ms();
  EXPECT_EQ(call("POST", "/api/chat/stop/" + id).status, 200);
  EXPECT_TRUE(model_->wait_for_hang_ups(1, 500)) << "the provider call must end within 500 ms";
  EXPECT_LT(clock_.steady_ms() - before_ms, 500);
  EXPECT_EQ(data_of(read_all(*client), "done")["finish"], "stopped");
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1]["content"], "partial");
  EXPECT_EQ(messages[1]["finish"], "stopped");
}

TEST_F(StreamTest, TheAnswerIsStoredThoughTheReaderLeaves) {
  std::atomic<bool> finish = false;
  script([&](const fakes::FakeRequest&) {
    return FakeReply{
        .body = claude_stream({"one ", "two ", "three"}), .piece_bytes = 40, .gap_ms = 2};
  });
  start();
  const std::string id = create_session();
  {
    const auto client = open_stream(id, "Hi");
    client->read_event();
    client->reset();
  }
  const int64_t deadline_ms = clock_.steady_ms() + 30'000;
  while (history(id).size() < 2 && clock_.steady_ms() < deadline_ms) {
  }
  EXPECT_EQ(history(id)[1]["content"], "one two three");
  EXPECT_EQ(model_->requests().size(), 1U);
}

TEST_F(StreamTest, SameKeyNeverCostsASecondCall) {
  script({FakeReply{.body = claude_stream({"once"}), .piece_bytes = 20, .gap_ms = 1}});
  start();
  const std::string id = create_session();
  const Headers key = {{"Idempotency-Key", "key-1"}};
  std::vector<std::thread> threads;
  std::atomic<int> equal = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      if (say(id, "Hi", key).body.value("response", "") == "once") ++equal;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(equal, 6);
  EXPECT_EQ(text_of(stream(id, "Hi", key)), "once") << "JSON first, then as a stream";
  EXPECT_EQ(model_->requests().size(), 1U);
  EXPECT_EQ(history(id).size(), 2U);

  const auto other = say(id, "something else", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(say(id, "Hi", {{"Idempotency-Key", std::string(129, 'k')}}).status, 400);
  EXPECT_EQ(say(id, "Hi", {{"Idempotency-Key", "a b"}}).status, 400);
}

/// One of two at the same instant looks the key up; the other must neither wait for a turn that
/// never runs nor be told of a text that had no claim to the key.
TEST_F(StreamTest, RepeatsAtTheSameInstantAreAllAnsweredLater) {
  constexpr int rounds = 200;
  script({says_slowly({"once"})});
  start();
  const std::string id = create_session();
  const Headers key = {{"Idempotency-Key", "k"}};
  ASSERT_EQ(say(id, "Hi", key).status, 200);
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (const bool is_repeat : {true, true, true, true, false, false}) {
    threads.emplace_back([&, is_repeat] {
      for (int round = 0; round < rounds; ++round) {
        const int status = say(id, is_repeat ? "Hi" : "something else", key).status;
        answered += is_repeat && status == 200 ? 1 : 0;
        refused += !is_repeat && status == 422 ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 4 * rounds);
  EXPECT_EQ(refused, 2 * rounds);
}

TEST_F(StreamTest, AFailureIsReplayedToo) {
  script({{.status = 400, .body = "{}"}});
  start();
  const std::string id = create_session();
  const Headers key = {{"Idempotency-Key", "k"}};
  const auto events = stream(id, "Hi", key);
  EXPECT_EQ(events.back().name, "error");
  EXPECT_EQ(data_of(events, "error")["retryable"], false);
  EXPECT_EQ(bytes_of(stream(id, "Hi", key)), bytes_of(events));
  EXPECT_EQ(model_->requests().size(), 1U);
}

TEST_F(StreamTest, AStreamWithoutItsEndIsTruncatedAndCanBeRetried) {
  std::string cut = claude_stream({"half an ans"});
  cut.resize(cut.find("event: content_block_stop"));
  script({FakeReply{.body = cut}, says_slowly({"whole answer"})});
  start();
  const std::string id = create_session();
  const auto events = stream(id, "Hi");
  EXPECT_EQ(data_of(events, "done")["finish"], "truncated");
  EXPECT_EQ(history(id)[1]["finish"], "truncated");

  const std::string asked = history(id)[0]["messageId"];
  const auto retried = call("POST", "/api/chat/message", {{"sessionId", id}, {"retryOf", asked}});
  EXPECT_EQ(retried.status, 200) << retried.raw.body;
  EXPECT_EQ(retried.body["messageCount"], 2);
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U) << dump(messages);
  EXPECT_EQ(messages[0]["messageId"], asked);
  EXPECT_EQ(messages[1]["content"], "whole answer");
  EXPECT_EQ(messages[1]["seq"], 2);
  EXPECT_EQ(messages[1]["finish"], "stop");

  const auto again = call("POST", "/api/chat/message", {{"sessionId", id}, {"retryOf", asked}});
  EXPECT_EQ(again.status, 422) << "a complete answer is not replaced";
}

TEST_F(StreamTest, ClearingDuringAnAnswerLeavesNothing) {
  script({says_and_stalls("secret")});
  start();
  const std::string id = create_session();
  const auto client = open_stream(id, "Hi");
  while (client->read_event()->name != "delta") {
  }
  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).status, 200);
  read_all(*client);
  EXPECT_EQ(history(id).size(), 0U);
}

TEST_F(StreamTest, DrainStoresWhatWasSaidAndTellsTheReader) {
  script({says_and_stalls("before the restart")});
  start();
  const std::string id = create_session();
  const auto client = open_stream(id, "Hi");
  while (client->read_event()->name != "delta") {
  }
  stop();
  const auto rest = read_all(*client);
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(data_of(rest, "done")["finish"], "truncated");
  start();
  EXPECT_EQ(history(id)[1]["content"], "before the restart");
}

}  // namespace
}  // namespace parley
