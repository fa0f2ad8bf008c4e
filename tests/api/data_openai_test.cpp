// The tool loop over OpenAI's two protocols: the same question, the same receipt.
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

constexpr const char* totals_query =
    "SELECT region, sum(total) AS total FROM orders GROUP BY region";

std::string sse(const Json& data) {
  const std::string name = data.value("type", "");
  return (name.empty() ? "" : "event: " + name + "\n") + "data: " + dump(data) + "\n\n";
}

std::string chat_chunk(const Json& delta, const Json& finish) {
  return sse({{"id", "chatcmpl-1"},
              {"object", "chat.completion.chunk"},
              {"model", "gpt-test"},
              {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}}});
}

std::string chat_call() {
  const Json call = {
      {"index", 0},
      {"id", "call_1"},
      {"type", "function"},
      {"function", {{"name", "query_data"}, {"arguments", dump({{"sql", totals_query}})}}}};
  return chat_chunk({{"role", "assistant"}, {"tool_calls", {call}}}, nullptr) +
         chat_chunk(Json::object(), "tool_calls") + "data: [DONE]\n\n";
}

std::string chat_text() {
  return chat_chunk({{"content", "Done."}}, nullptr) + chat_chunk(Json::object(), "stop") +
         "data: [DONE]\n\n";
}

std::string responses_stream(const Json& item, const std::string& delta) {
  const Json response = {{"id", "resp_1"}, {"object", "response"}, {"model", "gpt-test"}};
  Json created = response;
  created["status"] = "in_progress";
  Json completed = response;
  completed["status"] = "completed";
  completed["output"] = {item};
  completed["usage"] = {{"input_tokens", 10}, {"output_tokens", 2}, {"total_tokens", 12}};
  return sse({{"type", "response.created"}, {"response", created}}) +
         sse({{"type", "response.output_item.added"}, {"output_index", 0}, {"item", item}}) +
         delta + sse({{"type", "response.output_item.done"}, {"output_index", 0}, {"item", item}}) +
         sse({{"type", "response.completed"}, {"response", completed}});
}

std::string responses_call() {
  return responses_stream({{"id", "fc_1"},
                           {"type", "function_call"},
                           {"call_id", "call_1"},
                           {"name", "query_data"},
                           {"arguments", dump({{"sql", totals_query}})},
                           {"status", "completed"}},
                          "");
}

std::string responses_text() {
  const Json part = {{"type", "output_text"}, {"text", "Done."}, {"annotations", Json::array()}};
  return responses_stream({{"id", "msg_1"},
                           {"type", "message"},
                           {"role", "assistant"},
                           {"status", "completed"},
                           {"content", {part}}},
                          sse({{"type", "response.output_text.delta"},
                               {"item_id", "msg_1"},
                               {"output_index", 0},
                               {"content_index", 0},
                               {"delta", "Done."}}));
}

struct Protocol {
  std::string name;
  std::string path;
  std::string call;
  std::string text;
  std::string turns;  ///< where a request has what was said
  std::string result_type;
};

class OpenAiDataTest : public AppFixture, public ::testing::WithParamInterface<Protocol> {};

TEST_P(OpenAiDataTest, AsksTheDataAndReadsTheResult) {
  const Protocol& protocol = GetParam();
  script({{.body = protocol.call}, {.body = protocol.text}});
  start({{"ANTHROPIC_API_KEY", ""},
         {"OPENAI_API_KEY", "test-key"},
         {"OPENAI_BASE_URL", model_->url() + "/v1"},
         {"OPENAI_PROTOCOL", protocol.name},
         {"AI_PROVIDER", "openai"}});
  const std::string id = create_session();
  const auto uploaded =
      fetch(port(), "POST", "/api/files/upload", {{"Content-Type", upload_form_type}},
            upload_form(id, "region,total\nNorth,10.5\nSouth,20\nNorth,7\n", "orders.csv"));
  ASSERT_TRUE(uploaded && uploaded->status == 200);
  const auto events = stream(id, "Total by region?");
  EXPECT_EQ(text_of(events), "Done.");
  const Json rows = Json::parse(R"([["North",17.5],["South",20]])");
  EXPECT_EQ(data_of(events, "receipt")["rows"], rows);

  const auto requests = model_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].path, protocol.path);
  const Json result = Json::parse(requests[1].body)[protocol.turns].back();
  const bool is_chat = protocol.name == "chat";
  EXPECT_EQ(result[is_chat ? "role" : "type"], protocol.result_type);
  EXPECT_EQ(result[is_chat ? "tool_call_id" : "call_id"], "call_1");
  const std::string text = result[is_chat ? "content" : "output"];
  EXPECT_EQ(Json::parse(text)["rows"], rows);
}

INSTANTIATE_TEST_SUITE_P(Protocols, OpenAiDataTest,
                         ::testing::Values(Protocol{"chat", "/v1/chat/completions", chat_call(),
                                                    chat_text(), "messages", "tool"},
                                           Protocol{"responses", "/v1/responses", responses_call(),
                                                    responses_text(), "input",
                                                    "function_call_output"}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace parley
