// Each question of tests/unit/demo_data/*.txt becomes the SQL that stands below it, and that SQL,
// run by SQLite, the figures below that, which were calculated from the rows without SQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "providers/demo/query.h"
#include "providers/demo/reading.h"
#include "providers/demo/translation.h"
#include "tests/unit/demo_tables.h"

namespace parley::providers::demo {
namespace {

struct Case {
  std::string question;
  std::string sql;
  std::string expected;
};

std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> cases;
  std::istringstream lines(read_text(path));
  Case one;
  while (std::getline(lines, one.question)) {
    if (one.question.empty()) continue;
    std::getline(lines, one.sql);
    std::getline(lines, one.expected);
    cases.push_back(one);
  }
  return cases;
}

bool is_same(const Json& got, const Json& wanted) {
  if (got.is_array() && wanted.is_array()) {
    return got.size() == wanted.size() &&
           std::equal(got.begin(), got.end(), wanted.begin(), is_same);
  }
  if (!got.is_number() || !wanted.is_number()) return got == wanted;
  const double gap = std::fabs(got.get<double>() - wanted.get<double>());
  return gap <= 1e-6 * std::max(1.0, std::fabs(wanted.get<double>()));
}

Json column_of(const Json& result, size_t at) {
  Json out = Json::array();
  for (const Json& row : result["rows"]) out.push_back(row[at]);
  return out;
}

/// "rows […]": all of it; "ids […]": the first column in any order; "column x […]": that column.
void expect_result(const Json& result, const std::string& expected) {
  ASSERT_FALSE(result.contains("error")) << result;
  const Json wanted = parse_json(expected.substr(expected.find('['))).value();
  if (expected.starts_with("rows ")) {
    EXPECT_TRUE(is_same(result["rows"], wanted)) << result["rows"];
  } else if (expected.starts_with("ids ")) {
    Json got = column_of(result, 0);
    Json sorted = wanted;
    std::sort(got.begin(), got.end());
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(got, sorted);
  } else {
    const std::string name = expected.substr(7, expected.find(" [") - 7);
    const auto& columns = result["columns"];
    const auto at = std::find(columns.begin(), columns.end(), Json(name)) - columns.begin();
    ASSERT_LT(at, static_cast<std::ptrdiff_t>(columns.size())) << name;
    EXPECT_TRUE(is_same(column_of(result, static_cast<size_t>(at)), wanted)) << result["rows"];
  }
}

class DemoQuestionTest : public testing::TestWithParam<const char*> {};

TEST_P(DemoQuestionTest, BecomesTheQueryThatAnswersIt) {
  const DemoTables tables{GetParam()};
  const auto schema = read_schema(tables.schema);
  ASSERT_EQ(schema.size(), 1U);
  for (const Case& one : read_cases(tables.cases)) {
    SCOPED_TRACE(one.question);
    const Reading reading = read_question(in_english(one.question), schema);
    ASSERT_TRUE(reading.intent) << reading.trouble << testing::PrintToString(reading.unknown);
    const std::string sql = sql_of(*reading.intent);
    EXPECT_EQ(sql, one.sql);
    expect_result(tables.query(sql), one.expected);
  }
}

INSTANTIATE_TEST_SUITE_P(AllTables, DemoQuestionTest,
                         testing::Values("orders", "employees", "visits", "shop", "hostile"));

TEST(DemoQuestions, ThereAreManyOfThem) {
  size_t count = 0;
  for (const char* name : {"orders", "employees", "visits", "shop", "hostile"}) {
    count += read_cases(DemoTables(name).cases).size();
  }
  EXPECT_GE(count, 200U);
}

Reading read_orders(const std::string& question) {
  static const auto schema = new std::vector<Table>(read_schema(DemoTables("orders").schema));
  return read_question(question, *schema);
}

TEST(DemoQuestions, WhatIsBeyondItIsSaidToBe) {
  for (const char* question :
       {"median amount", "Why did sales drop?", "forecast the revenue of next month",
        "Is there a correlation between quantity and amount?", "How many orders came in today?",
        "Which orders are outliers?", "cumulative revenue",
        "How many customers have more than 3 "
        "orders?",
        "delete all orders", "compare North and South"}) {
    const Reading reading = read_orders(question);
    EXPECT_FALSE(reading.intent) << question;
    EXPECT_FALSE(reading.trouble.empty() && reading.unknown.empty()) << question;
  }
}

TEST(DemoQuestions, WordsWithoutMeaningAreNamedAndNotGuessed) {
  EXPECT_EQ(read_orders("how many refunds").unknown, std::vector<std::string>{"refunds"});
  EXPECT_EQ(read_orders("what is the capital of France?").unknown,
            std::vector<std::string>{"capital"});
  EXPECT_FALSE(read_orders("total amount by planet").intent);
  EXPECT_FALSE(read_orders("").intent);
  EXPECT_FALSE(read_orders("?!").intent);
  std::string endless;
  for (int i = 0; i < 5'000; ++i) endless += "total amount by region and ";
  EXPECT_THAT(read_orders(endless).trouble, testing::HasSubstr("more than I can take in"));
}

TEST(DemoQuestions, NoQuestionBreaksOutOfItsQuery) {
  const DemoTables tables("hostile");
  const auto schema = read_schema(tables.schema);
  const std::string payloads[] = {
      "'; DROP TABLE x; --",  "\"; DROP TABLE x; --", "') OR ('1'='1", "\\'; SELECT 1; --",
      "%' ESCAPE '\\",        "a' UNION SELECT 1 --", "x\"\"y''z",     "`; ATTACH 'a' AS b",
      std::string("a\0b", 3), "/* ' */ \" --",        "\xC3\x28'",     "😀'\"`"};
  for (const std::string& payload : payloads) {
    for (const std::string frame :
         {"rows where select is {}", "how many “{}”", "group by is \"{}\"", "how many `{}`",
          "total select for {}", "rows with {}", "group by contains '{}'", "{}",
          "top 3 {} by select", "list group by from {}", "how many are {}"}) {
      std::string question = frame;
      question.replace(question.find("{}"), 2, payload);
      const Reading reading = read_question(question, schema);
      const std::string sql = reading.intent ? sql_of(*reading.intent) : "";
      if (sql.empty()) continue;
      const Json result = tables.query(sql);
      EXPECT_FALSE(result.contains("error")) << question << "\n" << sql << "\n" << result;
      EXPECT_EQ(tables.query("SELECT COUNT(*) FROM \"we\"\"ird; DROP\"")["rows"][0][0], 5);
    }
  }
}

TEST(DemoQuestions, HostileNamesStayNames) {
  for (const std::string name :
       {"a\"b", "x'); DROP TABLE t; --", "total", "by", "select", "2024", "[x]", "`y`", "a;b", "é",
        "COUNT(*)", "\\", "of the", "naïve — x",
        "very long name of a column that goes on and on and on for ever"}) {
    Column number{name, name, ColumnType::real, "", 2, 0, 2, "1", "2", 1.5, {}};
    Column group{name + " group", name + " group", ColumnType::text, "", 2, 0, 1, "a", "a", {}, {}};
    const std::vector<Table> tables = {{"t", "t.csv", 2, {number, group}, {}}};
    for (const std::string& question :
         {"What is the average " + name.substr(0, 40) + "?",
          "What is the total " + name.substr(0, 40) + " by " + group.name.substr(0, 40) + "?",
          "How many rows are there per " + group.name.substr(0, 40) + "?"}) {
      const Reading reading = read_question(question, tables);
      if (!reading.intent) continue;  // a name of signs only cannot be asked for
      const std::string sql = sql_of(*reading.intent);
      const std::string quoted = quoted_name(name);
      EXPECT_TRUE(sql.find(quoted) != std::string::npos ||
                  sql.find(quoted_name(group.name)) != std::string::npos)
          << question << sql;
    }
  }
  EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quoted_text("it's"), "'it''s'");
  EXPECT_EQ(quoted_text(std::string("a\0'b", 4)), "'a''b'");
}

TEST(DemoQuestions, ReadsTheTableThatTheQuestionIsAbout) {
  auto tables = read_schema(DemoTables("orders").schema);
  for (const char* name : {"employees", "shop"}) {
    for (Table& one : read_schema(DemoTables(name).schema)) tables.push_back(std::move(one));
  }
  EXPECT_EQ(read_question("average salary by department", tables).table->name, "employees");
  EXPECT_EQ(read_question("how many employees are there?", tables).table->name, "employees");
  EXPECT_EQ(read_question("how many rows in shop.csv?", tables).table->name, "shop");
  EXPECT_EQ(read_question("total amount by region", tables).table->name, "orders");
  const Reading join = read_question("total amount by department", tables);
  EXPECT_FALSE(join.intent);
  EXPECT_THAT(join.trouble, testing::HasSubstr("several tables"));
}

TEST(DemoQuestions, AnySchemaIsRead) {
  for (const char* json :
       {"", "[]", "{}", "null", R"({"tables":null})", R"({"tables":[1,null,{}]})",
        R"({"tables":[{"name":"t","columns":[]}]})", R"({"tables":[{"name":"","columns":[{}]}]})",
        R"({"tables":[{"name":"t","columns":[{"name":5}]}]})"}) {
    EXPECT_TRUE(read_schema(json).empty()) << json;
  }
  const auto odd = read_schema(
      R"({"tables":[{"name":"t","rows":"x","columns":[{"name":"a","type":"date",
          "top":[1,{"value":null}],"examples":[null,2,{}],"mean":"m","min":3}]}]})");
  ASSERT_EQ(odd.size(), 1U);
  EXPECT_EQ(odd[0].columns[0].min, "3");
  EXPECT_TRUE(read_question("rows last month", odd).intent.has_value() ||
              !read_question("rows last month", odd).trouble.empty());
}

}  // namespace
}  // namespace parley::providers::demo
