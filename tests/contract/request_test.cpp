// What every provider sends, byte for byte where it matters.
#include "tests/contract/harness.h"

namespace parley::contract {
namespace {

using providers::Json;
using providers::Turn;

Turn user_turn(const std::string& text) {
  Turn turn;
  turn.text = text;
  return turn;
}

Turn assistant_turn(const std::string& text) {
  Turn turn;
  turn.role = Turn::Role::assistant;
  turn.text = text;
  return turn;
}

/// A history with a tool loop made by another vendor.
providers::Request full_request() {
  providers::Request request;
  request.model = "some-model";
  request.system = {"Rules.", "", "Facts."};
  request.cache_key = "conversation-1";
  request.output_tokens_max = 700;
  request.tools = {{"search_file", "Searches.", {{"type", "object"}}}};
  Turn calling = assistant_turn("");
  calling.tool_calls = {{"functions.search:0", "search_file", {{"query", "x"}}, ""}};
  calling.native = Json::array({{{"type", "thinking"}}});
  calling.native_owner = "elsewhere/other-model";
  Turn results;
  results.tool_results = {{"functions.search:0", "no rows", true}};
  request.turns = {user_turn("One"), assistant_turn("Two"), user_turn("Three"), calling, results};
  return request;
}

class RequestContract : public ProviderContract {
 protected:
  Json sent_body(const providers::Request& request) {
    ask_with({stream_reply(fixture(GetParam(), "text"))}, request);
    EXPECT_EQ(requests_.size(), 1U);
    return Json::parse(requests_.at(0).body);
  }
};

TEST_P(RequestContract, GoesToTheRightPlaceWithTheRightHeaders) {
  const Json body = sent_body(simple_request());
  const fakes::FakeRequest& sent = requests_.at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.path, GetParam().path);
  EXPECT_EQ(sent.headers.at("content-type"), "application/json");
  if (GetParam().folder == "claude") {
    EXPECT_EQ(sent.headers.at("x-api-key"), api_key);
    EXPECT_EQ(sent.headers.at("anthropic-version"), "2026-10-21");
    EXPECT_EQ(sent.headers.count("authorization"), 0U);
  } else {
    EXPECT_EQ(sent.headers.at("authorization"), "Bearer " + std::string(api_key));
  }
  EXPECT_EQ(body["stream"], true);
  for (const char* never : {"temperature", "top_p", "top_k", "tool_choice", "thinking", "tools"}) {
    EXPECT_FALSE(body.contains(never)) << never;
  }
}

TEST_P(RequestContract, TheSameRequestIsTheSameBytes) {
  sent_body(full_request());
  const std::string first = requests_.at(0).body;
  sent_body(full_request());
  EXPECT_EQ(requests_.at(0).body, first);
}

TEST_P(RequestContract, NeverAsksForMoreThanTheCapAllows) {
  const std::map<std::string, const char*> names = {{"claude", "max_tokens"},
                                                    {"responses", "max_output_tokens"},
                                                    {"chat", "max_completion_tokens"}};
  const char* name = names.at(GetParam().folder);
  auto request = full_request();  // wants 700, and some endpoints add 8,000 for reasoning
  for (const int64_t cap : {int64_t{64}, int64_t{699}, int64_t{700}}) {
    request.output_tokens_cap = cap;
    EXPECT_EQ(sent_body(request)[name], cap);
  }
  request.output_tokens_cap = 1'000'000;
  const Json roomy = sent_body(request)[name];
  request.output_tokens_cap = 0;
  EXPECT_EQ(sent_body(request)[name], roomy) << "a cap is no target";
}

TEST_P(RequestContract, ASeedIsSentWhereTheProtocolHasOne) {
  auto request = full_request();
  EXPECT_FALSE(sent_body(request).contains("seed"));
  request.seed = 12345;
  const Json body = sent_body(request);
  EXPECT_EQ(body.value("seed", Json()), GetParam().folder == "chat" ? Json(12345) : Json());
}

INSTANTIATE_TEST_SUITE_P(Providers, RequestContract,
                         testing::Values(claude_vendor, responses_vendor, chat_vendor),
                         vendor_name);

class ClaudeRequest : public RequestContract {};
INSTANTIATE_TEST_SUITE_P(Providers, ClaudeRequest, testing::Values(claude_vendor), vendor_name);

TEST_P(ClaudeRequest, IsWhatTheMessagesApiTakes) {
  const Json expected = Json::parse(R"({
    "model": "some-model", "max_tokens": 8700, "stream": true,
    "system": [{"type": "text", "text": "Rules."},
               {"type": "text", "text": "Facts.", "cache_control": {"type": "ephemeral"}}],
    "tools": [{"name": "search_file", "description": "Searches.",
               "input_schema": {"type": "object"}}],
    "messages": [
      {"role": "user", "content": [{"type": "text", "text": "One"}]},
      {"role": "assistant", "content": [{"type": "text", "text": "Two"}]},
      {"role": "user", "content": [{"type": "text", "text": "Three"}]},
      {"role": "assistant", "content": [
        {"type": "tool_use", "id": "functions_search_0", "name": "search_file",
         "input": {"query": "x"}}]},
      {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "functions_search_0", "content": "no rows",
         "is_error": true, "cache_control": {"type": "ephemeral"}}]}]})");
  EXPECT_EQ(sent_body(full_request()), expected);
}

