// The registry over real sockets: who exists, who answers when one vendor is broken.
#include "providers/registry.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/contract/harness.h"

namespace parley::contract {
namespace {

using fakes::FakeReply;
using fakes::FakeUpstream;
using providers::Finish;
using providers::Registry;
using providers::RegistryOptions;

class ZeroEntropy final : public Entropy {
 public:
  void fill(std::span<uint8_t> out) override { std::fill(out.begin(), out.end(), uint8_t{0}); }
};

RegistryOptions options_for(const std::string& claude_url, const std::string& openai_url) {
  RegistryOptions options;
  options.claude.name = "claude";
  options.claude.label = "Claude";
  options.claude.base_url = claude_url;
  options.claude.api_key = claude_url.empty() ? "" : api_key;
  options.claude.default_model = "claude-haiku-5-5";
  options.claude.deadlines = {
      .connect_ms = 500, .first_byte_ms = 40, .idle_ms = 40, .total_ms = 2'000};
  options.openai.name = "openai";
  options.openai.label = "OpenAI";
  options.openai.base_url = openai_url + "/v1";
  options.openai.api_key = openai_url.empty() ? "" : api_key;
  options.openai.default_model = "gpt-6-luna";
  options.demo.word_ms = 0;
  options.breaker.failures = 1'000'000;
  return options;
}

class RegistryTest : public testing::Test {
 public:
  ~RegistryTest() override { log::set_level(log::Level::info); }

 protected:
  RegistryTest() { log::set_level(log::Level::off); }

  SystemClock clock_;
  ZeroEntropy entropy_;
  std::unique_ptr<net::Upstream> upstream_ = net::make_curl_upstream();
};

TEST_F(RegistryTest, AProviderExistsWithItsKey) {
  const Registry both(options_for("http://127.0.0.1:1", "http://127.0.0.1:1"), *upstream_, clock_,
                      entropy_);
  ASSERT_EQ(both.list().size(), 3U);
  EXPECT_EQ(both.list()[0]->name(), "claude");
  EXPECT_EQ(both.list()[1]->name(), "openai");
  EXPECT_EQ(both.list()[2]->name(), "demo");
  EXPECT_EQ(both.default_provider()->name(), "claude");
  EXPECT_EQ(both.find("nobody"), nullptr);

  auto options = options_for("", "http://127.0.0.1:1");
  options.preferred = "claude";
  const Registry one(options, *upstream_, clock_, entropy_);
  EXPECT_EQ(one.find("claude"), nullptr);
  EXPECT_EQ(one.default_provider()->name(), "openai");

  options = options_for("", "");
  const Registry keyless(options, *upstream_, clock_, entropy_);
  EXPECT_EQ(keyless.default_provider()->name(), "demo");
  options.demo_enabled = false;
  EXPECT_EQ(Registry(options, *upstream_, clock_, entropy_).default_provider(), nullptr);
}

TEST_F(RegistryTest, NobodyFailsOverToTheDemo) {
  FakeUpstream broken(fakes::in_order({error_reply(500, "")}));
  const Registry registry(options_for(broken.url(), ""), *upstream_, clock_, entropy_);
  const Outcome outcome = ask(*registry.find("claude"), simple_request());
  EXPECT_FALSE(outcome.result);
  EXPECT_EQ(broken.requests().size(), 3U);
}

TEST_F(RegistryTest, DemoAnswersAsItself) {
  const Registry registry(options_for("", ""), *upstream_, clock_, entropy_);
  const Outcome outcome = ask(*registry.default_provider(), simple_request());
  ASSERT_TRUE(outcome.result);
  EXPECT_EQ(outcome.result->provider, "demo");
  EXPECT_EQ(outcome.joined(), outcome.result->text);
}

/// Every way in which the first vendor can be broken before it says a word.
std::vector<FakeReply> faults_before_text() {
  std::vector<FakeReply> faults;
  for (const int status : {401, 402, 403, 404, 408, 409, 429, 500, 502, 503, 504, 529}) {
    faults.push_back(error_reply(status, "<html>broken</html>"));
  }
  faults.push_back(error_reply(429, "{}", {{"Retry-After", "3600"}}));
  faults.push_back(stream_reply(fixture(claude_vendor, "error_before_text")));
  const std::string text = fixture(claude_vendor, "text");
  for (const auto ending : {FakeReply::Ending::proper, FakeReply::Ending::cut,
                            FakeReply::Ending::reset, FakeReply::Ending::stall}) {
    FakeReply torn = stream_reply(split_events(text)[0]);
    torn.ending = ending;
    faults.push_back(torn);
  }
  FakeReply silent;
  silent.silent = true;
  faults.push_back(silent);
  FakeReply noise;
  noise.raw = "\x16\x03\x01 not http\r\n\r\n";
  faults.push_back(noise);
  return faults;
}

TEST_F(RegistryTest, EveryFaultBeforeTextIsAnsweredByTheOtherVendor) {
  for (const FakeReply& fault : faults_before_text()) {
    FakeUpstream broken(fakes::in_order({fault}));
    FakeUpstream healthy(fakes::in_order({stream_reply(fixture(chat_vendor, "text"))}));
    const Registry registry(options_for(broken.url(), healthy.url()), *upstream_, clock_, entropy_);
    const int64_t started_ms = clock_.steady_ms();
    const Outcome outcome = ask(*registry.find("claude"), simple_request());
    ASSERT_TRUE(outcome.result) << fault.status << outcome.result.error().detail;
    EXPECT_EQ(outcome.result->provider, "openai");
    EXPECT_EQ(outcome.joined(), "Hello, wörld 🎉!\n\nLine — two.");
    EXPECT_LE(broken.requests().size(), 3U);
    EXPECT_EQ(healthy.requests().size(), 1U);
    EXPECT_LT(clock_.steady_ms() - started_ms, 2'000);
  }
}

TEST_F(RegistryTest, AFaultAfterTextIsTruncatedAndNobodyElseIsAsked) {
  const std::string stream = fixture(claude_vendor, "error_after_text");
  const std::string torn = stream.substr(0, stream.size() - split_events(stream).back().size());
  std::vector<FakeReply> faults = {stream_reply(stream)};
  for (const auto ending : {FakeReply::Ending::proper, FakeReply::Ending::cut,
                            FakeReply::Ending::reset, FakeReply::Ending::stall}) {
    faults.push_back(stream_reply(torn));
    faults.back().ending = ending;
  }
  for (const FakeReply& fault : faults) {
    FakeUpstream broken(fakes::in_order({fault}));
    FakeUpstream healthy(fakes::in_order({stream_reply(fixture(chat_vendor, "text"))}));
    const Registry registry(options_for(broken.url(), healthy.url()), *upstream_, clock_, entropy_);
    const Outcome outcome = ask(*registry.find("claude"), simple_request());
    ASSERT_TRUE(outcome.result);
    EXPECT_EQ(outcome.result->finish, Finish::truncated);
    EXPECT_EQ(outcome.joined(), "Hello");
    EXPECT_EQ(broken.requests().size(), 1U);
    EXPECT_TRUE(healthy.requests().empty());
  }
}

}  // namespace
}  // namespace parley::contract
