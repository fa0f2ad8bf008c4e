// What every provider makes of faults: statuses, Retry-After, stalls, cancel, secrets.
#include <thread>

#include "net/upstream_on_demand.h"
#include "tests/contract/harness.h"
#include "tests/fakes/exhausted.h"

namespace parley::contract {
namespace {

using fakes::FakeReply;
using providers::Failure;
using providers::Finish;
using Kind = Failure::Kind;

class FaultContract : public ProviderContract {
 protected:
  bool is_claude() const { return GetParam().folder == "claude"; }

  /// An error body in this vendor's form.
  std::string error_body(const std::string& type, const std::string& message) const {
    const std::string error = R"({"type":")" + type + R"(","message":")" + message + "\"}";
    return is_claude() ? R"({"type":"error","error":)" + error + R"(,"request_id":"req_1"})"
                       : R"({"error":)" + error + "}";
  }
};

TEST_P(FaultContract, StatusesMeanWhatTheTableSays) {
  const std::pair<int, Kind> table[] = {
      {400, Kind::bad_request},    {401, Kind::authentication},   {402, Kind::no_credit},
      {403, Kind::authentication}, {404, Kind::model_not_found},  {408, Kind::timeout},
      {409, Kind::overloaded},     {413, Kind::context_too_long}, {422, Kind::bad_request},
      {429, Kind::rate_limited},   {500, Kind::overloaded},       {502, Kind::overloaded},
      {503, Kind::overloaded},     {504, Kind::overloaded},       {529, Kind::overloaded},
      {302, Kind::unavailable}};
  for (const auto& [status, kind] : table) {
    const Outcome outcome = ask_with({error_reply(status, error_body("some_error", "Why"))});
    ASSERT_FALSE(outcome.result);
    EXPECT_EQ(outcome.result.error().kind, kind) << status;
    EXPECT_EQ(outcome.result.error().status, status);
    EXPECT_NE(outcome.result.error().detail.find("Why"), std::string::npos);
  }
}

TEST_P(FaultContract, WithoutDescriptorsNobodyIsAskedAndNothingIsSpent) {
  if (fakes::sanitizer_needs_descriptors) GTEST_SKIP();
  fakes::FakeUpstream server(fakes::in_order({stream_reply(fixture(GetParam(), "text"))}));
  const auto upstream = net::make_upstream_on_demand([] { return net::make_curl_upstream(); });
  const auto provider = make_provider(GetParam(), server.url(), *upstream, clock_);
  {
    const fakes::NoDescriptorsLeft none;
    const Outcome outcome = ask(*provider, simple_request());
    ASSERT_FALSE(outcome.result);
    EXPECT_EQ(outcome.result.error().kind, Kind::unavailable);
    EXPECT_FALSE(outcome.result.error().may_have_cost);
  }
  EXPECT_TRUE(ask(*provider, simple_request()).result) << "there are some again";
}

TEST_P(FaultContract, BodiesThatAreNoErrorObjectAreNoProblem) {
  for (const std::string& body :
       {std::string(), std::string("<html><h1>502 Bad Gateway</h1></html>"), std::string("[1"),
        std::string("\"text\""), std::string("null"), std::string("{\"error\":\"plain\"}"),
        std::string("{\"error\":{\"message\":7,\"code\":502}}"),
        std::string("{\"object\":\"error\",\"message\":\"flat\",\"code\":502}"),
        std::string(1'000'000, 'x'), std::string("\xff\xfe\x00", 3)}) {
    const Outcome outcome = ask_with({error_reply(502, body)});
    ASSERT_FALSE(outcome.result);
    EXPECT_EQ(outcome.result.error().kind, Kind::overloaded);
    EXPECT_LE(outcome.result.error().detail.size(), 1'300U);
  }
}

TEST_P(FaultContract, AnErrorBodyThatNeverEndsIsCutShort) {
  FakeReply endless = error_reply(500, error_body("api_error", "Boom"));
  endless.framing = FakeReply::Framing::chunked;
  endless.ending = FakeReply::Ending::stall;
  deadlines_.idle_ms = 50;
  EXPECT_EQ(ask_with({endless}).result.error().kind, Kind::overloaded);
}

TEST_P(FaultContract, EveryKindOfRetryAfterIsRead) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const std::optional<int64_t> zero = is_claude() ? std::nullopt : std::optional<int64_t>(0);
  const std::pair<Headers, std::optional<int64_t>> table[] = {
      {{}, std::nullopt},
      {{{"Retry-After", "2"}}, 2'000},
      {{{"Retry-After", "1.5"}}, 1'500},
      {{{"Retry-After", "0"}}, zero},
      {{{"Retry-After", "-1"}}, std::nullopt},
      {{{"Retry-After", "soon"}}, std::nullopt},
      {{{"Retry-After", "nan"}}, std::nullopt},
      {{{"Retry-After", "1e300"}}, std::nullopt},
      {{{"Retry-After", "90"}}, 90'000},
      {{{"retry-after-ms", "250.2"}, {"retry-after", "9"}}, 251},
      {{{"retry-after-ms", "bad"}, {"retry-after", "9"}}, 9'000},
      {{{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}, std::nullopt},
  };
  for (const auto& [headers, wait_ms] : table) {
    const auto failure =
        ask_with({error_reply(429, error_body("rate_limit_error", "Slow"), headers)})
            .result.error();
    EXPECT_EQ(failure.kind, Kind::rate_limited);
    EXPECT_EQ(failure.retry_after_ms, wait_ms) << (headers.empty() ? "" : headers[0].second);
  }
  const Headers far = {{"Retry-After", "Fri, 31 Dec 2049 23:59:59 GMT"}};
  const auto failure = ask_with({error_reply(503, "", far)}).result.error();
  EXPECT_EQ(failure.retry_after_ms, std::nullopt) << "beyond what a client's timer can hold";
}

TEST_P(FaultContract, TheServersWordOnRetryingAndItsRequestIdAreKept) {
  const std::string id_header = is_claude() ? "request-id" : "x-request-id";
  const auto failure = ask_with({error_reply(400, error_body("invalid_request_error", "No"),
                                             {{"X-Should-Retry", "true"}, {id_header, "req_7"}})})
                           .result.error();
  EXPECT_EQ(failure.should_retry, true);
  EXPECT_EQ(failure.request_id, "req_7");
  const auto other = ask_with({error_reply(500, "", {{"X-Should-Retry", "false"}})}).result.error();
  EXPECT_EQ(other.should_retry, false);
  FakeReply reply = stream_reply(fixture(GetParam(), "text"));
  reply.headers.emplace_back(id_header, "req_8");
  EXPECT_EQ(ask_with({reply}).result.value().request_id, "req_8");
}

TEST_P(FaultContract, NoKeyEverComesBack) {
  const std::string key(api_key);
  const Outcome failed =
      ask_with({error_reply(401, error_body("authentication_error", "Bad key " + key))});
  EXPECT_EQ(failed.result.error().detail.find(key), std::string::npos);
  const Outcome raw = ask_with({error_reply(500, "<p>Bearer " + key + "</p>")});
  EXPECT_EQ(raw.result.error().detail.find(key), std::string::npos);
  const Outcome other = ask_with({error_reply(500, "used sk-another-key-entirely")});
  EXPECT_EQ(other.result.error().detail.find("another-key"), std::string::npos);
}

TEST_P(FaultContract, JsonInPlaceOfAStreamIsAFailure) {
  FakeReply reply = error_reply(200, error_body("server_error", "Late"),
                                {{"Content-Type", "application/json; charset=utf-8"}});
  EXPECT_EQ(ask_with({reply}).result.error().kind, Kind::overloaded);
  reply.body = R"({"id":"x","choices":[]})";
  EXPECT_EQ(ask_with({reply}).result.error().kind, Kind::network);
  reply.headers = {{"Content-Type", "text/html"}};
  reply.body = "<html>Log in to the network</html>";
  EXPECT_EQ(ask_with({reply}).result.error().kind, Kind::network);
}

TEST_P(FaultContract, NobodyListensIsANetworkFailure) {
  const auto provider =
      make_provider(GetParam(), "http://127.0.0.1:1", *upstream_, clock_, deadlines_);
  const Outcome outcome = ask(*provider, simple_request());
  EXPECT_EQ(outcome.result.error().kind, Kind::network);
  EXPECT_EQ(outcome.result.error().status, 0);
}

TEST_P(FaultContract, SilenceTimesOut) {
  deadlines_ = {.connect_ms = 500, .first_byte_ms = 300, .idle_ms = 300, .total_ms = 5'000};
  FakeReply silent;
  silent.silent = true;
  EXPECT_EQ(ask_with({silent}).result.error().kind, Kind::timeout);
  const auto events = split_events(fixture(GetParam(), "error_after_text"));
  FakeReply stall = stream_reply(events[0]);
  stall.ending = FakeReply::Ending::stall;
  EXPECT_EQ(ask_with({stall}).result.error().kind, Kind::timeout);
  stall.body = fixture(GetParam(), "error_after_text");
  stall.body.resize(stall.body.size() - events.back().size());
  const Outcome after = ask_with({stall});
  ASSERT_TRUE(after.result);
  EXPECT_EQ(after.result->finish, Finish::truncated);
}

TEST_P(FaultContract, ARequestsOwnTotalShortensTheEndpoints) {
  FakeReply silent;
  silent.silent = true;
  auto request = simple_request();
  request.total_ms = 60;
  const int64_t started_ms = clock_.steady_ms();
  EXPECT_EQ(ask_with({silent}, request).result.error().kind, Kind::timeout);
  EXPECT_LT(clock_.steady_ms() - started_ms, 1'000);
}

/// Stops a call once `server` is where the test wants it; returns milliseconds until it ended.
int64_t stop_while(providers::Provider& provider, fakes::FakeUpstream& server, Outcome& outcome,
                   size_t deltas) {
  const SystemClock clock;
  std::atomic<size_t> seen = 0;
  std::jthread caller([&](std::stop_token stop) {
    const auto on_part = [&](const providers::Part& part) {
      if (const auto* delta = std::get_if<providers::TextDelta>(&part)) {
        outcome.deltas.push_back(delta->text);
        ++seen;
      }
    };
    outcome.result = provider.answer(simple_request(), on_part, std::move(stop));
  });
  EXPECT_TRUE(server.wait_for_requests(1));
  while (seen < deltas) std::this_thread::yield();
  const int64_t stopped_ms = clock.steady_ms();
  caller.request_stop();
  caller.join();
  EXPECT_TRUE(server.wait_for_hang_ups(1));
  return clock.steady_ms() - stopped_ms;
}

TEST_P(FaultContract, AStopEndsTheCallAtTheServerToo) {
  FakeReply silent;
  silent.silent = true;
  fakes::FakeUpstream quiet(fakes::in_order({silent}));
  Outcome before;
  auto provider = make_provider(GetParam(), quiet.url(), *upstream_, clock_, deadlines_);
  const int64_t before_ms = stop_while(*provider, quiet, before, 0);
  EXPECT_EQ(before.result.error().kind, Kind::cancelled);

  FakeReply stall = stream_reply(fixture(GetParam(), "error_after_text"));
  stall.body.resize(stall.body.size() - split_events(stall.body).back().size());
  stall.ending = FakeReply::Ending::stall;
  fakes::FakeUpstream talking(fakes::in_order({stall}));
  Outcome after;
  provider = make_provider(GetParam(), talking.url(), *upstream_, clock_, deadlines_);
  const int64_t after_ms = stop_while(*provider, talking, after, 1);
  ASSERT_TRUE(after.result);
  EXPECT_EQ(after.result->finish, Finish::cancelled);
  EXPECT_EQ(after.result->text, "Hello");

  EXPECT_LT(before_ms, 500);
  EXPECT_LT(after_ms, 500);
  RecordProperty("cancel_before_text_ms", std::to_string(before_ms));
  RecordProperty("cancel_after_text_ms", std::to_string(after_ms));
}

INSTANTIATE_TEST_SUITE_P(Providers, FaultContract,
                         testing::Values(claude_vendor, responses_vendor, chat_vendor),
                         vendor_name);

}  // namespace
}  // namespace parley::contract