TEST_P(ClaudeRequest, AHistoryCutAtAnAnswerBeginsWithTheUser) {
  auto request = simple_request();
  request.turns.insert(request.turns.begin(), assistant_turn("Torso"));
  const Json body = sent_body(request);
  ASSERT_EQ(body["messages"].size(), 1U);
  EXPECT_EQ(body["messages"][0]["role"], "user");
}

class ResponsesRequest : public RequestContract {};
INSTANTIATE_TEST_SUITE_P(Providers, ResponsesRequest, testing::Values(responses_vendor),
                         vendor_name);

TEST_P(ResponsesRequest, IsWhatTheResponsesApiTakes) {
  const Json expected = Json::parse(R"({
    "model": "some-model", "max_output_tokens": 8700, "stream": true, "store": false,
    "include": ["reasoning.encrypted_content"], "prompt_cache_key": "conversation-1",
    "instructions": "Rules.\n\nFacts.",
    "tools": [{"type": "function", "name": "search_file", "description": "Searches.",
               "parameters": {"type": "object"}, "strict": false}],
    "input": [
      {"role": "user", "content": "One"},
      {"role": "assistant", "content": "Two"},
      {"role": "user", "content": "Three"},
      {"type": "function_call", "call_id": "functions.search:0", "name": "search_file",
       "arguments": "{\"query\":\"x\"}"},
      {"type": "function_call_output", "call_id": "functions.search:0",
       "output": "Error: no rows"}]})");
  EXPECT_EQ(sent_body(full_request()), expected);
}

class ChatRequest : public RequestContract {};
INSTANTIATE_TEST_SUITE_P(Providers, ChatRequest, testing::Values(chat_vendor), vendor_name);

TEST_P(ChatRequest, IsWhatCompatibleServersTake) {
  const Json expected = Json::parse(R"({
    "model": "some-model", "max_completion_tokens": 700, "stream": true,
    "stream_options": {"include_usage": true},
    "tools": [{"type": "function", "function": {"name": "search_file",
               "description": "Searches.", "parameters": {"type": "object"}}}],
    "messages": [
      {"role": "system", "content": "Rules.\n\nFacts."},
      {"role": "user", "content": "One"},
      {"role": "assistant", "content": "Two"},
      {"role": "user", "content": "Three"},
      {"role": "assistant", "content": null, "tool_calls": [
        {"id": "functions.search:0", "type": "function",
         "function": {"name": "search_file", "arguments": "{\"query\":\"x\"}"}}]},
      {"role": "tool", "tool_call_id": "functions.search:0",
       "content": "Error: no rows"}]})");
  EXPECT_EQ(sent_body(full_request()), expected);
}

}  // namespace
}  // namespace parley::contract
