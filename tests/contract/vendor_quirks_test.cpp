// What is special to one protocol: thinking, reasoning items, and what imitators of OpenAI send.
#include "tests/contract/harness.h"

namespace parley::contract {
namespace {

using providers::Failure;
using providers::Finish;
using providers::Json;

class ClaudeQuirks : public ProviderContract {};
class ResponsesQuirks : public ProviderContract {};
class ChatQuirks : public ProviderContract {};

/// The request that follows `answer` in a tool loop.
providers::Request next_request(const providers::Answer& answer) {
  providers::Request request = simple_request();
  providers::Turn assistant;
  assistant.role = providers::Turn::Role::assistant;
  assistant.text = answer.text;
  assistant.tool_calls = answer.tool_calls;
  assistant.native = answer.native;
  assistant.native_owner = answer.native_owner;
  providers::Turn results;
  for (const auto& call : answer.tool_calls) results.tool_results.push_back({call.id, "[]", false});
  request.turns.push_back(assistant);
  request.turns.push_back(results);
  return request;
}

TEST_P(ClaudeQuirks, TheToolLoopEchoesThinkingUnchanged) {
  const Outcome first = ask_fixture("tool_calls");
  ASSERT_TRUE(first.result);
  EXPECT_EQ(first.result->native_owner, "claude/claude-haiku-5-5");
  ask_with({stream_reply(fixture(GetParam(), "text"))}, next_request(*first.result));
  const Json body = Json::parse(requests_.at(0).body);
  const Json& echo = body["messages"][1]["content"];
  ASSERT_EQ(echo.size(), 4U);
  EXPECT_EQ(echo[0], (Json{{"type", "thinking"}, {"thinking", ""}, {"signature", "c2ln"}}));
  EXPECT_EQ(echo[1], (Json{{"type", "text"}, {"text", "Let me look."}}));
  EXPECT_EQ(echo[2]["input"], (Json{{"query", "Berlin 🎉"}}));
  EXPECT_EQ(echo[2]["caller"], (Json{{"type", "direct"}}));
  EXPECT_EQ(echo[3]["input"], Json::object());
  EXPECT_EQ(body["messages"][2]["content"][0]["tool_use_id"], "toolu_01");
}

TEST_P(ClaudeQuirks, PartialUsageSurvivesAnError) {
  const Outcome outcome = ask_fixture("error_before_text");
  EXPECT_TRUE(outcome.result.error().usage.known);
  EXPECT_EQ(outcome.result.error().usage.input(), 100);
}

TEST_P(ClaudeQuirks, ASpendLimitIsNoCreditWhateverTheStatus) {
  for (const char* code : {"enforced_spend_limit_reached", "contract_spend_limit_reached"}) {
    const std::string body =
        std::string(R"({"type":"error","error":{"type":"rate_limit_error","message":"m",)") +
        R"("details":{"error_code":")" + code + "\"}}}";
    EXPECT_EQ(ask_with({error_reply(429, body)}).result.error().kind, Failure::Kind::no_credit);
  }
}

INSTANTIATE_TEST_SUITE_P(Providers, ClaudeQuirks, testing::Values(claude_vendor), vendor_name);

TEST_P(ResponsesQuirks, TheToolLoopEchoesReasoningItems) {
  const Outcome first = ask_fixture("tool_calls");
  ASSERT_TRUE(first.result);
  ask_with({stream_reply(fixture(GetParam(), "text"))}, next_request(*first.result));
  const Json input = Json::parse(requests_.at(0).body)["input"];
  ASSERT_EQ(input.size(), 7U);
  EXPECT_EQ(input[1]["encrypted_content"], "gAAA");
  EXPECT_EQ(input[3]["type"], "function_call");
  EXPECT_EQ(input[5],
            (Json{{"type", "function_call_output"}, {"call_id", "call_01"}, {"output", "[]"}}));
}

TEST_P(ResponsesQuirks, AFailedResponseIsAFailure) {
  const Outcome outcome = ask_fixture("failed");
  EXPECT_EQ(outcome.result.error().kind, Failure::Kind::overloaded);
  EXPECT_NE(outcome.result.error().detail.find("Boom"), std::string::npos);
}

TEST_P(ResponsesQuirks, TextWithoutDeltasIsTakenFromTheItem) {
  EXPECT_EQ(ask_fixture("no_deltas").result.value().text, "Hello");
}

TEST_P(ResponsesQuirks, AFilterIsARefusal) {
  EXPECT_EQ(ask_fixture("content_filter").result.value().finish, Finish::refusal);
}

INSTANTIATE_TEST_SUITE_P(Providers, ResponsesQuirks, testing::Values(responses_vendor),
                         vendor_name);

TEST_P(ChatQuirks, ToolCallsInEveryShapeComeOutTheSame) {
  for (const char* name :
       {"tools_without_index", "tools_without_id", "tools_bare", "tools_same_index",
        "tools_object_arguments", "tools_whole_finish_stop"}) {
    const Outcome outcome = ask_fixture(name, 3);
    ASSERT_TRUE(outcome.result) << name;
    EXPECT_EQ(outcome.result->finish, Finish::tool_calls) << name;
    ASSERT_EQ(outcome.result->tool_calls.size(), 2U) << name;
    EXPECT_EQ(outcome.result->tool_calls[0].arguments, (Json{{"query", "Berlin 🎉"}})) << name;
    EXPECT_EQ(outcome.result->tool_calls[1].arguments, Json::object()) << name;
    EXPECT_FALSE(outcome.result->tool_calls[0].id.empty()) << name;
    EXPECT_NE(outcome.result->tool_calls[0].id, outcome.result->tool_calls[1].id) << name;
  }
}

TEST_P(ChatQuirks, DoneMayBeMissing) {
  const Outcome outcome = ask_fixture("done_missing");
  EXPECT_EQ(outcome.result.value().finish, Finish::stop);
  EXPECT_EQ(outcome.result->usage.input(), 100);
}

TEST_P(ChatQuirks, DoneWithoutAFinishReasonIsTruncated) {
  EXPECT_EQ(ask_fixture("done_without_finish").result.value().finish, Finish::truncated);
}

TEST_P(ChatQuirks, UsageMayComeWithEveryChunk) {
  EXPECT_EQ(ask_fixture("usage_on_every_chunk").result.value().usage.output, 12);
}

TEST_P(ChatQuirks, ReasoningIsNotShownAndPartsAreText) {
  EXPECT_EQ(ask_fixture("reasoning_and_parts").result.value().text, "Hello");
}

TEST_P(ChatQuirks, ErrorsInsideTheStreamInEveryShape) {
  EXPECT_EQ(ask_fixture("error_flat").result.error().kind, Failure::Kind::overloaded);
  EXPECT_EQ(ask_fixture("error_string").result.error().kind, Failure::Kind::overloaded);
  EXPECT_EQ(ask_fixture("error_finish").result.value().finish, Finish::truncated);
  EXPECT_EQ(ask_fixture("content_filter").result.value().finish, Finish::refusal);
}

TEST_P(ChatQuirks, QuotaIsNoCreditAndNotARateLimit) {
  for (const char* code :
       {"insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded"}) {
    const std::string body = std::string(R"({"error":{"message":"m","type":")") + code + "\"}}";
    EXPECT_EQ(ask_with({error_reply(429, body)}).result.error().kind, Failure::Kind::no_credit);
  }
  const std::string body = R"({"error":{"message":"m","code":"context_length_exceeded"}})";
  EXPECT_EQ(ask_with({error_reply(400, body)}).result.error().kind,
            Failure::Kind::context_too_long);
  const std::string credits = R"({"error":{"message":"m","code":402}})";
  fakes::FakeReply late = error_reply(200, credits, {{"Content-Type", "application/json"}});
  EXPECT_EQ(ask_with({late}).result.error().kind, Failure::Kind::no_credit);
}

INSTANTIATE_TEST_SUITE_P(Providers, ChatQuirks, testing::Values(chat_vendor), vendor_name);

}  // namespace
}  // namespace parley::contract
