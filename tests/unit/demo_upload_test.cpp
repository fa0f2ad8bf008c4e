// From the bytes of an upload and a question to the words of the answer: import, describe_data, the
// demo provider, its query, the engine.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "providers/demo/replies.h"
#include "tests/fakes/table_tools.h"
#include "tests/fakes/temp_dir.h"

namespace parley::providers::demo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// An imported CSV with the two tools of a chat over it.
class Uploaded {
 public:
  explicit Uploaded(const std::string& csv)
      : tools_(TableTools::make(csv, directory_.path("table"))) {
    EXPECT_TRUE(tools_) << tools_.error().message;
  }

  std::string answer_to(const std::string& question) const {
    Request request;
    request.tools = {{"describe_data", "", {}}, {"query_data", "", {}}};
    Turn asked;
    asked.text = question;
    request.turns = {asked};
    for (int step = 0; step < 5; ++step) {
      const auto reply = make_reply(request);
      if (reply.calls.empty()) return reply.text;
      Turn calling;
      calling.role = Turn::Role::assistant;
      calling.tool_calls = reply.calls;
      Turn results;
      results.tool_results = {{reply.calls[0].id, run(reply.calls[0]), false}};
      request.turns.push_back(calling);
      request.turns.push_back(results);
    }
    ADD_FAILURE() << "it never ends: " << question;
    return "";
  }

 private:
  std::string run(const ToolCall& call) const {
    const auto result = tools_->run(call);
    EXPECT_TRUE(result) << dump(call.arguments) << "\n" << result.error().message;
    return result.value_or("");
  }

  TempDir directory_;
  Result<TableTools> tools_;
};

/// The columns of the demo site's sample file; its month and its totals have the plainest names.
constexpr const char* site_orders =
    "order_id,date,customer,city,product,category,quantity,unit_price,total,status\n"
    "1001,2026-01-05,Customer 1,Berlin,Wool socks,Clothing,2,14.50,29.00,delivered\n"
    "1002,2026-01-06,Customer 2,Paris,Trail backpack,Bags,1,89.90,89.90,open\n"
    "1003,2026-02-07,Customer 1,Berlin,Rain jacket,Clothing,1,129.00,129.00,shipped\n"
    "1004,2026-03-08,Customer 3,Berlin,Sleeping mat,Shelter,4,79.00,316.00,delivered\n"
    "1005,2026-03-09,Customer 2,Madrid,Titanium mug,Cooking,3,27.50,82.50,returned\n"
    "1006,2026-04-10,Customer 3,Berlin,Dry bag,Bags,5,19.90,99.50,delivered\n"
    "1007,2026-05-11,Customer 4,Paris,Head torch,Light,2,39.90,79.80,open\n";

TEST(DemoUpload, AColumnThatIsCalledTotalRanksWhatIsNamed) {
  const Uploaded orders(site_orders);
  for (const char* question :
       {"top 5 customers by total", "top 5 customers by revenue", "customers by total",
        "top 5 customers by the total", "top customers by total", "customers by total revenue"}) {
    EXPECT_THAT(orders.answer_to(question),
                HasSubstr("**Customer 3** has the highest total: **415.50**"))
        << question;
  }
  EXPECT_THAT(orders.answer_to("top 2 customers by total, city Berlin"),
              HasSubstr("the highest total where city is “Berlin”: **415.50**"));
  EXPECT_THAT(orders.answer_to("top 3 products by total"),
              HasSubstr("**Sleeping mat** has the highest total: **316.00**"));
  EXPECT_THAT(orders.answer_to("bottom 3 categories by total"),
              HasSubstr("**Light** has the lowest total: **79.80**"));
  EXPECT_THAT(orders.answer_to("products by quantity"),
              HasSubstr("**Dry bag** has the highest total quantity: **5**"));
  EXPECT_THAT(orders.answer_to("cities by average total"),
              HasSubstr("**Berlin** has the highest average total: **143.38**"));
  EXPECT_THAT(orders.answer_to("top 2 orders by total"), HasSubstr("the highest total first"));
  EXPECT_THAT(orders.answer_to("top 5 customers per quantity"),
              HasSubstr("I cannot tell what to rank here: “customers” or “quantity”."));
  EXPECT_THAT(orders.answer_to("which quantity has the most orders"),
              HasSubstr("**1** has the highest number of rows: **2**"));
}

