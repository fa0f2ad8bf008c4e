// The whole way of a question through the demo provider: describe_data, query_data, the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/demo/demo.h"
#include "providers/demo/figures.h"
#include "providers/demo/replies.h"
#include "providers/demo/translation.h"
#include "tests/unit/demo_tables.h"
#include "tests/unit/provider_fakes.h"

namespace parley::providers::demo {
namespace {

using testing::HasSubstr;
using testing::Not;

class DemoFlowTest : public testing::Test {
 protected:
  Request asking(const std::string& question) const {
    Request request;
    request.system = {"You are kind."};
    for (const char* tool : {"query_data", "describe_data", "search_file"}) {
      request.tools.push_back({tool, "A tool.", {{"type", "object"}}});
    }
    Turn turn;
    turn.text = question;
    request.turns = {turn};
    return request;
  }

  Answer step(const Request& request) {
    said_.clear();
    const auto on_part = [this](const Part& part) {
      if (const auto* text = std::get_if<TextDelta>(&part)) said_ += text->text;
    };
    auto answer = demo_.answer(request, on_part, {});
    EXPECT_TRUE(answer);
    return answer.value_or(Answer{});
  }

  static void give(Request& request, const Answer& asked, std::string content,
                   bool is_error = false) {
    Turn calling;
    calling.role = Turn::Role::assistant;
    calling.tool_calls = asked.tool_calls;
    Turn results;
    results.tool_results = {{asked.tool_calls.at(0).id, std::move(content), is_error}};
    request.turns.push_back(calling);
    request.turns.push_back(results);
  }

  /// Runs the loop as a chat does; the text of the end.
  std::string answer_to(const std::string& question, const std::string& name = "orders") {
    const DemoTables tables(name);
    Request request = asking(question);
    for (int i = 0; i < 5; ++i) {
      const Answer answer = step(request);
      if (answer.tool_calls.empty()) return answer.text;
      const ToolCall& call = answer.tool_calls[0];
      const Json result = call.name == "describe_data"
                              ? Json()
                              : tables.query(call.arguments.value("sql", std::string()));
      give(request, answer, call.name == "describe_data" ? tables.schema : dump(result),
           result.is_object() && result.contains("error"));
    }
    ADD_FAILURE() << "it never ends: " << question;
    return "";
  }

