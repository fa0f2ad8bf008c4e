// POST /api/chat/message as JSON, and the history routes: success and every documented error.
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using fakes::FakeReply;
using ::testing::HasSubstr;

class ChatTest : public AppFixture {};

FakeReply fails(int status, const std::string& type) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = dump({{"type", "error"}, {"error", {{"type", type}, {"message", "internal"}}}})};
}

TEST_F(ChatTest, AnswersAsDocumented) {
  script({says({"Hello ", "there."})});
  start();
  const std::string id = create_session();
  const auto answer = say(id, "Hi");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.body["response"], "Hello there.");
  EXPECT_EQ(answer.body["sessionId"], id);
  EXPECT_EQ(answer.body["messageCount"], 2);
  EXPECT_EQ(answer.body["provider"], "claude");
  EXPECT_EQ(answer.body["model"], "claude-test");
  EXPECT_THAT(answer.body["timestamp"].get<std::string>(), HasSubstr("+00:00"));

  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["role"], "user");
  EXPECT_EQ(messages[0]["content"], "Hi");
  EXPECT_TRUE(messages[0]["timestamp"].is_number_integer());
  EXPECT_EQ(messages[1]["role"], "assistant");
  EXPECT_EQ(messages[1]["seq"], 2);
}

TEST_F(ChatTest, SendsHistoryAndSystemAsTurns) {
  script({says({"one"}), says({"two"})});
  start();
  const std::string id = create_session({{"customInstructions", "Be brief."}});
  say(id, "first");
  say(id, "second");
  const auto requests = model_->requests();
  ASSERT_EQ(requests.size(), 2U);
  const Json body = Json::parse(requests[1].body);
  ASSERT_EQ(body["messages"].size(), 3U);
  EXPECT_EQ(body["messages"][0]["role"], "user");
  EXPECT_EQ(body["messages"][1]["role"], "assistant");
  EXPECT_THAT(dump(body["messages"][2]), HasSubstr("second"));
  EXPECT_THAT(dump(body["system"]), HasSubstr("Be brief."));
  EXPECT_THAT(dump(body["system"]), HasSubstr("cache_control"));
}

TEST_F(ChatTest, MissingFieldsAreRefused) {
  start();
  const std::string id = create_session();
  const std::string expected = "Missing required fields: sessionId and message";
  for (const Json& body :
       {Json::object(), Json{{"sessionId", id}}, Json{{"message", "x"}},
        Json{{"sessionId", id}, {"message", ""}}, Json{{"sessionId", id}, {"message", "  \n"}},
        Json{{"sessionId", id}, {"message", 5}}, Json{{"sessionId", 5}, {"message", "x"}},
        Json{{"sessionId", nullptr}, {"message", nullptr}}}) {
    const auto answer = call("POST", "/api/chat/message", body);
    EXPECT_EQ(answer.status, 400) << dump(body);
    EXPECT_EQ(answer.body, (Json{{"error", expected}})) << dump(body);
  }
}

TEST_F(ChatTest, UnknownAndMalformedSessionsAreNotFound) {
  start();
  for (const char* id : {"00000000-0000-4000-8000-000000000000", "x", "../../etc",
                         "00000000-0000-4000-8000-00000000000G"}) {
    const auto answer = say(id, "Hi");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body["error"], "Session not found. Please create a new session.");
  }
}

