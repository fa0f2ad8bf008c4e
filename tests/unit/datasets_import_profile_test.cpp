// What is said of a column, against what SQL finds in it; and the description as JSON.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "datasets/value_counter.h"
#include "tests/unit/datasets_texts.h"

namespace parley::datasets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// 3,000 rows of each type; "r" and "w" have a few frequent values.
std::string sample_csv() {
  std::mt19937 random(3);
  std::string text = "i,r,b,d,t,w\n";
  for (int row = 0; row < 3000; ++row) {
    const auto small = [&random](unsigned below) { return std::to_string(random() % below); };
    const std::string day = "2026-0" + std::to_string(1 + random() % 9) + "-1" + small(10);
    text += (random() % 10 == 0 ? "" : "-" + small(700)) + "," + small(40) + "." + small(9) + ",";
    text += (random() % 3 == 0 ? "yes," : "no,") + day + "," + day + " 1" + small(10) + ":00,";
    text += std::vector<std::string>{"red", "blue", "Grün", "w" + small(300)}[random() % 4] + "\n";
  }
  return text;
}

TEST(ImportProfile, AgreesWithSql) {
  const Imported imported(sample_csv());
  ASSERT_EQ(imported.error(), "");
  for (const Column& column : imported.table().columns) {
    const std::string name = quoted_name(column.name);
    const auto row = imported.rows("SELECT count(" + name + "), sum(" + name + " IS NULL), count(" +
                                   "DISTINCT " + name + "), min(" + name + "), max(" + name +
                                   "), avg(" + name + ") FROM t")[0];
    EXPECT_EQ(std::to_string(column.values), row[0]) << name;
    EXPECT_EQ(std::to_string(column.nulls), row[1]) << name;
    EXPECT_EQ(std::to_string(column.distinct), row[2]) << name;
    EXPECT_FALSE(column.distinct_is_estimate) << name;
    EXPECT_EQ(column.min, row[3]) << name;
    EXPECT_EQ(column.max, row[4]) << name;
    const bool is_number = column.type == ColumnType::integer || column.type == ColumnType::real;
    ASSERT_EQ(column.mean.has_value(), is_number) << name;
    if (!is_number) continue;
    EXPECT_NEAR(*column.mean, std::stod(row[5]), std::abs(*column.mean) * 1e-12);
  }
}

TEST(ImportProfile, CountsTheMostFrequentValues) {
  const Imported imported(sample_csv());
  for (const Column& column : imported.table().columns) {
    const std::string name = quoted_name(column.name);
    const Rows expected = imported.rows("SELECT " + name + ", count(*) FROM t WHERE " + name +
                                        " NOT NULL GROUP BY 1 ORDER BY 2 DESC, min(rowid) LIMIT 5");
    Rows top;
    for (const TopValue& value : column.top) {
      top.push_back({value.value, std::to_string(value.count)});
    }
    EXPECT_EQ(top, expected) << name;
  }
}

TEST(ImportProfile, ShowsTheFirstDifferentValues) {
  const Imported imported("x,y\nb,1\nb,1\n,2\na,2\nc,2\nd,2\n");
  EXPECT_THAT(imported.column(0).examples, ElementsAre("b", "a", "c"));
  EXPECT_THAT(imported.column(1).examples, ElementsAre("1", "2"));
}

TEST(ImportProfile, CutsLongTexts) {
  std::string text = "x\n";
  for (const char* end : {"a", "b", "a"}) {
    for (int i = 0; i < 150; ++i) text += "é";
    text += end + std::string("\n");
  }
  const Column column = Imported(text).column(0);
  EXPECT_EQ(column.distinct, 2);
  EXPECT_EQ(column.min.size(), 200U);
  EXPECT_EQ(column.examples[0].size(), 200U);
  EXPECT_EQ(column.top[0].value.size(), 200U);
}

