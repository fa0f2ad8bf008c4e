// Budgets under load: nobody gets a unit that another has, and the books agree with the upstream's
// own count, whatever it does.
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "tests/api/tenant_fixture.h"

namespace parley {
namespace {

using fakes::FakeReply;

constexpr int patience_ms = 60'000;

/// A Claude that keeps books of its own. Threads: any.
class CountingModel {
 public:
  /// Says a few words and counts anything for them, within the bound it was given.
  FakeReply answer(const fakes::FakeRequest& request) {
    const Json body = Json::parse(request.body);
    const int64_t input = random(1, std::ssize(request.body) / 2);
    const int64_t output = random(1, body["max_tokens"].get<int64_t>());
    tokens_ += input + output;
    ++answers_;
    std::string text = claude_stream({"Some ", "words."});
    replace(text, "\"input_tokens\":11", "\"input_tokens\":" + std::to_string(input));
    replace(text, "\"output_tokens\":7", "\"output_tokens\":" + std::to_string(output));
    return {.body = text};
  }

  /// An answer, or one of the ways in which none comes.
  FakeReply misbehave(const fakes::FakeRequest& request) {
    FakeReply reply = answer(request);
    switch (random(0, 5)) {
      case 0:
        return {.status = 500, .headers = {{"content-type", "application/json"}}, .body = "{}"};
      case 1:
        reply.body.resize(reply.body.size() / 2);
        reply.ending = FakeReply::Ending::cut;
        return reply;
      case 2:
        reply.body.clear();
        reply.ending = FakeReply::Ending::reset;
        return reply;
      case 3:
        reply.body.resize(reply.body.size() / 3);
        reply.ending = FakeReply::Ending::stall;
        return reply;
      default:
        return reply;
    }
  }

  int64_t random(int64_t least, int64_t most) {
    const std::scoped_lock lock(mutex_);
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  int64_t tokens() const { return tokens_; }
  int64_t answers() const { return answers_; }

 private:
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  }

  std::mutex mutex_;
  std::mt19937_64 random_{4};  ///< guarded by mutex_
  std::atomic<int64_t> tokens_ = 0;
  std::atomic<int64_t> answers_ = 0;
};

class BudgetRaceTest : public TenantFixture {
 protected:
  static Environment limited(const std::string& unit, const std::string& limit) {
    return {{"TOKEN_UNIT", unit},          {"TOKENS_LIMIT", limit},
            {"PROVIDER_RETRIES_MAX", "1"}, {"PROVIDER_FIRST_BYTE_MS", "400"},
            {"PROVIDER_IDLE_MS", "400"},   {"BREAKER_FAILURES", "1000"},
            {"ANSWERS_MAX", "512"},        {"WORKERS", "16"},
            {"QUEUE_MAX", "1000"},         {"CONNECTIONS_PER_ADDRESS_MAX", "1000"}};
  }

  int ask() {
    RawClient client(port());
    client.request("POST", "/api/chat/call/", {{"Content-Type", "application/json"}},
                   R"({"prompt":"How much is left?"})");
    const auto response = client.read_response(patience_ms);
    return response ? response->status : 0;
  }

  /// The statuses of `calls` calls by `threads` threads at once.
  std::map<int, int> ask_at_once(int threads, int calls) {
    std::map<int, int> statuses;
    std::mutex mutex;
    std::atomic<int> left = calls;
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        while (left-- > 0) {
          const int status = ask();
          const std::scoped_lock lock(mutex);
          ++statuses[status];
        }
      });
    }
    for (auto& caller : callers) caller.join();
    return statuses;
  }

  CountingModel counting_;
};

TEST_F(BudgetRaceTest, OfTwoHundredCallsOnlyOneGetsTheLastUnit) {
  for (int round = 0; round < 5; ++round) {
    script([&](const fakes::FakeRequest& request) { return counting_.misbehave(request); });
    start(limited("calls", std::to_string(round + 1)));
    change_tenant({{"plan", {{"limit", round + 1}}}}, limited("calls", "0"));
    const int64_t before = call("GET", "/api/chat/history/").body["tokens_used"];
    auto statuses = ask_at_once(200, 200);
    const Books after = books();
    EXPECT_EQ(after.totals.reserved, 0);
    EXPECT_EQ(after.reservations, 0);
    EXPECT_LE(after.totals.used, round + 1);
    EXPECT_EQ(after.totals.used, before + statuses[200]) << "what was answered, and nothing else";
    EXPECT_EQ(statuses[200] + statuses[429] + statuses[503], 200);
    model_.reset();
  }
}

TEST_F(BudgetRaceTest, TokensAreNeverOverspentWhateverTheUpstreamDoes) {
  constexpr int64_t limit = 150'000;
  script([&](const fakes::FakeRequest& request) { return counting_.misbehave(request); });
  start(limited("tokens", std::to_string(limit)));
  auto statuses = ask_at_once(32, 200);
  EXPECT_GT(statuses[429], 0) << "the limit was reached";
  const Books after = books();
  EXPECT_LE(after.totals.used, limit);
  EXPECT_EQ(after.totals.reserved, 0);
  EXPECT_EQ(after.reservations, 0);
}

TEST_F(BudgetRaceTest, TheBooksEqualTheUpstreamsOwnCountToTheToken) {
  const int calls = std::getenv("PARLEY_TEST_EXTENDED") != nullptr ? 10'000 : 2'000;
  script([&](const fakes::FakeRequest& request) {
    if (counting_.random(0, 19) > 0) return counting_.answer(request);
    return FakeReply{
        .status = 529, .headers = {{"content-type", "application/json"}}, .body = "{}"};
  });
  auto environment = limited("tokens", "0");
  environment["PROVIDER_FIRST_BYTE_MS"] = environment["PROVIDER_IDLE_MS"] = "60000";
  start(environment);
  auto statuses = ask_at_once(16, calls);
  EXPECT_EQ(statuses[200] + statuses[503], calls);
  EXPECT_EQ(statuses[200], counting_.answers());
  const Books after = books();
  EXPECT_EQ(after.totals.used, counting_.tokens());
  EXPECT_EQ(after.totals.reserved, 0);
  int64_t reported = 0;
  for (const auto& day : after.days) reported += day.units;
  EXPECT_EQ(reported, counting_.tokens());
}

}  // namespace
}  // namespace parley