TEST_F(ChatTest, MalformedBodiesAreRefusedInTheFrameworksFamily) {
  start();
  const auto post = [&](const std::string& type, const std::string& body) {
    return fetch(port(), "POST", "/api/chat/message", {{"Content-Type", type}}, body);
  };
  EXPECT_EQ(post("application/json", "{")->status, 400);
  EXPECT_THAT(post("application/json", "{")->body, HasSubstr("\"detail\":\"JSON parse error - "));
  EXPECT_EQ(post("application/json", "[1]")->status, 400);
  EXPECT_EQ(post("application/json", "{\"a\":\"\xff\"}")->status, 400);
  EXPECT_EQ(post("application/json", std::string(100'000, '['))->status, 400);
  EXPECT_EQ(post("text/plain", "x")->status, 415);
  EXPECT_EQ(post("application/json", std::string(1024 * 1024 + 1, ' '))->status, 413);
}

TEST_F(ChatTest, ConfigIsMergedAndKept) {
  script({says({"ok"})});
  start();
  const std::string id = create_session({{"botName", "Ada"}});
  const auto answer = call("POST", "/api/chat/message",
                           {{"sessionId", id}, {"message", "x"}, {"config", {{"mine", 1}}}});
  EXPECT_EQ(answer.status, 200);
  const Json config = call("GET", "/api/sessions/" + id).body["config"];
  EXPECT_EQ(config["mine"], 1);
  EXPECT_EQ(config["botName"], "Ada");
  const auto bad =
      call("POST", "/api/chat/message", {{"sessionId", id}, {"message", "x"}, {"config", {1, 2}}});
  EXPECT_EQ(bad.status, 400);
}

TEST_F(ChatTest, UnavailableProviderGivesTheDocumentedText) {
  start();
  const std::string id = create_session({{"aiProvider", "openai"}});
  const auto answer = say(id, "Hi");
  EXPECT_EQ(answer.status, 400);
  const std::string expected =
      "AI provider 'openai' is not available. Check your API keys. Available providers: ['demo']";
  EXPECT_EQ(answer.body, (Json{{"error", expected}, {"details", expected}}));
  EXPECT_EQ(history(id).size(), 0U);
}

TEST_F(ChatTest, ProviderIsSwitchedAtRunTime) {
  script({says({"from claude"})});
  start();
  const std::string id = create_session();
  EXPECT_EQ(say(id, "Hi").body["provider"], "claude");
  call("PUT", "/api/sessions/" + id + "/config", {{"config", {{"aiProvider", "demo"}}}});
  EXPECT_EQ(say(id, "Hi").body["provider"], "demo");
  call("PUT", "/api/sessions/" + id + "/config",
       {{"config", {{"aiProvider", "claude"}, {"model", "other-model"}}}});
  say(id, "Hi");
  EXPECT_EQ(Json::parse(model_->requests().back().body)["model"], "other-model");
  call("PUT", "/api/sessions/" + id + "/config", {{"config", {{"model", ""}}}});
  EXPECT_EQ(say(id, "Hi").body["model"], "claude-test") << "empty: the provider's default";
}

struct FailureCase {
  int upstream;
  const char* type;
  int status;
  const char* error;
};

TEST_F(ChatTest, ProviderFailuresAreKindAndLeaveTheHistoryUnchanged) {
  for (const FailureCase& c :
       {FailureCase{401, "authentication_error", 401, "API authentication failed"},
        {429, "rate_limit_error", 429, "Rate limit exceeded"},
        {400, "invalid_request_error", 500, "Failed to process message"},
        {529, "overloaded_error", 500, "Failed to process message"}}) {
    script({fails(c.upstream, c.type)});
    start({{"PROVIDER_RETRIES_MAX", "0"}});
    const std::string id = create_session();
    const auto answer = say(id, "Hi");
    EXPECT_EQ(answer.status, c.status) << c.type << answer.raw.body;
    EXPECT_EQ(answer.body["error"], c.error);
    EXPECT_TRUE(answer.body["details"].is_string());
    EXPECT_THAT(answer.raw.body, ::testing::Not(HasSubstr("internal"))) << "no vendor texts";
    EXPECT_THAT(answer.raw.body, ::testing::Not(HasSubstr("test-key")));
    EXPECT_EQ(history(id).size(), 0U);
    stop();
  }
}

TEST_F(ChatTest, SequenceHasNoGapAfterAFailure) {
  script({fails(400, "invalid_request_error"), says({"ok"})});
  start();
  const std::string id = create_session();
  EXPECT_EQ(say(id, "fails").status, 500);
  EXPECT_EQ(say(id, "works").status, 200);
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["seq"], 1);
  EXPECT_EQ(messages[1]["seq"], 2);
}

TEST_F(ChatTest, WhatWasRefusedIsNotSentAgain) {
  script({says({"one"}), {.body = claude_stream({"The torso of a"}, "refusal")}, says({"three"})});
  start();
  const std::string id = create_session();
  say(id, "first");
  EXPECT_EQ(say(id, "second").body["finish"], "refusal");
  EXPECT_EQ(say(id, "third").status, 200);
  const std::string sent = dump(Json::parse(model_->requests().at(2).body)["messages"]);
  for (const char* kept : {"first", "one", "third"}) EXPECT_THAT(sent, HasSubstr(kept));
  for (const char* gone : {"second", "torso"}) EXPECT_THAT(sent, ::testing::Not(HasSubstr(gone)));
  EXPECT_EQ(history(id).size(), 6U) << "the visitor sees all that was said";
}

TEST_F(ChatTest, AConversationIsFullAndItsHistoryBounded) {
  script({says({"ok"})});
  start({{"MESSAGE_CHARACTERS_MAX", "1000000"}});
  const std::string id = create_session();
  const std::string million(1'000'000, 'm');
  for (int i = 0; i < 16; ++i) ASSERT_EQ(say(id, million).status, 200) << i;
  const auto refused = say(id, million);
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.body, (Json{{"error", "This conversation is full. Start a new one."}}));
  const auto streamed = say(id, million, {{"Accept", "text/event-stream"}});
  EXPECT_EQ(streamed.status, 413);
  EXPECT_EQ(streamed.body, refused.body);

  const Json shown = call("GET", "/api/chat/history/" + id).body;
  ASSERT_EQ(shown["messages"].size(), 9U) << "4 MiB of texts";
  EXPECT_EQ(shown["messageCount"], 9);
  EXPECT_EQ(shown["messages"].back()["seq"], 32) << "the newest";
  EXPECT_EQ(call("GET", "/api/sessions/" + id).body["messages"], shown["messages"]);

  EXPECT_EQ(call("DELETE", "/api/chat/history/" + id).body["messagesCleared"], 32);
  EXPECT_EQ(say(id, million).status, 200);
}

TEST_F(ChatTest, ConcurrentSendsKeepOrderAndPairs) {
  script([](const fakes::FakeRequest& request) {
    const Json body = Json::parse(request.body);
    const Json& last = body["messages"].back()["content"];
    const Json& text = last.is_string() ? last : last[0]["text"];
    const std::string asked = text.get<std::string>();
    return FakeReply{.body = claude_stream({"answer to " + asked}), .piece_bytes = 50};
  });
  start();
  const std::string id = create_session();
  constexpr int senders = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < senders; ++i) {
    threads.emplace_back([&, i] { EXPECT_EQ(say(id, "q" + std::to_string(i)).status, 200); });
  }
  for (auto& thread : threads) thread.join();
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U * senders);
  for (size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(messages[i]["seq"], i + 1);
    if (i % 2 == 1) {
      EXPECT_EQ(messages[i]["content"],
                "answer to " + messages[i - 1]["content"].get<std::string>());
    }
  }
}

