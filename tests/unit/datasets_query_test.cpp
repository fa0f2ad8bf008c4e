// Queries that analysts write: accepted, equal to the sqlite3 shell, typed, counted, bounded.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "datasets/functions.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// The statements of a file: each ends with a semicolon at the end of a line.
std::vector<std::string> read_statements(const std::string& name) {
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/tests/unit/datasets/" + name);
  std::vector<std::string> statements;
  std::string statement;
  for (std::string line; std::getline(file, line);) {
    if (statement.empty() && line.starts_with("--")) continue;
    statement += line + "\n";
    if (!line.ends_with(";")) continue;
    statements.push_back(std::move(statement));
    statement.clear();
  }
  return statements;
}

std::vector<std::string> types_of(const std::string& sql) {
  const auto result = run_sql(sql);
  if (!result) return {result.error().message};
  std::vector<std::string> types;
  for (const ResultColumn& column : result->columns) types.push_back(column.type);
  return types;
}

std::string error_of(const std::string& sql) {
  const auto result = run_sql(sql);
  if (result) return "no error";
  EXPECT_EQ(result.error().code, ErrorCode::invalid) << sql;
  return result.error().message;
}

int64_t rows_scanned(const std::string& sql) {
  const auto result = run_sql(sql);
  EXPECT_TRUE(result) << sql << ": " << result.error().message;
  return result ? result->rows_scanned : -1;
}

Json cells(const std::string& sql) {
  const auto result = run_sql(sql);
  return result ? result->rows : Json(result.error().message);
}

TEST(DatasetsQuery, OrdinaryQuestionsEqualTheShell) {
  const auto statements = read_statements("ordinary.sql");
  ASSERT_GE(statements.size(), 200U);
  const auto shell = ask_shell(sales().paths(), statements);
  for (size_t i = 0; i < statements.size(); ++i) {
    Query query = sales().query(statements[i]);
    query.limits.deadline_ms = 60'000;  // a sanitizer on a busy machine
    EXPECT_EQ(difference(run_query(query), shell[i]), "") << statements[i];
  }
}

TEST(DatasetsQuery, ColumnsHaveNamesAndTypes) {
  const auto result = run_sql("SELECT region, sum(amount) AS \"total €\" FROM orders GROUP BY 1");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->columns[0].name, "region");
  EXPECT_EQ(result->columns[1].name, "total €");
  using Types = std::vector<std::string>;
  EXPECT_EQ(types_of("SELECT id, order_date, created_at, region, amount, paid FROM orders"),
            (Types{"integer", "date", "timestamp", "text", "real", "boolean"}));
  EXPECT_EQ(
      types_of("WITH x AS (SELECT order_date AS d, paid AS p FROM orders) SELECT p, d FROM x"),
      (Types{"boolean", "date"}));
  EXPECT_EQ(types_of("SELECT max(order_date), max(created_at), count(*), avg(id), max(region), "
                     "max(NULL) FROM orders"),
            (Types{"date", "timestamp", "integer", "real", "text", "null"}));
  EXPECT_EQ(types_of("VALUES (1, '2025-01-01', 1), (2.5, 'x', 'y')"),
            (Types{"real", "text", "text"}));
  EXPECT_EQ(types_of("SELECT label, 1 FROM empty_list"), (Types{"text", "null"}));
}

TEST(DatasetsQuery, ValuesAreExact) {
  EXPECT_EQ(cells("SELECT 9007199254740992, 9007199254740993, -9007199254740993").dump(),
            "[[9007199254740992,\"9007199254740993\",\"-9007199254740993\"]]");
  EXPECT_EQ(cells("SELECT 0.1 + 0.2, 5.0, 1e300, 1e999, x'00ff01'").dump(),
            "[[0.3,5.0,1e+300,\"Inf\",\"(binary, 3 bytes)\"]]");
  EXPECT_EQ(cells("SELECT CAST(x'61ff62' AS TEXT), char(10) || '\"\\'").dump(),
            "[[\"a\uFFFDb\",\"\\n\\\"\\\\\"]]");
}