TEST(DemoUpload, StretchesOfTimeThatExcludeEachOtherAreAlternatives) {
  const Uploaded orders(site_orders);
  const std::pair<const char*, const char*> cases[] = {
      {"orders in January or February", "**3 rows**"},
      {"how many orders in January and February?", "**3** rows"},
      {"orders from Berlin in March or April", "**2 rows**"},
      {"How many orders in January, March and May?", "**5** rows"},
      {"How many orders in January and in March 2026?", "**4** rows"},
      {"How many orders in Q1 or Q2?", "**7** rows"},
      {"How many orders in Q2 2025 and Q2 2026?", "**2** rows"},
      {"How many orders in 2025 or 2026?", "**7** rows"},
      {"How many orders on 2026-01-05 or 2026-03-09?", "**2** rows"},
      {"How many orders between January and March 2026?", "**5** rows"},
      {"How many orders from January to March?", "**5** rows"},
      {"How many orders in 2026 in March?", "**2** rows"},
      {"total in January and February", "**247.90**"}};
  for (const auto& [question, wanted] : cases) {
    EXPECT_THAT(orders.answer_to(question), HasSubstr(wanted)) << question;
  }
  EXPECT_THAT(orders.answer_to("how many orders in January and February?"),
              HasSubstr("date is in January 2026 or in February 2026"));
  EXPECT_THAT(orders.answer_to("orders between November and February"),
              HasSubstr("I cannot tell which years are meant"));
  const Uploaded years("year,total\n2024,1\n2025,2\n2026,4\n");
  EXPECT_THAT(years.answer_to("total in 2024 and 2026"),
              HasSubstr("year is 2024 or 2026, the total is **5**"));
}

TEST(DemoUpload, WeekdaysGoFromMondayToSunday) {
  const Uploaded orders(site_orders);
  EXPECT_THAT(orders.answer_to("total by weekday"),
              HasSubstr("highest on **Sunday** with **316.00** and lowest on **Tuesday**"));
  EXPECT_THAT(orders.answer_to("How many orders on Monday?"), HasSubstr("does not do questions"));
}

TEST(DemoUpload, WordsForAnyPersonAreNoName) {
  const Uploaded people("name,age,joined\nAnn,51,2024-01-02\nBob,39,2024-01-02\nCid,42,\n");
  for (const char* word : {"anyone", "someone", "anybody", "everyone", "people"}) {
    EXPECT_THAT(people.answer_to(fmt::format("is {} older than 40?", word)),
                HasSubstr("**2 rows** of **orders.csv** where age is over 40"))
        << word;
  }
  EXPECT_THAT(people.answer_to("how many joined in 2024"), HasSubstr("**2** rows"));
  EXPECT_THAT(people.answer_to("how many joined?"), HasSubstr("**2** rows where joined is not"));
  EXPECT_THAT(people.answer_to("how many different joined"), HasSubstr("**1** different"));
}

TEST(DemoUpload, ItsOwnSentencesAreWholeAndSayNothingTwice) {
  const Uploaded orders(site_orders);
  const std::string text = orders.answer_to("total yesterday");
  EXPECT_THAT(text, HasSubstr("(the file has no clock); a connected model would."));
  EXPECT_THAT(text, HasSubstr("- *What is the total by "));
  const Uploaded names("city,highest total\nBern,5\nRome,7\n");
  EXPECT_THAT(names.answer_to("Which city has the highest “highest total”?"),
              Not(HasSubstr("highest highest")));
  const Uploaded odd("a*b,amount\nx,5\ny,TBD 6\n");
  EXPECT_THAT(odd.answer_to("average a*b"), Not(HasSubstr("column a*b")));
}

TEST(DemoUpload, TheRowsAreLeftToTheReceipt) {
  const Uploaded orders(site_orders);
  for (const char* question :
       {"total by status", "show 2 orders", "top 3 customers by total", "highest total"}) {
    EXPECT_THAT(orders.answer_to(question), Not(HasSubstr("|"))) << question;
  }
  EXPECT_THAT(orders.answer_to("Which product has the highest unit price?"),
              HasSubstr("is **129.00**: **Rain jacket**."));
}

/// The amounts are texts, because of one cell.
constexpr const char* spoilt_amounts =
    "order_id,customer,amount,quantity\n"
    "1,Ann,\"1,200.50\",2\n"
    "2,Bob,\"2,300.00\",1\n"
    "3,Cid,TBD,5\n"
    "4,Ann,90.00,2000\n";

TEST(DemoUpload, AColumnOfTextsThatIsNamedIsNotTradedForOneOfNumbers) {
  const Uploaded orders(spoilt_amounts);
  for (const char* question :
       {"How many orders have an amount over 1000?", "total amount by customer",
        "what is the largest amount?", "list orders where amount is more than 1000",
        "orders with more than 1000 amount", "amounts between 100 and 2000", "total amount",
        "amount total", "average amount per customer", "How much amount is there?",
        "Which customer has the highest amount?", "top 5 customers by amount", "top 2 amounts",
        "share of amount by customer", "amount by customer", "total revenue by customer",
        "minimum and maximum amount", "customers with a total amount over 1000",
        "which customer spent the most amount"}) {
    const std::string text = orders.answer_to(question);
    EXPECT_THAT(text, HasSubstr("The column amount holds texts, such as “TBD”, not numbers"))
        << question;
    EXPECT_THAT(text, Not(HasSubstr("quantity is"))) << question;
  }
}

