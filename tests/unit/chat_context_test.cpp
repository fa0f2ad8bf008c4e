#include "chat/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "chat/json_data.h"

namespace parley::chat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ContextInput input_with(std::string message) {
  ContextInput input;
  input.bot_name = "Ada";
  input.config = Json::object();
  input.message = std::move(message);
  return input;
}

std::string system_of(const Context& context) {
  std::string all;
  for (const std::string& part : context.system) all += part + "\n";
  return all;
}

int64_t total_of(const Context& context) {
  int64_t total = 0;
  for (const std::string& part : context.system) total += estimate_tokens(part);
  for (size_t i = 0; i + 1 < context.turns.size(); ++i) {
    const bool is_user = context.turns[i].role == providers::Turn::Role::user;
    total += estimate_tokens((is_user ? "user: " : "assistant: ") + context.turns[i].text);
  }
  return total + estimate_tokens(context.turns.back().text);
}

TEST(EstimateTokens, RoundsUpQuartersOfCharacters) {
  EXPECT_EQ(estimate_tokens(""), 0);
  EXPECT_EQ(estimate_tokens("a"), 1);
  EXPECT_EQ(estimate_tokens("abcd"), 1);
  EXPECT_EQ(estimate_tokens("abcde"), 2);
  EXPECT_EQ(estimate_tokens("äöüß"), 1) << "characters, not bytes";
}

TEST(Keep, CutsToTheTokenWithTheMarkerInside) {
  EXPECT_EQ(keep_beginning("abcdefgh", 2), "abcdefgh");
  EXPECT_EQ(keep_beginning("abcdefghi", 2), "abcde...");
  EXPECT_EQ(keep_end("abcdefghi", 2), "...efghi");
  EXPECT_EQ(keep_beginning("ääääääääx", 2), "äääää...");
  EXPECT_EQ(keep_end("xääääääää", 2), "...äääää");
  EXPECT_EQ(keep_beginning("abcdefghi", 0), "");
  EXPECT_EQ(keep_end("abcdefghi", -1), "");
}

TEST(Context, PutsTheMostStablePartFirst) {
  auto input = input_with("How many?");
  input.config = {{"customInstructions", "Be brief."},
                  {"pageData", {{"url", "https://a.example/x"}, {"title", "Shop"}}},
                  {"jsonData", {{"orders", {{{"id", 1}, {"total", 5}}}}}}};
  input.file_section = "# Uploaded file\nName: a.csv";
  const Context context = build_context(input, {});
  ASSERT_EQ(context.system.size(), 6U);
  EXPECT_THAT(context.system[0], StartsWith("You are Ada"));
  EXPECT_THAT(context.system[1], HasSubstr("Be brief."));
  EXPECT_THAT(context.system[2], StartsWith("# Instructions for the visitor's files"));
  EXPECT_THAT(context.system[3], StartsWith("# Uploaded file"));
  EXPECT_THAT(context.system[4], StartsWith("# CSV data for orders (1 records)\nid,total\n1,5\n"));
  EXPECT_THAT(context.system[5], HasSubstr("URL: https://a.example/x\nTitle: Shop\n"
                                           "Hostname: Not provided\nLanguage: Not provided"));
  ASSERT_EQ(context.turns.size(), 1U);
  EXPECT_EQ(context.turns[0].text, "How many?");
  EXPECT_EQ(context.tokens, total_of(context));
}