TEST_F(ChatTest, TooManyWaitingMessagesAreRefused) {
  script({FakeReply{.silent = true}});
  start({{"WAITING_MESSAGES_MAX", "1"}});
  const std::string id = create_session();
  const auto first = open_stream(id, "runs");
  const auto second = open_stream(id, "waits");
  const auto third = say(id, "one too many");
  EXPECT_EQ(third.status, 429);
  EXPECT_TRUE(third.body["error"].is_string());
}

TEST_F(ChatTest, ClearsHistory) {
  script({says({"ok"}), says({"ok"})});
  start();
  const std::string id = create_session();
  say(id, "Hi");
  const auto cleared = call("DELETE", "/api/chat/history/" + id);
  EXPECT_EQ(cleared.status, 200);
  EXPECT_EQ(cleared.body["status"], "cleared");
  EXPECT_EQ(cleared.body["sessionId"], id);
  EXPECT_EQ(cleared.body["messagesCleared"], 2);
  EXPECT_TRUE(cleared.body["timestamp"].is_string());
  const auto after = call("GET", "/api/chat/history/" + id);
  EXPECT_EQ(after.body["messages"], Json::array());
  EXPECT_EQ(after.body["messageCount"], 0);
  EXPECT_EQ(say(id, "Hi again").body["messageCount"], 2);
}

TEST_F(ChatTest, HistoryOfUnknownSessionIsNotFound) {
  start();
  const std::string path = "/api/chat/history/00000000-0000-4000-8000-000000000000";
  for (const char* method : {"GET", "DELETE"}) {
    const auto answer = call(method, path);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, (Json{{"error", "Session not found"}}));
  }
  EXPECT_EQ(call("GET", "/api/chat/history/NOT-A-UUID").status, 404);
  EXPECT_EQ(call("GET", path + "/").status, 404) << "no trailing slash";
  const auto wrong = call("PATCH", path);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body["detail"], "Method \"PATCH\" not allowed.");
}

TEST_F(ChatTest, ToolStepsReachTheFileAndTheStream) {
  script({{.body = claude_tool_call("search_file", {{"query", "berlin"}})}, says({"Two rows."})});
  start();
  const std::string id = create_session();
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"sessionId\"\r\n\r\n" + id +
      "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"o.csv\"\r\n"
      "Content-Type: text/csv\r\n\r\ncity,n\nBerlin,1\nParis,2\nBerlin,3\n\r\n--b--\r\n";
  const auto uploaded = fetch(port(), "POST", "/api/files/upload",
                              {{"Content-Type", "multipart/form-data; boundary=b"}}, body);
  ASSERT_EQ(uploaded->status, 200) << uploaded->body;
  const auto events = stream(id, "Where is Berlin?");
  EXPECT_EQ(text_of(events), "Two rows.");
  EXPECT_EQ(data_of(events, "tool")["name"], "search_file");
  const Json sent = Json::parse(model_->requests().back().body);
  EXPECT_THAT(dump(sent["system"]), HasSubstr("# Uploaded file"));
  EXPECT_THAT(dump(sent["messages"].back()), HasSubstr(R"(totalMatches\":2)"))
      << dump(sent["messages"].back());
}

}  // namespace
}  // namespace parley
