// Random queries of the kinds that analysts and models write: the sqlite3 shell must agree.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using Names = std::vector<std::string>;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  /// Ordered by all of its columns, so that only one order of the rows is right.
  std::string query() {
    const size_t keys = pick(3);
    const size_t aggregates = (keys == 0 ? 1 : 0) + pick(3);
    const bool grouped = aggregates > 0;
    Names columns;
    for (size_t i = 0; i < keys; ++i) columns.push_back(key());
    for (size_t i = 0; i < aggregates; ++i) columns.push_back(aggregate());
    std::string sql = "SELECT " + join(columns, ", ") + " FROM " + source();
    if (pick(4) != 0) sql += " WHERE " + condition(2);
    if (grouped && keys > 0) {
      sql += " GROUP BY " + positions(keys);
      if (pick(4) == 0) sql += fmt::format(" HAVING count(*) > {}", pick(40));
    }
    if (pick(6) == 0) sql = "SELECT DISTINCT * FROM (" + sql + ")";
    if (pick(6) == 0) sql = "WITH x AS (" + sql + ") SELECT * FROM x";
    sql += " ORDER BY " + positions(columns.size());
    if (pick(3) == 0) return sql + fmt::format(" LIMIT {} OFFSET {}", 1 + pick(30), pick(5));
    return sql + " LIMIT 900";
  }

 private:
  size_t pick(size_t count) { return random_() % count; }
  const std::string& one_of(const Names& names) { return names[pick(names.size())]; }

  static std::string join(const Names& parts, const std::string& between) {
    std::string joined;
    for (const std::string& part : parts) joined += (joined.empty() ? "" : between) + part;
    return joined;
  }

  static std::string positions(size_t count) {
    Names numbers;
    for (size_t i = 1; i <= count; ++i) numbers.push_back(std::to_string(i));
    return join(numbers, ", ");
  }

  std::string source() {
    return one_of(
        {"orders o JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = "
         "o.product_id",
         "orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.country <> 'FR' "
         "LEFT JOIN products p ON p.id = o.product_id",
         "(SELECT * FROM orders WHERE id % 3 = 0) o JOIN customers c JOIN products p ON "
         "c.id = o.customer_id AND p.id = o.product_id"});
  }

  std::string key() {
    return one_of({"o.region", "o.paid", "c.country", "c.city", "p.category", "o.quantity",
                   "strftime('%Y-%m', o.order_date)", "strftime('%w', o.created_at)",
                   "upper(substr(p.name, 9, 1))", "coalesce(o.region, '?')", "o.amount > 500",
                   "CAST(o.amount / 250 AS INTEGER)", "length(o.note)", "c.credit IS NULL",
                   "CASE WHEN o.amount < 100 THEN 'low' WHEN o.amount < 900 THEN 'mid' END",
                   "o.id % 7", "p.tags ->> 0", "date(o.created_at, 'start of month')"});
  }

  std::string number() {
    return one_of({"o.amount", "o.quantity", "o.id", "p.price", "c.credit", "o.amount * o.quantity",
                   "p.weight / o.quantity", "o.quantity - 5", "round(o.amount)", "-p.price",
                   "abs(500 - o.amount)", "o.id % 11", "julianday(o.order_date)",
                   "p.code - 9007199254740000", "length(c.name)", "ifnull(c.credit, 0)"});
  }

  std::string aggregate() {
    const std::string what = one_of({"sum", "avg", "min", "max", "count", "total"});
    const std::string distinct = what != "min" && pick(8) == 0 ? "DISTINCT " : "";
    std::string text = what + "(" + distinct + number() + ")";
    if (pick(6) == 0) text += " FILTER (WHERE " + condition(1) + ")";
    // To so many digits that a sum which drifts in the shell is not rounded the other way.
    return pick(5) == 0 ? "round(" + text + ", 10)" : text;
  }

  std::string condition(size_t depth) {
    if (depth > 0 && pick(3) == 0) {
      return "(" + condition(depth - 1) + one_of({" AND ", " OR "}) + condition(depth - 1) + ")";
    }
    switch (pick(6)) {
      case 0:
        return "o.region " + one_of({"= 'North'", "<> 'West'", "IS NULL", "IN ('East', 'Zürich')"});
      case 1:
        return number() + one_of({" < ", " >= ", " <> ", " = "}) + std::to_string(pick(1'000));
      case 2:
        return fmt::format("o.order_date {} '2025-{:02}-15'", one_of({"<", ">="}), 1 + pick(12));
      case 3:
        return one_of({"o.note", "c.name", "p.name"}) + one_of({"", " NOT"}) + " LIKE '%" +
               one_of({"1", "r", "late", "東", "_3"}) + "%'";
      case 4:
        return "NOT (" + number() + fmt::format(" BETWEEN {} AND {})", pick(200), 200 + pick(500));
      default:
        return one_of({"o.paid", "NOT o.paid", "c.country = 'DE'", "p.category GLOB 'T*'",
                       "o.customer_id IN (SELECT id FROM customers WHERE city = 'Bern')",
                       "EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.id AND s.cost > 9)",
                       "o.amount > (SELECT avg(amount) FROM orders)"});
    }
  }

  std::mt19937 random_;
};

TEST(DatasetsDifferential, RandomQueriesEqualTheShell) {
  Generator generator(20'260'331);
  Names statements;
  for (int i = 0; i < repeats(1'000, 5'000); ++i) statements.push_back(generator.query());
  const SalesData data(1'000);
  const auto shell = ask_shell(data.paths(), statements);
  size_t rows = 0;
  for (size_t i = 0; i < statements.size(); ++i) {
    Query query = data.query(statements[i]);
    query.limits.deadline_ms = 60'000;
    query.limits.result_bytes_max = 8 * 1024 * 1024;
    const auto result = run_query(query);
    EXPECT_EQ(difference(result, shell[i]), "") << statements[i];
    if (result) rows += result->rows.size();
  }
  EXPECT_GT(rows, statements.size());
}

}  // namespace
}  // namespace parley::datasets