TEST(ImportProfile, EstimatesManyDifferentValues) {
  std::string text = "id,w\n";
  for (int row = 0; row < 60'000; ++row) {
    text += std::to_string(row) + ",w" + std::to_string(row % 20'000) + "\n";
  }
  const Imported imported(text);
  EXPECT_TRUE(imported.column(0).distinct_is_estimate);
  EXPECT_NEAR(static_cast<double>(imported.column(0).distinct), 60'000, 60'000 * 0.08);
  EXPECT_NEAR(static_cast<double>(imported.column(1).distinct), 20'000, 20'000 * 0.08);
  EXPECT_THAT(imported.column(0).top, IsEmpty());
  EXPECT_EQ(imported.column(0).mean, 29'999.5);
}

TEST(ImportProfile, NamesFrequentValuesAmongManyOnlyIfProved) {
  // 2,000 rare values, then one that is in half of all rows but comes too late to be counted.
  std::string text = "early,late\n";
  for (int row = 0; row < 8000; ++row) {
    text += (row % 2 == 0 ? "often" : "e" + std::to_string(row % 4001)) + ",";
    text += (row >= 4000 ? "often" : "l" + std::to_string(row % 2000)) + "\n";
  }
  const Imported imported(text);
  ASSERT_EQ(imported.column(0).top.size(), 1U);
  EXPECT_EQ(imported.column(0).top[0], (TopValue{"often", 4000}));
  EXPECT_THAT(imported.column(1).top, IsEmpty());
}

TEST(ImportProfile, CounterIsExactUpToItsSize) {
  for (const int64_t distinct : {1, 63, 64, 65, 999, 1000}) {
    ValueCounter counter(1000, 1000);
    for (int64_t round = 0; round < 3; ++round) {
      for (int64_t value = 0; value < distinct; ++value) counter.add(hash_integer(value));
    }
    EXPECT_EQ(counter.distinct(), distinct);
    EXPECT_FALSE(counter.is_estimate());
  }
}

TEST(ImportProfile, CounterEstimatesWithinItsError) {
  for (const int64_t distinct : {1001, 3000, 10'000, 300'000}) {
    ValueCounter counter(1000, 1000);
    for (int64_t value = 0; value < distinct; ++value) counter.add(hash_integer(value * 31));
    const auto exact = static_cast<double>(distinct);
    EXPECT_TRUE(counter.is_estimate());
    EXPECT_NEAR(static_cast<double>(counter.distinct()), exact, exact * 0.08);
  }
}

TEST(DatasetJson, ComesBackAsItWas) {
  for (const std::string& text :
       {sample_csv(), std::string("a\n"), std::string("p\n12 %\n-\n3 %\n")}) {
    const Dataset dataset = Imported(text).result().value();
    const auto back = from_json(OrderedJson::parse(to_json(dataset).dump()));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, dataset);
  }
}

TEST(DatasetJson, HasItsMembersInOrder) {
  const Imported imported("Price\n12 %\n3 %\n3 %\n");
  EXPECT_EQ(to_json(imported.result().value()).dump(),
            R"({"tables":[{"name":"t","title":"t.csv","rows":3,"columns":[)"
            R"({"name":"Price","title":"Price","type":"integer","unit":"%","values":3,"nulls":0,)"
            R"("distinct":2,"min":"3","max":"12","mean":6.0,"top":[{"value":"3","count":2}],)"
            R"("examples":["12","3"]}],"notes":[]}]})");
}

TEST(DatasetJson, RefusesWhatItIsNot) {
  const OrderedJson good = to_json(Imported("a\n1\n").result().value());
  ASSERT_TRUE(from_json(good));
  for (const char* text : {"null", "[]", "{}", R"({"tables":[]})", R"({"tables":{}})",
                           R"({"tables":[null]})", R"({"tables":[{"name":"t"}]})"}) {
    EXPECT_FALSE(from_json(OrderedJson::parse(text))) << text;
  }
  for (const char* member :
       {"name", "title", "type", "values", "nulls", "distinct", "min", "mean", "examples"}) {
    OrderedJson bad = good;
    bad["tables"][0]["columns"][0][member] = OrderedJson::object();
    EXPECT_FALSE(from_json(bad)) << member;
  }
  OrderedJson unknown = good;
  unknown["tables"][0]["columns"][0]["type"] = "blob";
  EXPECT_FALSE(from_json(unknown));
}

}  // namespace
}  // namespace parley::datasets
