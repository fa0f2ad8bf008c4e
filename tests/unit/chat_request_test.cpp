// What a turn sends, and the most that it can count.
#include "chat/request.h"

#include <gtest/gtest.h>

#include "chat/tools.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley::chat {
namespace {

std::unique_ptr<LiveTurn> turn_of(const Json& config, const std::string& message) {
  SendMessage sent;
  sent.conversation_id = "c1";
  auto turn = std::make_unique<LiveTurn>(ScopeForTests::visitor(), sent, "");
  auto tenant = std::make_shared<tenants::Tenant>();
  tenant->settings.system_parameter = "Sell boats.";
  turn->facts.tenant = std::move(tenant);
  turn->facts.config = config;
  turn->facts.visitor.content = message;
  turn->facts.model = "some-model";
  return turn;
}

int64_t bytes_of(const providers::Request& request) {
  int64_t bytes = 0;
  for (const auto& part : request.system) bytes += std::ssize(part);
  for (const auto& turn : request.turns) bytes += std::ssize(turn.text);
  return bytes;
}

TEST(ChatRequest, TheTenantsInstructionsAndTheConfigsWishesAreInIt) {
  const auto turn = turn_of({{"seed", 7}, {"maxTokens", 50}}, "Hello");
  const auto request = make_request(*turn, {});
  EXPECT_EQ(request.model, "some-model");
  EXPECT_EQ(request.seed, 7);
  EXPECT_EQ(request.output_tokens_max, 50);
  EXPECT_EQ(request.cache_key, "c1");
  EXPECT_EQ(request.system.front(), "Sell boats.");
  EXPECT_EQ(request.turns.back().text, "Hello");
  EXPECT_TRUE(request.tools.empty());
}

TEST(ChatRequest, NoTokenIsSmallerThanAByte) {
  for (const char* message : {"a", "\xC3\xA9\xC3\xA9", "\xF0\x9F\x98\x80", "1 2 3"}) {
    const auto request = make_request(*turn_of(Json::object(), message), {});
    EXPECT_GT(input_tokens_max(request), bytes_of(request)) << message;
  }
}

TEST(ChatRequest, EverythingThatIsSentCounts) {
  auto request = make_request(*turn_of(Json::object(), "Hello"), {});
  const auto grows_by = [&](int64_t bytes, auto change) {
    const int64_t before = input_tokens_max(request);
    change();
    EXPECT_GE(input_tokens_max(request), before + bytes);
  };
  grows_by(100, [&] { request.system.emplace_back(100, 's'); });
  grows_by(100, [&] { request.turns.emplace_back().text = std::string(100, 't'); });
  grows_by(200, [&] {
    auto& calls = request.turns.emplace_back().tool_calls;
    calls.push_back({std::string(50, 'i'), std::string(50, 'n'), std::string(100, 'a'), ""});
  });
  grows_by(150, [&] {
    auto& results = request.turns.emplace_back().tool_results;
    results.push_back({std::string(50, 'i'), std::string(100, 'r'), false});
  });
  grows_by(100, [&] { request.turns.emplace_back().native = std::string(100, 'n'); });
  int64_t definitions = 0;
  for (const auto& tool : Tools::definitions()) {
    definitions += std::ssize(tool.description) + std::ssize(dump(tool.input_schema));
  }
  grows_by(definitions, [&] { request.tools = Tools::definitions(); });
}

}  // namespace
}  // namespace parley::chat