TEST(Context, TheTenantsInstructionsComeFirstAndWhole) {
  auto input = input_with(std::string(12'000, 'q'));
  const std::string instructions = "You sell boats. " + std::string(19'000, 'i');
  input.system_parameter = "\n" + instructions + "\n";
  input.config = {{"customInstructions", "Be brief."}};
  const Context context = build_context(input, {});
  ASSERT_EQ(context.system.size(), 3U);
  EXPECT_EQ(context.system[0], instructions);
  EXPECT_THAT(context.system[1], StartsWith("You are Ada"));
  EXPECT_THAT(context.system[2], HasSubstr("Be brief."));
  EXPECT_EQ(context.turns.back().text.size(), 12'000U) << "nothing is cut for them";
  EXPECT_EQ(context.tokens, total_of(context));
}

TEST(Context, SaysWhoTheVisitorIsAfterTheInstructionsAndWithinBounds) {
  ContextInput input = input_with("Hi");
  input.config = {{"customInstructions", "Be kind."}, {"pageData", {{"title", "Shop"}}}};
  input.customer_section = "# The visitor, as the site knows them\nName: Eve";
  const Context context = build_context(input, {});
  ASSERT_EQ(context.system.size(), 4U);
  EXPECT_THAT(context.system[1], HasSubstr("Be kind."));
  EXPECT_EQ(context.system[2], input.customer_section);
  EXPECT_THAT(context.system[3], HasSubstr("Shop"));

  input.customer_section += std::string(16'000, 'x');
  const Context cut = build_context(input, {});
  EXPECT_EQ(estimate_tokens(cut.system[2]), ContextLimits{}.customer_tokens);
  EXPECT_THAT(cut.system[3], HasSubstr("Shop")) << "the rest has its room";
  EXPECT_EQ(total_of(cut), cut.tokens);
}

TEST(Context, LeavesOutWhatIsNotThere) {
  const Context context = build_context(input_with("Hi"), {});
  EXPECT_EQ(context.system.size(), 1U);
  EXPECT_THAT(system_of(context), Not(HasSubstr("Page information")));
}

TEST(Context, KeepsTheEndOfALongMessageAndSaysSo) {
  const std::string message = std::string(20'000, 'a') + "THE END";
  const Context context = build_context(input_with(message), {});
  EXPECT_TRUE(context.message_truncated);
  const std::string& text = context.turns.back().text;
  EXPECT_THAT(text, StartsWith("...a"));
  EXPECT_THAT(text, HasSubstr("THE END\n\n(Note: only the end of this message is shown; the whole "
                              "has 20007 characters.)"));
  EXPECT_EQ(estimate_tokens(text), 3'000);
}

TEST(Context, MessageOfExactlyTheLimitIsWhole) {
  const Context context = build_context(input_with(std::string(12'000, 'a')), {});
  EXPECT_FALSE(context.message_truncated);
  EXPECT_EQ(context.turns.back().text.size(), 12'000U);
}

TEST(Context, TakesTheNewestHistoryThatFits) {
  auto input = input_with("now");
  for (int i = 0; i < 12; ++i) {
    const auto role = i % 2 == 0 ? providers::Turn::Role::user : providers::Turn::Role::assistant;
    input.history.push_back({role, "m" + std::to_string(i)});
  }
  const Context context = build_context(input, {});
  // Ten with the new one; the leading assistant message of the nine is dropped.
  ASSERT_EQ(context.turns.size(), 9U);
  EXPECT_EQ(context.turns.front().text, "m4");
  EXPECT_EQ(context.turns.front().role, providers::Turn::Role::user);
  EXPECT_EQ(context.turns[7].text, "m11");
}

TEST(Context, HistoryStopsAtTheFirstMessageBeyondItsBudget) {
  ContextLimits limits;
  limits.history_tokens = 10;
  auto input = input_with("now");
  input.history = {{providers::Turn::Role::user, "short"},
                   {providers::Turn::Role::assistant, std::string(100, 'x')},
                   {providers::Turn::Role::user, "abcd"}};  // "user: abcd" costs 3
  const Context context = build_context(input, limits);
  ASSERT_EQ(context.turns.size(), 2U) << "an older message may not jump the queue";
  EXPECT_EQ(context.turns[0].text, "abcd");
}

TEST(Context, NeverExceedsTheTotal) {
  auto input = input_with(std::string(50'000, 'q'));
  Json rows = Json::array();
  for (int i = 0; i < 5'000; ++i) rows.push_back({{"a", i}, {"b", std::string(20, 'x')}});
  input.config = {{"jsonData", {{"rows", rows}, {"text", std::string(30'000, 'j')}}},
                  {"customInstructions", std::string(5'000, 'i')},
                  {"pageData", {{"pageContent", std::string(30'000, 'p')}}}};
  input.file_section = std::string(9'000, 'f');
  for (int i = 0; i < 10; ++i) {
    input.history.push_back({providers::Turn::Role::user, std::string(800, 'h')});
  }
  for (const int64_t total : {1'000, 3'001, 6'000, 20'000}) {
    ContextLimits limits;
    limits.total_tokens = total;
    limits.message_tokens = std::min<int64_t>(limits.message_tokens, total / 2);
    const Context context = build_context(input, limits);
    EXPECT_LE(total_of(context), total);
    EXPECT_EQ(context.tokens, total_of(context));
  }
}

TEST(Context, MarksTruncatedJson) {
  auto input = input_with("x");
  input.config = {{"jsonData", {{"text", std::string(30'000, 'j')}}}};
  const Context context = build_context(input, {});
  EXPECT_THAT(system_of(context), HasSubstr("# JSON data (truncated)\n{\"text\":\"jjj"));
}

TEST(Context, DropsInvisibleCharacters) {
  auto input = input_with("a\u200Bb\U000E0041c 👩‍💻");
  input.file_section = "# Uploaded file\nName: x\u2060y";
  const Context context = build_context(input, {});
  EXPECT_EQ(context.turns.back().text, "abc 👩‍💻");
  EXPECT_THAT(system_of(context), HasSubstr("Name: xy"));
}

TEST(Context, SameInputSameBytes) {
  auto input = input_with("x");
  input.config = {{"jsonData", {{"b", 1}, {"a", {{{"k", 2}}}}}}};
  EXPECT_EQ(build_context(input, {}).system, build_context(input, {}).system);
}

TEST(ExtractTables, ReplacesArraysOfObjectsAtAnyDepth) {
  const Json data = {{"shop",
                      {{"orders", {{{"id", 1}, {"note", "a,b"}}, {{"id", nullptr}}}},
                       {"tags", {"x", "y"}},
                       {"none", Json::array()}}}};
  const JsonData out = extract_tables(data, 1'000);
  EXPECT_FALSE(out.is_cut);
  ASSERT_EQ(out.blocks.size(), 1U);
  EXPECT_EQ(out.blocks[0].name, "orders");
  EXPECT_EQ(out.blocks[0].records, 2U);
  EXPECT_EQ(out.blocks[0].csv, "id,note\n1,\"a,b\"\n0,0\n");
  EXPECT_EQ(dump(out.rest),
            R"({"shop":{"none":[],"orders":"[See CSV data for orders below]","tags":["x","y"]}})");
}

/// One row with many columns and many rows without any: rows times columns of nothing.
Json wide_and_long(size_t count) {
  Json table = Json::array({Json::object()});
  for (size_t i = 0; i < count; ++i) table[0]["k" + std::to_string(i)] = 0;
  for (size_t i = 0; i < count; ++i) table.push_back(Json::object());
  return table;
}

size_t rendered_bytes(const JsonData& data) {
  size_t bytes = dump(data.rest).size();
  for (const CsvBlock& block : data.blocks) bytes += block.name.size() + block.csv.size();
  return bytes;
}

TEST(ExtractTables, RendersNoMoreThanItMayWhateverTheShape) {
  constexpr size_t bytes_max = 10'000;
  const std::string long_name(20'000, 'n');
  Json same_name = Json::array();
  for (int i = 0; i < 5'000; ++i) same_name.push_back(Json::array({Json::object()}));
  Json many = Json::object();
  for (int i = 0; i < 5'000; ++i) many["t" + std::to_string(i)] = {{{"a", 1}}};
  for (const Json& data :
       {wide_and_long(5'000), Json{{"x", wide_and_long(20'000)}, {"y", wide_and_long(5'000)}},
        Json{{long_name, same_name}}, many, Json{{"a", {{{long_name, 1}}}}, {"b", many}}}) {
    const JsonData out = extract_tables(data, bytes_max);
    EXPECT_TRUE(out.is_cut);
    // The last name or cell may reach beyond; what stands for a table in the rest is short.
    EXPECT_LE(rendered_bytes(out), 10 * bytes_max + 2 * long_name.size());
  }
}

TEST(ExtractTables, ACutTableIsTheBeginningOfTheWhole) {
  const Json table = wide_and_long(100);
  const std::string whole = extract_tables(table, 1'000'000).blocks[0].csv;
  const JsonData cut = extract_tables(table, 2'000);
  ASSERT_TRUE(cut.is_cut);
  EXPECT_EQ(cut.blocks[0].records, 101U) << "the heading tells how many there are";
  EXPECT_EQ(cut.blocks[0].csv, whole.substr(0, cut.blocks[0].csv.size()));
  EXPECT_GE(cut.blocks[0].csv.size() + 4, 2'000U) << "less its name";
}

TEST(ExtractTables, WhatIsInvisibleTakesNoRoom) {
  std::string hidden;
  for (int i = 0; i < 1'000; ++i) hidden += "\u200B";
  const JsonData out = extract_tables({{"n" + hidden, {{{"a" + hidden, hidden + "1"}}}}}, 20);
  EXPECT_FALSE(out.is_cut);
  EXPECT_EQ(out.blocks[0].name, "n");
  EXPECT_EQ(out.blocks[0].csv, "a\n1\n");
}

TEST(Context, AWideAndLongTableFillsItsShareAndIsMarked) {
  auto input = input_with("x");
  input.config = {{"jsonData", wide_and_long(3'000)}};
  const Context context = build_context(input, {});
  EXPECT_EQ(context.tokens, ContextLimits{}.total_tokens);
  EXPECT_THAT(context.system.back(),
              StartsWith("# CSV data for data (3001 records)\nk0,k1,k10,k100,"));
  EXPECT_THAT(context.system.back(), testing::EndsWith("..."));
}

TEST(ExtractTables, NamesAnArrayAtTheTopData) {
  const JsonData out = extract_tables(Json::array({{{"a", true}}}), 1'000);
  ASSERT_EQ(out.blocks.size(), 1U);
  EXPECT_EQ(out.blocks[0].csv, "a\ntrue\n");
  EXPECT_EQ(out.rest, "[See CSV data for data below]");
}

}  // namespace
}  // namespace parley::chat