  ManualClock clock_;
  CountingWaiter waiter_{clock_};
  Demo demo_{DemoOptions{}, waiter_};
  std::string said_;
};

TEST_F(DemoFlowTest, LooksThenQueriesThenAnswers) {
  const DemoTables tables("orders");
  Request request = asking("Which region sold most in March, and by how much?");
  const Answer look = step(request);
  ASSERT_EQ(look.finish, Finish::tool_calls);
  EXPECT_EQ(look.tool_calls.at(0).name, "describe_data");
  EXPECT_EQ(look.tool_calls[0].arguments, Json::object());
  give(request, look, tables.schema);
  const Answer query = step(request);
  ASSERT_EQ(query.finish, Finish::tool_calls);
  EXPECT_EQ(query.tool_calls.at(0).name, "query_data");
  EXPECT_NE(query.tool_calls[0].id, look.tool_calls[0].id);
  const std::string sql = query.tool_calls[0].arguments.at("sql");
  EXPECT_THAT(sql, HasSubstr("strftime('%m', \"order_date\") IN ('03')"));
  give(request, query, dump(tables.query(sql)));
  const Answer end = step(request);
  EXPECT_EQ(end.finish, Finish::stop);
  EXPECT_EQ(end.text, said_) << "it streams what it says";
  EXPECT_GT(waiter_.waits.size(), 10U) << "word by word";
  EXPECT_THAT(end.text, testing::StartsWith(std::string(label_line)));
  EXPECT_THAT(end.text, HasSubstr("in March 2026: **$562.45**, $137.45 (32.3%) more than South"));
  EXPECT_EQ(step(request).text, end.text) << "the same request gets the same words";
}

TEST_F(DemoFlowTest, FindsItsPlaceAfterEarlierTurns) {
  Request request = asking("How many rows are there?");
  Turn earlier;
  earlier.text = "total amount";
  Turn answered;
  answered.role = Turn::Role::assistant;
  answered.text = "It is 5.";
  request.turns.insert(request.turns.begin(), {earlier, answered});
  const Answer look = step(request);
  EXPECT_EQ(look.tool_calls.at(0).name, "describe_data");
  give(request, look, DemoTables("orders").schema);
  EXPECT_EQ(step(request).tool_calls.at(0).arguments.at("sql"),
            "SELECT COUNT(*) AS \"rows\" FROM \"orders\"");
}

TEST_F(DemoFlowTest, WordsTheFigures) {
  EXPECT_THAT(answer_to("How many rows are there?"), HasSubstr("**orders.csv** has **60** rows."));
  EXPECT_THAT(answer_to("total amount"), HasSubstr("the total amount is **$10,540.99**."));
  EXPECT_THAT(answer_to("how many paid orders"), HasSubstr("rows where status is “paid”."));
  EXPECT_THAT(answer_to("average salary", "employees"), HasSubstr("average salary is **€"));
  EXPECT_THAT(answer_to("average scroll depth", "visits"), HasSubstr("%**"));
  EXPECT_THAT(answer_to("total by city", "shop"), HasSubstr(" CHF**"));
  EXPECT_THAT(answer_to("orders from “Nobody”"),
              HasSubstr("**orders.csv** has no row where region"));
  EXPECT_THAT(answer_to("How many orders are late?"),
              HasSubstr("**0** rows where region, customer"));
  EXPECT_THAT(answer_to("total amount for “Nobody”"), HasSubstr("There is nothing to calculate"));
  EXPECT_THAT(answer_to("What percentage of orders are paid?"),
              HasSubstr("Rows where status is “paid” make up **61.67%** of all rows: 37 of 60."));
  EXPECT_THAT(answer_to("cheapest product"), HasSubstr("The lowest unit price in"));
  EXPECT_THAT(answer_to("list all regions"), HasSubstr("**4** different values of region"));
}

TEST_F(DemoFlowTest, SaysOneSentenceAndLeavesTheRowsToTheReceipt) {
  EXPECT_THAT(answer_to("total amount by region"), HasSubstr("** has the highest total amount: "));
  for (const char* question : {"total amount by region", "show 2 orders", "monthly revenue"}) {
    EXPECT_THAT(answer_to(question), Not(HasSubstr("| --- |"))) << question;
  }
  EXPECT_THAT(answer_to("monthly revenue"), HasSubstr("It was highest in **20"));
}

TEST_F(DemoFlowTest, SaysWhenItIsBeyondIt) {
  for (const char* question : {"median amount", "how many refunds", "Why did sales drop?"}) {
    const std::string text = answer_to(question);
    EXPECT_THAT(text, testing::StartsWith(std::string(label_line)));
    EXPECT_THAT(text, HasSubstr("For example:"));
    EXPECT_THAT(text, HasSubstr("- *What is the total amount by "));
  }
  EXPECT_THAT(answer_to("how many refunds"), HasSubstr("I do not know what *refunds* means"));
  EXPECT_THAT(answer_to("total amount last month"), HasSubstr("The file has no clock"));
}

TEST_F(DemoFlowTest, TellsWhatIsInTheFileWithoutAQuery) {
  const std::string text = answer_to("What is in this file?");
  EXPECT_THAT(text, HasSubstr("**orders.csv** has **60** rows and 11 columns"));
  EXPECT_THAT(text, HasSubstr("- **amount**: numbers from $"));
  EXPECT_THAT(answer_to("which columns have missing values?"), HasSubstr("- **email**: "));
  EXPECT_THAT(answer_to("tell me about amount"), HasSubstr("on average $"));
}

TEST_F(DemoFlowTest, ReportsWhatFailed) {
  Request request = asking("How many rows?");
  const Answer look = step(request);
  Request broken = request;
  give(broken, look, "no file", true);
  EXPECT_THAT(step(broken).text, HasSubstr("failed, so I have no answer: no file"));
  give(request, look, DemoTables("orders").schema);
  const Answer query = step(request);
  Request slow = request;
  give(slow, query, "too slow", true);
  EXPECT_THAT(step(slow).text, HasSubstr("too slow"));
  for (const char* odd :
       {"", "[]", "nonsense", R"({"columns":["a"],"rows":[]})", R"({"columns":[],"rows":[[]]})",
        R"({"columns":["a"],"rows":[[null]]})", R"({"columns":["a"],"rows":[["x","y"]]})"}) {
    Request other = request;
    give(other, query, odd);
    EXPECT_TRUE(step(other).tool_calls.empty()) << odd;
  }
}

TEST_F(DemoFlowTest, LeavesWhatIsNoQuestionAboutData) {
  for (const char* question : {"Hello", "hi there", "What can you do?", "show me a table",
                               "How do I embed this?", "", "where do I put the api key?"}) {
    const Answer answer = step(asking(question));
    EXPECT_TRUE(answer.tool_calls.empty()) << question;
  }
  Request nothing = asking("How many rows?");
  give(nothing, step(nothing), R"({"tables":[]})");
  EXPECT_TRUE(step(nothing).tool_calls.empty());
  Request without = asking("How many rows?");
  without.tools.clear();
  EXPECT_THAT(step(without).text, HasSubstr("I see no file"));
}

TEST_F(DemoFlowTest, SearchesStaySearches) {
  Request request = asking("Find Berlin");
  request.system.emplace_back("# Uploaded file\nName: a.csv\nColumns (1): city\n");
  EXPECT_EQ(step(request).tool_calls.at(0).name, "search_file");
  request.turns[0].text = "find orders over 100";
  EXPECT_EQ(step(request).tool_calls.at(0).name, "describe_data");
  request.turns[0].text = "find the cheapest product";
  EXPECT_EQ(step(request).tool_calls.at(0).name, "describe_data");
}

TEST_F(DemoFlowTest, HostileCellsHaveNoEffectAsMarkdown) {
  const std::string text = answer_to("rows where group by is \"<img src=x>\"", "hostile");
  EXPECT_THAT(text, Not(HasSubstr(" <img")));
  EXPECT_THAT(text, HasSubstr("\\<img src=x\\>"));
  EXPECT_EQ(escaped("a|b\n*c*"), "a\\|b \\*c\\*");
}

TEST_F(DemoFlowTest, EverySuggestedQuestionIsAnswered) {
  for (const char* language : {"en", "de", "es", "fr", "zh", "ar"}) {
    const std::string texts = read_text(std::string(PARLEY_SOURCE_DIR) +
                                        "/widget/shared/i18n/extras-" + language + ".ts");
    size_t found = 0;
    for (const char* key : {"askTotal: '", "askTotalOnly: '", "askTop: '", "askAverage: '",
                            "askCount: '", "askTime: '", "askRows: '", "askDescribe: '"}) {
      const size_t begin = texts.find(key);
      ASSERT_NE(begin, std::string::npos) << key << language;
      const size_t start = begin + std::string_view(key).size();
      std::string question = texts.substr(start, texts.find("',", start) - start);
      for (const auto& [hole, text] : {std::pair{"{value}", "total"}, std::pair{"{group}", "city"},
                                       std::pair{"{date}", "date"}}) {
        if (const size_t at = question.find(hole); at != std::string::npos) {
          question.replace(at, std::string_view(hole).size(), text);
        }
      }
      const std::string text = answer_to(question, "shop");
      EXPECT_THAT(text, Not(HasSubstr("For example:"))) << question << text;
      EXPECT_THAT(text, HasSubstr("**")) << question;
      ++found;
    }
    EXPECT_EQ(found, 8U);
  }
}

TEST(DemoFigures, ReadWell) {
  EXPECT_EQ(grouped_number(1234567), "1,234,567");
  EXPECT_EQ(grouped_number(-1234.5), "-1,234.5");
  EXPECT_EQ(grouped_number(999.999), "1,000");
  EXPECT_EQ(grouped_number(1234.5, 2), "1,234.50");
  EXPECT_EQ(grouped_number(0.01234), "0.0123");
  EXPECT_EQ(grouped_number(0), "0");
  Column money{"amount", "amount", ColumnType::real, "$", 1, 0, 1, "", "", {}, {}};
  EXPECT_EQ(shown(Json(-1234.5), &money), "-$1,234.50");
  Column big{"views", "views", ColumnType::integer, "", 1, 0, 1, "", "", {}, {}};
  EXPECT_EQ(shown(Json("9007199254740993"), &big), "9,007,199,254,740,993");
  Column year{"year", "year", ColumnType::integer, "", 1, 0, 1, "", "", {}, {}};
  EXPECT_EQ(shown(Json(2026), &year), "2026");
  EXPECT_EQ(shown(Json(), nullptr), "(none)");
}

}  // namespace
}  // namespace parley::providers::demo
