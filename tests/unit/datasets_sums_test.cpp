// sum, avg and total: what people compute by hand, and no answer for texts that are no numbers.
#include <gmock/gmock.h>

#include "datasets/functions.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using testing::HasSubstr;

/// The rows as JSON, or the error.
std::string answer(const std::string& sql) {
  const auto result = run_sql(sql);
  return result ? result->rows.dump() : result.error().message;
}

/// `select` over a column x of these values.
std::string over(const std::string& select, const std::string& values) {
  return answer("SELECT " + select + " FROM (SELECT column1 AS x FROM (VALUES " + values + "))");
}

const std::string dimes =
    "WITH RECURSIVE n(i, x) AS (SELECT 1, 0.1 UNION ALL SELECT i + 1, 0.1 FROM n WHERE i < 200000)";

TEST(DatasetsSums, ManySmallAmountsAddUp) {
  EXPECT_EQ(answer(dimes + " SELECT sum(x) = 20000, total(x) = 20000, avg(x) = 0.1 FROM n"),
            "[[1,1,1]]");
  EXPECT_EQ(over("sum(x), total(x), avg(x)", "(1e16), (1.0), (-1e16)"),
            "[[1.0,1.0,0.333333333333333]]");
}

TEST(DatasetsSums, IntegersAreExact) {
  EXPECT_EQ(over("sum(x), avg(x)", "(9007199254740993), (2)"),
            "[[\"9007199254740995\",4.5035996273705e+15]]");
  EXPECT_EQ(over("sum(x)", "(9223372036854775807), (1)"), "integer overflow");
  EXPECT_EQ(over("total(x), avg(x)", "(9223372036854775807), (1)"),
            "[[9.22337203685478e+18,4.61168601842739e+18]]");
  EXPECT_EQ(over("sum(x) - 9007199254740992", "(9007199254740993), (0.0)"), "[[0.0]]");
  EXPECT_EQ(over("sum(x)", "(9007199254740993), (-9007199254740992), (0.5)"), "[[1.5]]");
}

TEST(DatasetsSums, NullsDoNotCount) {
  EXPECT_EQ(over("sum(x), avg(x), total(x)", "(NULL)"), "[[null,null,0.0]]");
  EXPECT_EQ(answer("SELECT sum(id), avg(id), total(id) FROM empty_list"), "[[null,null,0.0]]");
  EXPECT_EQ(over("sum(x), avg(x)", "(1), (NULL), (2)"), "[[3,1.5]]");
  EXPECT_EQ(answer("SELECT sum(id) FROM empty_list GROUP BY label"), "[]");
}

TEST(DatasetsSums, FrameworkOfTheEngineHolds) {
  EXPECT_EQ(over("sum(DISTINCT x), sum(x) FILTER (WHERE x > 1)", "(1), (1), (2)"), "[[3,2]]");
  EXPECT_EQ(over("sum(x) OVER (ROWS 1 PRECEDING)", "(1), (2), (3), (NULL)"), "[[1],[3],[5],[3]]");
  EXPECT_EQ(over("sum(x) OVER (ROWS 1 PRECEDING), avg(x) OVER (ROWS 1 PRECEDING)",
                 "(0.1), (1e16), (0.2), (0.3), (NULL), (NULL)"),
            "[[0.1,0.1],[1e+16,5e+15],[1e+16,5e+15],[0.5,0.25],[0.3,0.3],[null,null]]");
  EXPECT_EQ(over("sum(x) OVER (ROWS CURRENT ROW)", "(9223372036854775807), (1)"),
            "[[\"9223372036854775807\"],[1]]");
  EXPECT_EQ(answer("SELECT max(s) FROM (SELECT sum(amount) OVER (PARTITION BY region ORDER BY id) "
                   "AS s FROM orders WHERE id < 4)"),
            answer("SELECT amount FROM orders WHERE id = 3"));
}

TEST(DatasetsSums, TextsThatAreNoNumbersAreRefused) {
  const std::string amounts = "('1,200.50'), ('2,300.00'), ('TBD')";
  for (const char* name : {"sum", "avg", "total", "median", "stddev", "variance"}) {
    EXPECT_EQ(over(std::string(name) + "(x)", amounts),
              std::string(name) +
                  "() of a text: \"1,200.50\" is no number. Filter such rows out or "
                  "convert them first.");
  }
  EXPECT_THAT(over("percentile(x, 50)", amounts),
              HasSubstr("percentile() of a text: \"1,200.50\""));
  EXPECT_THAT(over("sum(x)", "('')"), HasSubstr("sum() of a text: \"\" is no number"));
  EXPECT_THAT(over("sum(x)", "(x'3132')"), HasSubstr("sum() of binary data"));
  EXPECT_THAT(over("sum(x)", "('" + std::string(500, 'x') + "')"),
              HasSubstr("xxx…\" is no number"));
  EXPECT_THAT(over("sum(x) OVER (ROWS 1 PRECEDING)", "(1), ('a')"),
              HasSubstr("\"a\" is no number"));
}

TEST(DatasetsSums, TextsThatAreNumbersCount) {
  EXPECT_EQ(over("sum(x), avg(x), median(x)", "('12.5'), (' 2 '), ('-1e1')"), "[[4.5,1.5,2.0]]");
  EXPECT_EQ(over("sum(x)", "('12'), ('3')"), "[[15]]");
  EXPECT_EQ(over("sum(CAST(replace(x, ',', '') AS REAL)) ", "('1,200.50'), ('2,300.00')"),
            "[[3500.5]]");
}

}  // namespace
}  // namespace parley::datasets
