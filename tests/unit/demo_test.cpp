#include "providers/demo/demo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "providers/demo/file_section.h"
#include "providers/demo/replies.h"
#include "tests/unit/provider_fakes.h"

namespace parley::providers::demo {
namespace {

using testing::HasSubstr;

const std::string file_part =
    "# Uploaded file\nName: orders.csv\nType: CSV\nSize: 12.34 KB\nRows: 1000\n"
    "Columns (3): city, amount, note\nTypes: city string, amount number, note string\n"
    "Sample:\n{\"amount\":12.5,\"city\":\"Berlin\",\"note\":\"a|b\\nc\"}\n"
    "{\"amount\":3,\"city\":\"Rome\",\"note\":null}\n";

Request asking(const std::string& question, bool has_file = false) {
  Request request;
  request.system = {"You are kind."};
  if (has_file) request.system.push_back(file_part);
  Turn turn;
  turn.text = question;
  request.turns = {turn};
  return request;
}

Request with_search_tool(Request request) {
  request.tools = {{"search_file", "Searches.", {{"type", "object"}}}};
  return request;
}

std::string text_for(const Request& request) {
  return make_reply(request).text;
}

TEST(DemoReplies, EveryAnswerSaysWhatItIs) {
  for (const char* question : {"", "Hello", "What is the capital of France?", "show me a table",
                               "what can you do", "columns?", "how do I embed this"}) {
    for (const bool has_file : {false, true}) {
      EXPECT_THAT(text_for(asking(question, has_file)), testing::StartsWith("**Demo mode"));
    }
  }
}

TEST(DemoReplies, SpeaksInTheNameOfTheBot) {
  Request request = asking("Who are you?");
  EXPECT_THAT(text_for(request), HasSubstr("I am Parley, a chat assistant"));
  request.system.push_back(
      "You are Ada of Acme, a helpful assistant embedded in a website. Answer.");
  EXPECT_THAT(text_for(request), HasSubstr("I am Ada of Acme, a chat assistant"));
}

TEST(DemoReplies, IsHonestAboutWhatItCannot) {
  EXPECT_THAT(text_for(asking("What is the capital of France?")),
              HasSubstr("cannot answer that without a model"));
  EXPECT_THAT(text_for(asking("What is the average amount?", true)), HasSubstr("need a model"));
}

TEST(DemoReplies, ShowsFormatting) {
  const std::string text = text_for(asking("Can you show me a table?"));
  EXPECT_THAT(text, HasSubstr("| :--- |"));
  EXPECT_THAT(text, HasSubstr("```html"));
  EXPECT_THAT(text, HasSubstr("1. Ask"));
}

TEST(DemoReplies, ReadsTheFileSection) {
  const auto file = find_file({"Rules", file_part});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name, "orders.csv");
  EXPECT_EQ(file->rows, "1000");
  EXPECT_EQ(file->columns, (std::vector<std::string>{"city", "amount", "note"}));
  EXPECT_EQ(file->sample.size(), 2U);
  EXPECT_FALSE(find_file({"Rules"}));
  EXPECT_EQ(find_file({"# Uploaded file\nKeys (2): a, b\nColumns (: x"})->keys, "a, b");
}

TEST(DemoReplies, AnswersQuestionsAboutTheFile) {
  EXPECT_THAT(text_for(asking("How many rows are there?", true)), HasSubstr("**1000** rows"));
  EXPECT_THAT(text_for(asking("Which columns does it have?", true)), HasSubstr("- `amount`"));
  EXPECT_THAT(text_for(asking("What is in amount?", true)), HasSubstr("Its type: number."));
  EXPECT_THAT(text_for(asking("Give me a preview", true)),
              HasSubstr("| Berlin | 12.5 | a\\|b c |"));
  EXPECT_THAT(text_for(asking("Describe my file", true)), HasSubstr("Size: 12.34 KB"));
  EXPECT_THAT(text_for(asking("What is in my file?")), HasSubstr("I see no file"));
}

TEST(DemoReplies, FindsWhatASearchIsFor) {
  const std::pair<const char*, const char*> table[] = {
      {"Find Berlin", "Berlin"},
      {"Which rows contain \"New York\"?", "New York"},
      {"search for late delivery in orders.csv", "late delivery"},
      {"Find all rows with Berlin in the file, please", "Berlin"},
      {"please look for “Café” in it", "Café"},
      {"Show rows containing Rome.", "Rome"},
      {"What is this?", ""},
      {"I am finding this hard", ""},
      {"Find", ""}};
  for (const auto& [question, term] : table) EXPECT_EQ(search_term(question), term) << question;
}

TEST(DemoReplies, UsesTheSearchTool) {
  const auto reply = make_reply(with_search_tool(asking("Find Berlin", true)));
  ASSERT_EQ(reply.calls.size(), 1U);
  EXPECT_EQ(reply.calls[0].name, "search_file");
  EXPECT_EQ(reply.calls[0].arguments, (Json{{"query", "Berlin"}}));
  EXPECT_TRUE(make_reply(asking("Find Berlin", true)).calls.empty()) << "there is no tool";
  EXPECT_TRUE(make_reply(with_search_tool(asking("Find Berlin"))).calls.empty()) << "no file";
}

TEST(DemoReplies, ReportsTheSearchResult) {
  auto request = with_search_tool(asking("Find Berlin", true));
  Turn calling;
  calling.role = Turn::Role::assistant;
  calling.tool_calls = make_reply(request).calls;
  Turn results;
  results.tool_results = {{calling.tool_calls[0].id, "", false}};
  request.turns.push_back(calling);
  request.turns.push_back(results);
  const auto report = [&](const std::string& content, bool is_error) {
    request.turns.back().tool_results[0].content = content;
    request.turns.back().tool_results[0].is_error = is_error;
    return text_for(request);
  };
  EXPECT_THAT(report(R"({"matches":[{"city":"Berlin"}],"totalMatches":17})", false),
              HasSubstr("17 matches. The first"));
  EXPECT_THAT(report(R"({"matches":[],"totalMatches":0})", false), HasSubstr("found nothing"));
  EXPECT_THAT(report(R"([{"city":"Berlin"}])", false), HasSubstr("1 match:"));
  EXPECT_THAT(report(R"([{"city":"Berlin"}])", false), HasSubstr("| Berlin |"));
  EXPECT_THAT(report("row 3: Berlin", false), HasSubstr("```\nrow 3: Berlin\n```"));
  EXPECT_THAT(report("[]", false), HasSubstr("found nothing"));
  EXPECT_THAT(report("no such file", true), HasSubstr("failed: no such file"));
  EXPECT_TRUE(make_reply(request).calls.empty()) << "it never searches twice";
}

class DemoTest : public testing::Test {
 protected:
  ManualClock clock_;
  CountingWaiter waiter_{clock_};
  Demo demo_{DemoOptions{}, waiter_};
};

TEST_F(DemoTest, StreamsWordByWordAndAlwaysTheSame) {
  std::string said;
  const auto on_part = [&](const Part& part) { said += std::get<TextDelta>(part).text; };
  const auto first = demo_.answer(asking("show me a table"), on_part, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, said);
  EXPECT_EQ(first->finish, Finish::stop);
  EXPECT_EQ(first->provider, "demo");
  EXPECT_TRUE(first->usage.known);
  EXPECT_EQ(static_cast<size_t>(first->usage.output), waiter_.waits.size() + 1);
  EXPECT_EQ(waiter_.waits.front(), 18);
  EXPECT_EQ(demo_.answer(asking("show me a table"), on_part, {})->text, first->text);
}

TEST_F(DemoTest, AStopEndsItWithWhatWasSaid) {
  // On the heap: GCC 12 takes a captured one on the stack for uninitialised.
  const auto source = std::make_unique<std::stop_source>();
  const auto on_part = [&](const Part&) { source->request_stop(); };
  const auto answer = demo_.answer(asking("Hello"), on_part, source->get_token());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->finish, Finish::cancelled);
  EXPECT_EQ(answer->text, "**Demo ");
  const auto none = demo_.answer(asking("Hello"), on_part, source->get_token());
  EXPECT_EQ(none.error().kind, Failure::Kind::cancelled);
}

TEST_F(DemoTest, KeepsTheOutputBound) {
  auto request = asking("Hello");
  request.output_tokens_max = 3;
  const auto answer = demo_.answer(request, [](const Part&) {}, {});
  EXPECT_EQ(answer.value().finish, Finish::length);
  EXPECT_EQ(answer->usage.output, 3);
}

TEST_F(DemoTest, AnnouncesItsToolCall) {
  std::vector<Part> parts;
  const auto answer = demo_.answer(with_search_tool(asking("Find Berlin", true)),
                                   [&](const Part& part) { parts.push_back(part); }, {});
  EXPECT_EQ(answer.value().finish, Finish::tool_calls);
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(std::get<ToolCallStarted>(parts[0]).id, answer->tool_calls[0].id);
}

}  // namespace
}  // namespace parley::providers::demo
