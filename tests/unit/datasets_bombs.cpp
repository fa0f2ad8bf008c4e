#include "tests/unit/datasets_bombs.h"

#include <fmt/format.h>

#include <initializer_list>

namespace parley::datasets {
namespace {

using Statements = std::vector<std::string>;

std::string repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// Never-ending or exploding recursions.
void add_recursions(Statements& all) {
  for (const char* step :
       {"a + 1", "a", "a * 2 % 1000003", "-a", "a || 'x'", "a || a", "hex(a)", "quote(a)",
        "json_array(a)", "printf('%s%s', a, a)", "replace(a || 'a', 'a', 'aa')", "random()"}) {
    all.push_back(fmt::format(
        "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT {} FROM n) SELECT count(*) FROM n",
        step));
    all.push_back(fmt::format(
        "WITH RECURSIVE n(a) AS (SELECT 1 UNION SELECT {} FROM n) SELECT max(a) FROM n", step));
  }
  all.insert(
      all.end(),
      {"WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT * FROM n WHERE a < "
       "0",
       "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n ORDER BY 1 DESC) SELECT "
       "sum(a) FROM n",
       "WITH RECURSIVE n(a, b) AS (SELECT 1, 'x' UNION ALL SELECT a + 1, b || b FROM n) SELECT "
       "max(length(b)) FROM n",
       "WITH RECURSIVE n(a) AS (SELECT id FROM orders UNION ALL SELECT n.a + 1 FROM n, orders) "
       "SELECT count(*) FROM n",
       "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n), m AS MATERIALIZED (SELECT "
       "a, printf('%060000d', a) AS t FROM n) SELECT count(*) FROM m a, m b"});
}

/// Joins and sub-queries over all combinations of rows.
void add_products(Statements& all) {
  for (const char* what : {"count(*)", "sum(a.amount * b.amount)", "max(a.note || b.note)",
                           "count(DISTINCT a.note || b.note)", "group_concat(a.id)", "median(a.id)",
                           "json_group_array(a.note)", "string_agg(a.note, b.note)"}) {
    all.push_back(fmt::format("SELECT {} FROM orders a, orders b", what));
    all.push_back(fmt::format("SELECT {} FROM orders a, orders b, orders c, orders d", what));
    all.push_back(fmt::format("SELECT {} FROM orders a JOIN orders b ON a.note > b.note", what));
  }
  all.insert(
      all.end(),
      {"SELECT a.id FROM orders a, orders b, orders c ORDER BY a.amount * b.amount * c.amount",
       "SELECT DISTINCT a.id + b.id + c.id * 1000003 FROM orders a, orders b, orders c ORDER BY 1",
       "SELECT a.note || b.note AS k, count(*) FROM orders a, orders b GROUP BY k ORDER BY 2",
       "SELECT sum(a.id) OVER (ORDER BY b.id ROWS BETWEEN 5000 PRECEDING AND 5000 FOLLOWING) FROM "
       "orders a, orders b ORDER BY 1 LIMIT 1",
       "SELECT max(x) FROM (SELECT max(amount) OVER (ORDER BY id ROWS BETWEEN 9999 PRECEDING AND "
       "CURRENT ROW EXCLUDE TIES) AS x FROM orders)",
       "SELECT count(*) FROM orders a WHERE (SELECT count(*) FROM orders b WHERE b.note LIKE '%' "
       "|| "
       "a.note || '%') > 5",
       "SELECT id FROM orders UNION SELECT a.id * 10007 + b.id FROM orders a, orders b ORDER BY 1",
       "SELECT a.id FROM orders a, orders b EXCEPT SELECT b.id * 3 FROM orders a, orders b",
       "SELECT count(*) FROM orders a LEFT JOIN orders b ON abs(a.amount - b.amount) < 0",
       "SELECT avg(length(t)) FROM (SELECT a.tags || b.tags AS t FROM products a, products b, "
       "products c, products d, products e)",
       "SELECT count(*) FROM customers a NATURAL JOIN (SELECT id AS other FROM customers) b, "
       "customers c, customers d"});
}

/// One function call that costs a lot, alone and for every row.
void add_functions(Statements& all) {
  const std::string wide = "printf('%065000d', 1)";
  for (const std::string& call : std::initializer_list<std::string>{
           "length(printf('%.*c', 1000000000, 'x'))",
           "length(printf('%1000000000d', 1))",
           "length(printf('%.1000000000f', 1.5))",
           "length(printf('%*s', 2147483647, 'x'))",
           "length(format('%.999999999g', 0.1))",
           "length(zeroblob(1000000000))",
           "length(randomblob(1000000000))",
           "length(hex(hex(hex(" + wide + "))))",
           "instr(" + wide + ", printf('%032000d', 2))",
           "length(replace(" + wide + ", '0', " + wide + "))",
           "length(replace(" + wide + ", printf('%0999d', 2), 'y'))",
           wide + " LIKE '%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%2'",
           wide + " GLOB '*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*2'",
           wide + " LIKE '%_0%_0%_0%_0%_0%_0%_0%_0%_0%_0%_0%_2'",
           "json_array_length('[' || replace(" + wide + ", '0', '1,') || '1]')",
           "json_valid(replace(" + wide + ", '0', '['))",
           "length(trim(" + wide + ", printf('%0999d', 0)))",
           "length(upper(lower(upper(" + wide + "))))",
           "length(quote(" + wide + "))",
           "strftime(replace(printf('%0999d', 0), '0', '%Y%m%d'), 'now')",
           "unicode(substr(" + wide + ", -65000))",
           "length(char(65, 66) || " + wide + ")"}) {
    all.push_back("SELECT " + call);
    all.push_back("SELECT sum(" + call + ") FROM orders a, orders b WHERE a.id + b.id > 0");
  }
}

/// Statements that are large themselves.
void add_shapes(Statements& all) {
  const auto list = [](int count) {
    std::string numbers = "1";
    for (int i = 2; i <= count; ++i) numbers += fmt::format(",{}", i);
    return numbers;
  };
  all.push_back("SELECT " + repeat("(", 5'000) + "1" + repeat(")", 5'000));
  all.push_back("SELECT " + repeat("-", 7'000) + "1");
  all.push_back("SELECT " + repeat("NOT ", 3'000) + "1");
  all.push_back("SELECT 1" + repeat(" + 1", 3'000));
  all.push_back("SELECT 'x'" + repeat(" || 'x'", 2'000));
  all.push_back("SELECT 1" + repeat(" UNION ALL SELECT 1", 800));
  all.push_back("SELECT " + repeat("(SELECT ", 1'500) + "1" + repeat(")", 1'500));
  all.push_back("SELECT 1 FROM orders" + repeat(", orders", 1'000));
  all.push_back("SELECT 1 FROM " + repeat("(SELECT * FROM ", 900) + "orders" + repeat(")", 900));
  all.push_back("SELECT " + list(3'000));
  all.push_back("SELECT count(*) FROM orders a, orders b WHERE a.id * b.id IN (" + list(3'000) +
                ")");
  all.push_back("SELECT max(" + list(3'000) + ")");
  all.push_back("SELECT CASE id" + repeat(" WHEN 1 THEN 2", 1'000) + " END FROM orders");
  all.push_back("SELECT 1 WHERE 1" + repeat(" OR 1 IN (SELECT id FROM orders)", 450));
  all.push_back("WITH a AS (SELECT 1)" + repeat(", b AS (SELECT * FROM a, a)", 500) + " SELECT 1");
  all.push_back("SELECT *" + repeat(", *", 4'000) + " FROM orders");
  all.push_back("SELECT ?" + repeat(", ?", 4'000));
  all.push_back("VALUES (1)" + repeat(", (1)", 3'000));
  all.push_back("SELECT count(*) FROM orders WHERE note LIKE '" + repeat("%a", 5'000) + "'");
  all.push_back("SELECT count(*) FROM json_each('" + repeat("[", 7'000) + repeat("]", 7'000) +
                "')");
  std::string doubling = "WITH t0 AS (SELECT id FROM orders)";
  for (int i = 1; i < 40; ++i) {
    doubling +=
        fmt::format(", t{} AS (SELECT * FROM t{} UNION ALL SELECT * FROM t{})", i, i - 1, i - 1);
  }
  all.push_back(doubling + " SELECT count(*) FROM t39");
  all.push_back(doubling + " SELECT count(*) FROM t8, t8, t8");
}

}  // namespace

std::vector<std::string> bombs() {
  Statements all;
  add_recursions(all);
  add_products(all);
  add_functions(all);
  add_shapes(all);
  return all;
}

}  // namespace parley::datasets
