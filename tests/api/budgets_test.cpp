// Budgets through the whole server: what is charged, what is refused, and what stands in at the
// limit.
#include "tests/api/tenant_fixture.h"

namespace parley {
namespace {

using fakes::FakeReply;
using ::testing::HasSubstr;

constexpr int64_t claude_tokens = 11 + 7;  // what claude_stream() counts

FakeReply refuses(int status) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = R"({"type":"error","error":{"type":"invalid_request_error","message":"no"}})"};
}

class BudgetTest : public TenantFixture {
 protected:
  static Environment calls(const std::string& limit) {
    return {{"TOKENS_LIMIT", limit}, {"TOKEN_UNIT", "calls"}};
  }
  static Environment tokens(const std::string& limit) {
    return {{"TOKENS_LIMIT", limit}, {"TOKEN_UNIT", "tokens"}, {"PROVIDER_RETRIES_MAX", "0"}};
  }
  Json sent(size_t at) { return Json::parse(model_->requests().at(at).body); }
};

TEST_F(BudgetTest, AnAnswerCostsOneCallUntilNoneIsLeft) {
  script({says({"Hello."})});
  start(calls("2"));
  const std::string id = create_session();
  EXPECT_EQ(say(id, "one").body["tokensRemaining"], 1);
  EXPECT_EQ(data_of(stream(id, "two"), "done")["tokensRemaining"], 0);
  const auto refused = say(id, "three");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body,
            (Json{{"error", "Token limit exceeded"}, {"message", "Tenant has used 2/2 tokens"}}));
  EXPECT_EQ(refused.raw.header("retry-after"), "") << "no time heals it";
  EXPECT_EQ(history(id).size(), 4U) << "a refused message is not stored";
  EXPECT_EQ(model_->requests().size(), 2U);
}

