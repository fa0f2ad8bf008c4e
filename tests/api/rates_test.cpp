// Rates over real sockets: who is refused with 429, what the header fields say, and that waiting
// as told is enough.
#include <fmt/format.h>

#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class RatesTest : public AppFixture {
 protected:
  RatesTest() { server_clock_ = &fake_clock_; }

  Answer say_with_token(const std::string& id, const std::string& token) {
    return say(id, "Hello", {{"Authorization", "Bearer " + token}});
  }

  static std::string header(const Answer& answer, const std::string& name) {
    return answer.raw.header(name);
  }

  void expect_refused(const Answer& answer, const std::string& seconds) {
    EXPECT_EQ(answer.status, 429) << answer.raw.body;
    EXPECT_EQ(answer.body, Json({{"error", "Too many requests. Please wait a moment."}}));
    EXPECT_EQ(header(answer, "retry-after"), seconds);
  }
};

TEST_F(RatesTest, AVisitorsMessagesAreCountedByToken) {
  start({{"RATE_MESSAGES_PER_VISITOR", "6"}});
  const std::string first = create_session();
  const std::string first_token = token_;
  const std::string second = create_session();
  const auto allowed = say_with_token(first, first_token);
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(header(allowed, "ratelimit-policy"), "\"visitor\";q=3;w=30");
  EXPECT_EQ(header(allowed, "ratelimit"), "\"visitor\";r=2;t=10");
  EXPECT_EQ(say_with_token(first, first_token).status, 200);
  EXPECT_EQ(say_with_token(first, first_token).status, 200);
  const auto refused = say_with_token(first, first_token);
  expect_refused(refused, "10");
  EXPECT_EQ(header(refused, "ratelimit"), "\"visitor\";r=0;t=10");
  EXPECT_EQ(say_with_token(second, token_).status, 200) << "another visitor";
  EXPECT_EQ(history(first).size(), 6U) << "what was refused is not stored";
  fake_clock_.advance_ms(9'999);
  EXPECT_EQ(say_with_token(first, first_token).status, 429);
  fake_clock_.advance_ms(1);
  EXPECT_EQ(say_with_token(first, first_token).status, 200);
}

TEST_F(RatesTest, AnAddressIsTheOneThatATrustedProxyNames) {
  start({{"RATE_MESSAGES_PER_ADDRESS", "2"}, {"TRUSTED_PROXIES", "127.0.0.1"}});
  const std::string id = create_session();
  const auto from = [&](const std::string& address) {
    return say(id, "Hello", {{"X-Forwarded-For", address}});
  };
  EXPECT_EQ(from("192.0.2.1").status, 200);
  expect_refused(from("192.0.2.1"), "30");
  EXPECT_EQ(from("192.0.2.2").status, 200);
  EXPECT_EQ(from("2001:db8::1").status, 200);
  expect_refused(from("2001:db8::2"), "30");
  EXPECT_EQ(from("2001:db8:0:1::1").status, 200) << "another customer's network";
  EXPECT_EQ(say(id, "Hello").status, 200) << "loopback is exempt";
  EXPECT_EQ(say(id, "Hello").status, 200);
}

TEST_F(RatesTest, ACallCostsAnAnswerToo) {
  start({{"RATE_MESSAGES_PER_ADDRESS", "2"}, {"TRUSTED_PROXIES", "127.0.0.1"}});
  const auto from = [&](const std::string& address, const std::string& path) {
    return call("POST", path, {{"prompt", "Hello"}}, {{"X-Forwarded-For", address}});
  };
  EXPECT_EQ(from("192.0.2.1", "/api/chat/call/").status, 200);
  expect_refused(from("192.0.2.1", "/api/chat/call/"), "30");
  expect_refused(from("192.0.2.1", "/api/chat/call"), "30");
  EXPECT_EQ(from("192.0.2.2", "/api/chat/call").status, 200);
}

TEST_F(RatesTest, ForgedForwardingChangesNothing) {
  start({{"RATE_SESSIONS_PER_ADDRESS", "2"}});
  for (int i = 0; i < 20; ++i) {
    const auto made =
        call("POST", "/api/sessions/create", nullptr, {{"X-Forwarded-For", "192.0.2.1"}});
    EXPECT_EQ(made.status, 201) << "the peer is loopback, whatever it says";
    EXPECT_EQ(header(made, "ratelimit"), "");
  }
}

TEST_F(RatesTest, NewSessionsAreCountedPerAddressAndPerTenant) {
  start({{"RATE_SESSIONS_PER_ADDRESS", "4"},
         {"RATE_SESSIONS_PER_TENANT", "6"},
         {"TRUSTED_PROXIES", "127.0.0.0/8"}});
  const auto from = [&](const std::string& address) {
    return call("POST", "/api/sessions/create", nullptr, {{"X-Forwarded-For", address}});
  };
  const auto first = from("192.0.2.1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(header(first, "ratelimit-policy"), "\"address\";q=2;w=1800, \"sessions\";q=3;w=30");
  EXPECT_EQ(from("192.0.2.1").status, 201);
  expect_refused(from("192.0.2.1"), "900");
  EXPECT_EQ(from("192.0.2.2").status, 201) << "the refused one did not count for the tenant";
  expect_refused(from("192.0.2.3"), "10");
}

TEST_F(RatesTest, TheTenantsRequestsAreBoundedButNotTheSitesFiles) {
  start({{"RATE_REQUESTS_PER_TENANT", "10"}});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(call("GET", "/api/sessions/bot-config").status, 200);
  }
  expect_refused(call("GET", "/api/sessions/bot-config"), "6");
  EXPECT_EQ(call("GET", "/health").status, 200);
  const auto file = fetch(port(), "GET", "/widget/chatbot.html", {}, "");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->status, 200);
  EXPECT_EQ(file->header("ratelimit"), "");
}

TEST_F(RatesTest, AStreamIsRefusedBeforeItBegins) {
  start({{"RATE_MESSAGES_PER_VISITOR", "2"}});
  const std::string id = create_session();
  const Headers own = {{"Authorization", "Bearer " + token_}};
  EXPECT_FALSE(stream(id, "Hello", own).empty());
  Headers streamed = own;
  streamed.emplace_back("Accept", "text/event-stream");
  expect_refused(say(id, "Hello", streamed), "30");
}

TEST_F(RatesTest, PagesOfOtherOriginsMayReadTheFields) {
  start({{"RATE_MESSAGES_PER_VISITOR", "2"}});
  const auto made =
      call("POST", "/api/sessions/create", nullptr, {{"Origin", "https://a.example"}});
  EXPECT_THAT(header(made, "access-control-expose-headers"),
              HasSubstr("RateLimit, RateLimit-Policy, Retry-After"));
}

}  // namespace
}  // namespace parley