TEST(DemoUpload, WhatAColumnOfTextsCanTellIsStillTold) {
  const Uploaded orders(spoilt_amounts);
  EXPECT_THAT(orders.answer_to("total quantity by customer"), HasSubstr("**Ann** has the highest"));
  EXPECT_THAT(orders.answer_to("orders with quantity over 1000"), HasSubstr("**1 row**"));
  EXPECT_THAT(orders.answer_to("How many customers are there?"), HasSubstr("**3** different"));
  EXPECT_THAT(orders.answer_to("customers with more than 1 order"), HasSubstr("rows: **2**"));
  EXPECT_THAT(orders.answer_to("How many orders where amount is TBD?"), HasSubstr("**1** row"));
  EXPECT_THAT(orders.answer_to("tell me about amount"), HasSubstr("text, 4 different"));
  EXPECT_THAT(orders.answer_to("orders sorted by amount"),
              HasSubstr("The column amount holds texts, so this is the order of the alphabet."));
}

TEST(DemoUpload, DatesAreNotTradedForNumbersEither) {
  const Uploaded visits("shipped,weight\n2026-01-02,5\n2026-01-03,5000\n");
  EXPECT_THAT(visits.answer_to("How many rows have shipped over 1000?"),
              HasSubstr("The column shipped holds dates, not numbers"));
}

TEST(DemoUpload, ATextThatIsSoughtByItsDigitsIsFound) {
  const Uploaded parts("sku,price\n0815,5\n4711,9\n");
  EXPECT_THAT(parts.answer_to("How many rows where sku = 0815?"), HasSubstr("**1** row"));
  EXPECT_THAT(parts.answer_to("How many rows where sku is equal to 4711?"), HasSubstr("**1** row"));
}

TEST(DemoUpload, ATruthThatIsMissingIsNoTruth) {
  const Uploaded orders("id,paid\n1,yes\n2,no\n3,\n");
  EXPECT_THAT(orders.answer_to("How many orders are not paid?"), HasSubstr("**2** rows"));
  EXPECT_THAT(orders.answer_to("How many orders where paid is no?"), HasSubstr("**1** row"));
}

TEST(DemoUpload, AGuessedOrderOfDayAndMonthIsTold) {
  const Uploaded orders("d,price,t\n01/02/2026,5,2026-01-02\n03/04/2026,7,2026-03-04\n");
  constexpr const char* told = "*The dates of d were read month first; no value tells.*";
  for (const char* question :
       {"total price in March 2026", "total price by month", "latest d", "What is the range of d?",
        "orders sorted by d", "What share of orders is in March?"}) {
    EXPECT_THAT(orders.answer_to(question), HasSubstr(told)) << question;
  }
  EXPECT_THAT(orders.answer_to("total price"), Not(HasSubstr("no value tells")));
  EXPECT_THAT(orders.answer_to("latest t"), Not(HasSubstr("no value tells")));
  const Uploaded sure("d,price\n01/02/2026,5\n03/14/2026,7\n");
  EXPECT_THAT(sure.answer_to("total price by month"), Not(HasSubstr("no value tells")));
}

constexpr const char* gaps =
    "id,status,region,amount\n"
    "1,paid,North,10\n"
    "2,,South,20\n"
    "3,open,North,40\n"
    "4,,,80\n";

TEST(DemoUpload, EmptyCellsAreNotWhatIsExcluded) {
  const Uploaded orders(gaps);
  EXPECT_THAT(orders.answer_to("total amount excluding paid"), HasSubstr("**140"));
  EXPECT_THAT(orders.answer_to("How many orders are not paid?"), HasSubstr("**3** rows"));
  EXPECT_THAT(orders.answer_to("What share of orders is not paid?"),
              AllOf(HasSubstr("**75%**"), HasSubstr("3 of 4")));
  EXPECT_THAT(orders.answer_to("total amount without paid or open"), HasSubstr("**100"));
  EXPECT_THAT(orders.answer_to("How many orders are not from “Zürich”?"), HasSubstr("**4** rows"));
  EXPECT_THAT(orders.answer_to("total amount not from “Oslo” or “Bergen”"), HasSubstr("**150"));
  EXPECT_THAT(orders.answer_to("How many orders have amount not equal to 10?"),
              HasSubstr("**3** rows"));
}

}  // namespace
}  // namespace parley::providers::demo