TEST(DatasetsQuery, RowsScannedAreThoseThatWereRead) {
  EXPECT_EQ(rows_scanned("SELECT count(*) FROM orders"), 10'000);
  EXPECT_EQ(rows_scanned("SELECT sum(amount) FROM orders"), 10'000);
  EXPECT_EQ(rows_scanned("SELECT region, sum(amount) FROM orders GROUP BY 1 ORDER BY 2"), 10'000);
  EXPECT_EQ(rows_scanned("SELECT * FROM orders LIMIT 5"), 5);
  EXPECT_EQ(rows_scanned("SELECT * FROM orders WHERE rowid = 7"), 0);
  EXPECT_EQ(rows_scanned("SELECT count(*), (SELECT count(*) FROM customers) FROM shipments"),
            4'500);
  EXPECT_EQ(rows_scanned("SELECT count(amount) FROM orders UNION ALL SELECT sum(cost) FROM "
                         "shipments"),
            14'000);
  EXPECT_EQ(rows_scanned("SELECT c.country, sum(o.amount) FROM orders o JOIN customers c ON c.id = "
                         "o.customer_id GROUP BY 1"),
            10'500);
  EXPECT_EQ(rows_scanned("WITH m AS (SELECT region, sum(amount) s FROM orders GROUP BY 1) SELECT "
                         "max(s) FROM m"),
            10'000);
  EXPECT_EQ(rows_scanned("SELECT * FROM empty_list"), 0);
  EXPECT_EQ(rows_scanned("SELECT 1"), 0);
}

TEST(DatasetsQuery, LongResultsAreCutAndThatIsSaid) {
  auto result = run_sql("SELECT id FROM orders");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows.size(), 1'000U);
  EXPECT_TRUE(result->truncated);
  result = run_sql("SELECT id FROM orders LIMIT 1000");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows.size(), 1'000U);
  EXPECT_FALSE(result->truncated);
  Query query = sales().query("SELECT note, region FROM orders");
  query.limits.result_bytes_max = 1'000;
  result = run_query(query);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->truncated);
  EXPECT_LE(result->rows.dump().size(), 1'000U);
  EXPECT_GT(result->rows.size(), 10U);
  query.limits = {60'000, 100'000, 64 * 1024 * 1024, 256 * 1024 * 1024};
  result = run_query(query);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows.size(), 10'000U);
}

TEST(DatasetsQuery, ErrorsSayHowToDoBetter) {
  EXPECT_THAT(error_of("SELECT regoin FROM orders"),
              StartsWith("no such column: regoin; columns of orders: id, order_date"));
  EXPECT_THAT(error_of("SELECT * FROM order_lines"),
              StartsWith("no such table: order_lines; tables: orders, shipments"));
  EXPECT_THAT(error_of("SELECT * FROM orders WHERE region = \"North\""),
              HasSubstr("texts take 'single quotes'"));
  EXPECT_THAT(error_of("SELECT year(order_date) FROM orders"),
              HasSubstr("in SQLite write strftime('%Y', d)"));
  EXPECT_THAT(error_of("SELECT sum(amount FROM orders"), HasSubstr("syntax error"));
  EXPECT_EQ(error_of("SELECT 1; SELECT 2"), "only one SELECT statement is allowed");
  EXPECT_EQ(error_of("SELECT 1; nonsense"), "only one SELECT statement is allowed");
  EXPECT_EQ(error_of("EXPLAIN SELECT 1"), "only one SELECT statement is allowed");
  EXPECT_THAT(error_of("DELETE FROM orders"), StartsWith("only one SELECT statement is allowed"));
  EXPECT_EQ(error_of(""), "there is no SELECT statement");
  EXPECT_EQ(error_of(" ; -- nothing"), "there is no SELECT statement");
  EXPECT_THAT(error_of("SELECT load_extension('x')"),
              StartsWith("the function load_extension() is not available"));
  EXPECT_THAT(error_of("SELECT * FROM sqlite_schema"), StartsWith("no such table: sqlite_"));
  EXPECT_THAT(error_of(std::string(20'000, ' ')), HasSubstr("longer than 16384 bytes"));
  EXPECT_THAT(error_of(std::string("SELECT 1\0", 9)), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of("SELECT '\xff'"), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of("SELECT group_concat(note) FROM orders"), HasSubstr("65,536 bytes"));
  EXPECT_THAT(error_of("SELECT * FROM (SELECT printf('%.40000c', 'x'), printf('%.40000c', 'y')) "
                       "ORDER BY 1"),
              StartsWith("a text, or a row to sort or group, has more than 65,536 bytes: "));
}

TEST(DatasetsQuery, AnalystsHaveMoreThanSqlite) {
  EXPECT_EQ(cells("SELECT median(column1) FROM (VALUES (3), (1), (2), (NULL))").dump(), "[[2.0]]");
  EXPECT_EQ(cells("SELECT median(x), percentile(x, 90), percentile(x, 0) FROM (SELECT column1 AS x "
                  "FROM (VALUES (1), (2), (3), (4)))")
                .dump(),
            "[[2.5,3.7,1.0]]");
  EXPECT_EQ(cells("SELECT stddev(x), stdev(x), variance(x) FROM (SELECT column1 AS x FROM (VALUES "
                  "(2), (4), (4), (4), (5), (5), (7), (9)))")
                .dump(),
            "[[2.1380899352994,2.1380899352994,4.57142857142857]]");
  EXPECT_EQ(cells("SELECT median(id), stddev(id), string_agg(label, ',') FROM empty_list").dump(),
            "[[null,null,null]]");
  EXPECT_EQ(cells("SELECT string_agg(name, '; ') FROM (SELECT name FROM customers LIMIT 2)").dump(),
            "[[\"Customer 1; Customer 2\"]]");
  EXPECT_THAT(error_of("SELECT percentile(id, 101) FROM orders"), HasSubstr("between 0 and 100"));
  EXPECT_THAT(std::string(sql_dialect_notes()), HasSubstr("median(x)"));
}

TEST(DatasetsQuery, FilesThatAreNoneAreTyped) {
  auto result = run_query({{sales().folder() + "/absent.db"}, "SELECT 1", {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  result = run_query({{sales().paths()[0], sales().folder() + "/absent.db"}, "SELECT 1", {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  const TempDir folder;
  std::ofstream(folder.path("text.db")) << std::string(10'000, 'x');
  result = run_query({{folder.path("text.db")}, "SELECT 1", {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
  EXPECT_FALSE(run_query({{}, "SELECT 1", {}}));
  EXPECT_FALSE(run_query({std::vector<std::string>(11, sales().paths()[0]), "SELECT 1", {}}));
}

}  // namespace
}  // namespace parley::datasets