TEST_F(BudgetTest, AStreamIsRefusedBeforeItBegins) {
  script({says({"Hello."})});
  start(calls("1"));
  const std::string id = create_session();
  say(id, "one");
  const auto refused = call("POST", "/api/chat/message", {{"sessionId", id}, {"message", "two"}},
                            {{"Accept", "text/event-stream"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body["error"], "Token limit exceeded");
}

TEST_F(BudgetTest, WithoutALimitNothingIsSaidToRemain) {
  script({says({"Hello."})});
  start(calls("0"));
  EXPECT_EQ(say(create_session(), "one").body["tokensRemaining"], nullptr);
}

TEST_F(BudgetTest, AFailedCallCostsNothing) {
  script({refuses(400), says({"Hello."})});
  start(calls("1"));
  const std::string id = create_session();
  EXPECT_EQ(say(id, "one").status, 500);
  EXPECT_EQ(say(id, "two").status, 200);
  EXPECT_EQ(say(id, "three").status, 429);
}

TEST_F(BudgetTest, ARepeatedKeyCostsNoSecondCall) {
  script({says({"Hello."})});
  start(calls("1"));
  const std::string id = create_session();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(say(id, "one", {{"Idempotency-Key", "k"}}).status, 200);
  }
}

TEST_F(BudgetTest, TokensAreChargedAsTheProviderCountsThem) {
  script({says({"Hello."})});
  start(tokens("100000"));
  const std::string id = create_session();
  say(id, "one");
  const auto second = say(id, "two");
  EXPECT_EQ(second.body["tokensRemaining"], 100'000 - 2 * claude_tokens);
  const Books after = books();
  EXPECT_EQ(after.totals.used, 2 * claude_tokens);
  EXPECT_EQ(after.totals.reserved, 0);
  ASSERT_EQ(after.days.size(), 1U);
  EXPECT_EQ(after.days[0].provider, "claude");
  EXPECT_EQ(after.days[0].model, "claude-test");
  EXPECT_EQ(after.days[0].calls, 2);
  EXPECT_EQ(after.days[0].unknown_calls, 0);
  EXPECT_EQ(after.days[0].units, 2 * claude_tokens);
  EXPECT_EQ(after.days[0].input_tokens, 22);
  EXPECT_EQ(after.days[0].output_tokens, 14);
}

TEST_F(BudgetTest, TheReportKnowsTheCostFromThePrices) {
  script({says({"Hello."})});
  start({{"ANTHROPIC_PRICES", "3,0.3,15"}});
  say(create_session(), "one");
  const Books after = books();
  ASSERT_EQ(after.days.size(), 1U);
  EXPECT_EQ(after.days[0].cost_microusd, 11 * 3 + 7 * 15);
  EXPECT_EQ(after.days[0].units, 1);
}

TEST_F(BudgetTest, TheOutputIsBoundedByWhatIsLeft) {
  script({says({"Hello."})});
  start(tokens("2500"));
  const std::string id = create_session();
  ASSERT_EQ(say(id, "one").status, 200);
  const int64_t first = sent(0)["max_tokens"];
  EXPECT_GE(first, 64);
  EXPECT_LT(first, 2'500);
  ASSERT_EQ(say(id, "two").status, 200);
  EXPECT_LT(sent(1)["max_tokens"].get<int64_t>(), first);
}

TEST_F(BudgetTest, TooFewTokensForAnAnswerAreRefusedUnasked) {
  script({says({"Hello."})});
  start(tokens("200"));
  const auto refused = say(create_session(), "one");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body["message"], "Tenant has used 0/200 tokens");
  EXPECT_TRUE(model_->requests().empty());
}

TEST_F(BudgetTest, AnAnswerThatBreaksOffIsChargedWhole) {
  FakeReply cut = says({"Hello ", "there."});
  cut.body.resize(cut.body.find("content_block_stop"));
  cut.ending = FakeReply::Ending::cut;
  script({cut});
  start(tokens("30000"));
  EXPECT_EQ(say(create_session(), "one").body["finish"], "truncated");
  const int64_t most = sent(0)["max_tokens"];
  const Books after = books();
  EXPECT_GT(after.totals.used, most) << "its input counts, too";
  EXPECT_LE(after.totals.used, 30'000);
  EXPECT_EQ(after.totals.reserved, 0);
  EXPECT_EQ(after.days.at(0).unknown_calls, 1);
}

TEST_F(BudgetTest, AnAnswerThatBreaksOffUnheardIsChargedWholeToo) {
  FakeReply silent;
  silent.ending = FakeReply::Ending::cut;
  script({silent});
  start(tokens("30000"));
  EXPECT_EQ(say(create_session(), "one").status, 500);
  const Books after = books();
  EXPECT_GT(after.totals.used, 1'000);
  EXPECT_EQ(after.totals.reserved, 0);
}

TEST_F(BudgetTest, AnotherAttemptIsMadeOnlyIfItIsPaidFor) {
  FakeReply silent;
  silent.ending = FakeReply::Ending::cut;
  script({silent});
  auto changes = tokens("15000");  // one attempt takes more than half of it
  changes["PROVIDER_RETRIES_MAX"] = "2";
  start(changes);
  EXPECT_EQ(say(create_session(), "one").status, 500);
  EXPECT_EQ(model_->requests().size(), 1U);
  EXPECT_LE(books().totals.used, 15'000);
}

TEST_F(BudgetTest, ARefusedRequestIsTriedAgainWithoutPayingTwice) {
  FakeReply busy = refuses(529);
  script({busy, says({"Hello."})});
  auto changes = tokens("15000");
  changes["PROVIDER_RETRIES_MAX"] = "2";
  start(changes);
  EXPECT_EQ(say(create_session(), "one").status, 200);
  EXPECT_EQ(books().totals.used, claude_tokens);
}

TEST_F(BudgetTest, EachToolStepIsPaidFor) {
  script({{.body = claude_tool_call("describe_data", Json::object())}, says({"Done."})});
  start(tokens("100000"));
  const std::string id = create_session();
  const auto uploaded = fetch(port(), "POST", "/api/files/upload",
                              {{"Content-Type", upload_form_type}}, upload_form(id));
  ASSERT_EQ(uploaded->status, 200);
  EXPECT_EQ(say(id, "one").body["response"], "Done.");
  EXPECT_EQ(model_->requests().size(), 2U);
  const Books after = books();
  EXPECT_EQ(after.totals.used, 2 * claude_tokens);
  EXPECT_EQ(after.days.at(0).calls, 1);
}

TEST_F(BudgetTest, AToolLoopEndsWhenItsNextStepCannotBePaid) {
  script({{.body = claude_tool_call("describe_data", Json::object())}, says({"Done."})});
  start(tokens("13000"));  // enough for one step's bound and no second
  const std::string id = create_session();
  fetch(port(), "POST", "/api/files/upload", {{"Content-Type", upload_form_type}}, upload_form(id));
  const auto ended = say(id, "one");
  EXPECT_EQ(ended.status, 429) << ended.raw.body;
  EXPECT_EQ(ended.body["error"], "Token limit exceeded");
  EXPECT_EQ(model_->requests().size(), 1U);
  EXPECT_EQ(books().totals.used, claude_tokens) << "what was counted is charged";
}

TEST_F(BudgetTest, ATenantRefusesInItsOwnWords) {
  script({says({"Hello."})});
  start(calls("1"));
  change_tenant({{"plan", {{"limitText", "We are closed for today."}}}});
  const std::string id = create_session();
  say(id, "one");
  EXPECT_EQ(say(id, "two").body,
            (Json{{"error", "Token limit exceeded"}, {"message", "We are closed for today."}}));
}

TEST_F(BudgetTest, ADailyLimitSaysWhenToComeBack) {
  script({says({"Hello."})});
  start();
  change_tenant({{"plan", {{"limitPerDay", 1}}}});
  const std::string id = create_session();
  say(id, "one");
  const auto refused = say(id, "two");
  EXPECT_EQ(refused.status, 429);
  const int64_t seconds = std::stoll("0" + refused.raw.header("retry-after"));
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, 24 * 3600);
}

TEST_F(BudgetTest, ACheaperModelStandsInUpToItsOwnLimit) {
  script({says({"Hello."})});
  start(calls("1"));
  change_tenant(
      {{"plan", {{"atLimit", "cheaper_model"}, {"cheaperProvider", "demo"}, {"cheaperLimit", 2}}}});
  const std::string id = create_session();
  EXPECT_EQ(say(id, "one").body["provider"], "claude");
  for (int i = 0; i < 2; ++i) {
    const auto cheap = say(id, "hello");
    EXPECT_EQ(cheap.status, 200) << cheap.raw.body;
    EXPECT_EQ(cheap.body["provider"], "demo");
    EXPECT_EQ(cheap.body["tokensRemaining"], 0);
  }
  EXPECT_EQ(say(id, "four").status, 429);
  EXPECT_EQ(books().totals.used, 3);
}

TEST_F(BudgetTest, AtTheLimitAPersonIsWaitedFor) {
  script({says({"Hello."})});
  start(calls("1"));
  change_tenant({{"plan", {{"atLimit", "human"}, {"limitText", "Ada will answer you."}}}});
  const std::string id = create_session();
  EXPECT_FALSE(say(id, "one").body.contains("mode"));
  const auto events = stream(id, "two");
  EXPECT_EQ(text_of(events), "Ada will answer you.");
  EXPECT_EQ(data_of(events, "done")["mode"], "waiting");
  EXPECT_EQ(data_of(events, "done")["finish"], "stop");
  const auto later = say(id, "three", {{"Idempotency-Key", "k"}});
  EXPECT_EQ(later.status, 200);
  EXPECT_EQ(later.body["mode"], "waiting");
  EXPECT_EQ(later.body["response"], "");
  EXPECT_EQ(say(id, "three", {{"Idempotency-Key", "k"}}).body, later.body);
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 5U) << dump(messages);
  EXPECT_EQ(messages[3]["content"], "Ada will answer you.");
  EXPECT_EQ(messages[4]["content"], "three");
  EXPECT_EQ(model_->requests().size(), 1U);
  EXPECT_EQ(books().totals.used, 1);
}

TEST_F(BudgetTest, WithRoomAgainTheBotAnswersWhoWaited) {
  script({says({"Hello."})});
  start(calls("1"));
  change_tenant({{"plan", {{"atLimit", "human"}}}});
  const std::string id = create_session();
  say(id, "one");
  EXPECT_EQ(say(id, "two").body["mode"], "waiting");
  EXPECT_EQ(say(id, "three").body["mode"], "waiting");
  change_tenant({{"plan", {{"limit", 2}}}});
  const auto answered = say(id, "four");
  EXPECT_EQ(answered.body["response"], "Hello.");
  EXPECT_FALSE(answered.body.contains("mode"));
  EXPECT_THAT(dump(sent(1)["messages"]), HasSubstr("three")) << "the bot reads what was said";
  const auto waiting = say(id, "five");
  EXPECT_EQ(waiting.body["mode"], "waiting");
  EXPECT_THAT(waiting.body["response"].get<std::string>(), HasSubstr("A person will read it"))
      << "it is a new wait, so the visitor is told again";
  EXPECT_EQ(books().totals.used, 2);
}

TEST_F(BudgetTest, ANewDayEndsTheWaitForAPerson) {
  server_clock_ = &fake_clock_;
  script({says({"Hello."})});
  start();
  change_tenant({{"plan", {{"limitPerDay", 1}, {"atLimit", "human"}}}});
  const std::string id = create_session();
  say(id, "one");
  EXPECT_EQ(say(id, "two").body["mode"], "waiting");
  fake_clock_.advance_ms(15 * 60 * 1000);
  EXPECT_EQ(say(id, "three").body["mode"], "waiting") << "the same day";
  for (int i = 0; i < 48; ++i) {
    fake_clock_.advance_ms(15 * 60 * 1000);
    call("GET", "/api/sessions/" + id);  // the page is still open
  }
  EXPECT_EQ(say(id, "four").body["response"], "Hello.");
}

TEST_F(BudgetTest, OneTenantsSpendingLeavesAnothersBudgetAlone) {
  script({says({"Hello."})});
  start(calls("1"));
  add_tenant("Acme", "acme.example", {{"plan", {{"limit", 1}}}});
  const std::string id = create_session();
  say(id, "one");
  EXPECT_EQ(say(id, "two").status, 429);
  const Headers acme = {{"Host", "acme.example"}};
  const std::string other =
      call("POST", "/api/sessions/create", Json::object(), acme).body["sessionId"];
  EXPECT_EQ(say(other, "one", acme).status, 200);
  EXPECT_EQ(say(other, "two", acme).status, 429);
}

}  // namespace
}  // namespace parley
