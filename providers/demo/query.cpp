#include "providers/demo/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "providers/demo/words.h"

namespace parley::providers::demo {

namespace {

using Test = Condition::Test;
using Shape = Intent::Shape;

constexpr size_t like_bytes_max = 50;  // the engine's bound of a pattern (SECURITY 3.3)

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

/// Numbers were made by number_text() or read from digits; everything else is quoted.
std::string literal(const Column& column, const std::string& value) {
  const bool is_bare = column.is_number() || column.type == ColumnType::boolean;
  return is_bare ? value : quoted_text(value);
}

std::string equality(const Column& column, const std::vector<std::string>& values) {
  const std::string name = quoted_name(column.name);
  const std::string_view any_case = column.type == ColumnType::text ? " COLLATE NOCASE" : "";
  if (values.size() == 1) {
    return fmt::format("{} = {}{}", name, literal(column, values[0]), any_case);
  }
  std::vector<std::string> texts;
  for (const std::string& value : values) texts.push_back(literal(column, value));
  return fmt::format("{}{} IN ({})", name, any_case, fmt::join(texts, ", "));
}

/// In SQL an empty cell is neither 'paid' nor not 'paid'; for people it is not paid.
std::string inequality(const Column& column, const std::vector<std::string>& values) {
  const std::string name = quoted_name(column.name);
  const std::string_view any_case = column.type == ColumnType::text ? " COLLATE NOCASE" : "";
  if (values.size() == 1) {
    return fmt::format("({0} <> {1}{2} OR {0} IS NULL)", name, literal(column, values[0]),
                       any_case);
  }
  std::vector<std::string> texts;
  for (const std::string& value : values) texts.push_back(literal(column, value));
  return fmt::format("({0}{1} NOT IN ({2}) OR {0} IS NULL)", name, any_case,
                     fmt::join(texts, ", "));
}

std::string within(const std::string& name, const std::vector<std::string>& bounds) {
  std::vector<std::string> spans;
  for (size_t at = 0; at + 1 < bounds.size(); at += 2) {
    const std::string& begin = bounds[at];
    const std::string& end = bounds[at + 1];
    std::vector<std::string> parts;
    if (!begin.empty()) parts.push_back(fmt::format("{} >= {}", name, quoted_text(begin)));
    if (!end.empty()) parts.push_back(fmt::format("{} < {}", name, quoted_text(end)));
    spans.push_back(fmt::format("{}", fmt::join(parts, " AND ")));
  }
  if (spans.size() == 1) return spans[0];
  return fmt::format("(({}))", fmt::join(spans, ") OR ("));
}

std::string containing(const std::string& name, const std::string& text) {
  const std::string pattern = like_pattern(text);
  if (pattern.size() <= like_bytes_max) {
    return fmt::format("{} LIKE {} ESCAPE '\\'", name, quoted_text(pattern));
  }
  return fmt::format("instr(lower({}), lower({})) > 0", name, quoted_text(text));
}

std::string test_of(const Condition& condition, const Column& column) {
  const std::string name = quoted_name(column.name);
  const auto& values = condition.values;
  const bool is_text = column.type == ColumnType::text;
  switch (condition.test) {
    case Test::equal:
      return equality(column, values);
    case Test::not_equal:
      return inequality(column, values);
    case Test::less:
      return fmt::format("{} < {}", name, values[0]);
    case Test::at_most:
      return fmt::format("{} <= {}", name, values[0]);
    case Test::more:
      return fmt::format("{} > {}", name, values[0]);
    case Test::at_least:
      return fmt::format("{} >= {}", name, values[0]);
    case Test::within:
      return within(name, values);
    case Test::months: {
      std::vector<std::string> texts;
      for (const std::string& value : values) texts.push_back(quoted_text(value));
      return fmt::format("strftime('%m', {}) IN ({})", name, fmt::join(texts, ", "));
    }
    case Test::contains:
      return containing(name, values[0]);
    case Test::missing:
      return is_text ? fmt::format("({0} IS NULL OR {0} = '')", name)
                     : fmt::format("{} IS NULL", name);
    case Test::present:
      return is_text ? fmt::format("({0} IS NOT NULL AND {0} <> '')", name)
                     : fmt::format("{} IS NOT NULL", name);
  }
  return "1";
}

std::string condition_sql(const Condition& condition) {
  std::vector<std::string> tests;
  for (const Column* column : condition.columns) tests.push_back(test_of(condition, *column));
  if (tests.size() == 1) return tests[0];
  const bool is_not = condition.test == Test::not_equal;
  return fmt::format("({})", fmt::join(tests, is_not ? " AND " : " OR "));
}

std::string where(const Intent& intent, const std::string& further = "") {
  std::vector<std::string> parts;
  for (const Condition& one : intent.conditions) parts.push_back(condition_sql(one));
  if (!further.empty()) parts.push_back(further);
  return parts.empty() ? "" : fmt::format(" WHERE {}", fmt::join(parts, " AND "));
}

std::string from(const Intent& intent) {
  return " FROM " + quoted_name(intent.table->name);
}

std::string measure_sql(const Measure& measure) {
  const std::string name = measure.column == nullptr ? "*" : quoted_name(measure.column->name);
  switch (measure.aggregate) {
    case Aggregate::count:
      return fmt::format("COUNT({})", name);
    case Aggregate::count_distinct:
      return fmt::format("COUNT(DISTINCT {})", name);
    case Aggregate::sum:
      return fmt::format("SUM({})", name);
    case Aggregate::average:
      return fmt::format("AVG({})", name);
    case Aggregate::minimum:
      return fmt::format("MIN({})", name);
    case Aggregate::maximum:
      return fmt::format("MAX({})", name);
  }
  return "COUNT(*)";
}

std::string measure_name(const Measure& measure) {
  if (measure.column == nullptr) return "rows";
  constexpr std::array<std::string_view, 6> prefixes = {"count_",   "different_", "total_",
                                                        "average_", "lowest_",    "highest_"};
  const std::string_view prefix = prefixes.at(static_cast<size_t>(measure.aggregate));
  const std::string& name = measure.column->name;
  const bool says_so = joined(name).starts_with("total") && measure.aggregate == Aggregate::sum;
  return says_so ? name : std::string(prefix) + name;
}

std::string group_sql(const Group& group) {
  std::string name = quoted_name(group.column->name);
  switch (group.bucket) {
    case Bucket::none:
      return name;
    case Bucket::day:
      return fmt::format("date({})", name);
    case Bucket::month:
      return fmt::format("strftime('%Y-%m', {})", name);
    case Bucket::quarter:
      return fmt::format("strftime('%Y', {0}) || '-Q' || ((strftime('%m', {0}) + 2) / 3)", name);
    case Bucket::year:
      return fmt::format("strftime('%Y', {})", name);
    case Bucket::weekday:
      return fmt::format(
          "CASE strftime('%w', {}) WHEN '0' THEN 'Sunday' WHEN '1' THEN 'Monday' WHEN '2' THEN "
          "'Tuesday' WHEN '3' THEN 'Wednesday' WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' "
          "WHEN '6' THEN 'Saturday' END",
          name);
  }
  return name;
}

/// The place of a group in order: weekdays from Monday on, the others as they are written.
std::string group_order(const Group& group, size_t column) {
  if (group.bucket != Bucket::weekday) return fmt::format("{}", column);
  return fmt::format("(strftime('%w', {}) + 6) % 7", quoted_name(group.column->name));
}

std::string group_name(const Group& group) {
  constexpr std::array<std::string_view, 6> names = {"",        "day",  "month",
                                                     "quarter", "year", "weekday"};
  const std::string_view name = names.at(static_cast<size_t>(group.bucket));
  return name.empty() ? group.column->name : std::string(name);
}

std::string as(const std::string& expression, const std::string& name) {
  return expression + " AS " + quoted_name(name);
}

std::string limit(int64_t rows) {
  return rows > 0 ? fmt::format(" LIMIT {}", rows) : "";
}

std::string_view test_sign(Test test) {
  switch (test) {
    case Test::less:
      return "<";
    case Test::at_most:
      return "<=";
    case Test::at_least:
      return ">=";
    case Test::equal:
      return "=";
    case Test::not_equal:
      return "IS NOT";
    default:
      return ">";
  }
}

std::string groups_sql(const Intent& intent) {
  std::vector<std::string> columns;
  std::vector<std::string> numbers;
  std::vector<std::string> order;
  for (const Group& group : intent.groups) {
    columns.push_back(as(group_sql(group), group_name(group)));
    numbers.push_back(fmt::format("{}", columns.size()));
    order.push_back(group_order(group, columns.size()));
  }
  const size_t measure_at = columns.size() + 1;
  for (const Measure& one : intent.measures) {
    columns.push_back(as(measure_sql(one), measure_name(one)));
  }
  if (intent.wants_share) {
    const std::string figure = measure_sql(intent.measures.front());
    columns.push_back(
        as(fmt::format("ROUND(100.0 * {0} / SUM({0}) OVER (), 1)", figure), "share_percent"));
  }
  std::string sql = fmt::format("SELECT {}{}{} GROUP BY {}", fmt::join(columns, ", "), from(intent),
                                where(intent), fmt::join(numbers, ", "));
  if (intent.having) {
    sql += fmt::format(" HAVING {} {} {}", measure_sql(intent.having->measure),
                       test_sign(intent.having->test), intent.having->number);
  }
  sql += intent.is_ranked
             ? fmt::format(" ORDER BY {} {}, {}", measure_at, intent.is_ascending ? "ASC" : "DESC",
                           fmt::join(order, ", "))
             : fmt::format(" ORDER BY {}", fmt::join(order, ", "));
  return sql + limit(intent.rows_max);
}

/// The first columns, and those that the question is about.
std::string row_columns(const Intent& intent) {
  const auto& all = intent.table->columns;
  if (all.size() <= listed_columns_max) return "*";
  std::vector<const Column*> chosen;
  const auto add = [&chosen](const Column* column) {
    const bool is_there = std::find(chosen.begin(), chosen.end(), column) != chosen.end();
    if (column != nullptr && !is_there) chosen.push_back(column);
  };
  add(intent.order);
  add(intent.about);
  for (const Condition& one : intent.conditions) {
    if (one.columns.size() == 1) add(one.columns.front());
  }
  for (const Column& column : all) {
    if (chosen.size() < listed_columns_max) add(&column);
  }
  std::vector<std::string> names;
  for (const Column& column : all) {
    const bool is_chosen = std::find(chosen.begin(), chosen.end(), &column) != chosen.end();
    if (is_chosen) names.push_back(quoted_name(column.name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string rows_sql(const Intent& intent) {
  std::string sql = "SELECT " + row_columns(intent) + from(intent);
  const bool is_ordered = intent.order != nullptr;
  const std::string name = is_ordered ? quoted_name(intent.order->name) : "";
  sql += where(intent, is_ordered ? name + " IS NOT NULL" : "");
  if (is_ordered) sql += fmt::format(" ORDER BY {} {}", name, intent.is_ascending ? "ASC" : "DESC");
  return sql + limit(intent.rows_max > 0 ? intent.rows_max : listed_rows_max);
}

/// Every row that has the extreme value: there may be several.
std::string extreme_sql(const Intent& intent) {
  const std::string name = quoted_name(intent.order->name);
  const std::string best =
      fmt::format("{} = (SELECT {}({}){}{})", name, intent.is_ascending ? "MIN" : "MAX", name,
                  from(intent), where(intent));
  return "SELECT " + row_columns(intent) + from(intent) + where(intent, best) +
         limit(listed_rows_max);
}

std::string values_sql(const Intent& intent) {
  const std::string name = quoted_name(intent.about->name);
  return fmt::format("SELECT {}, {}{}{} GROUP BY 1 ORDER BY 2 DESC, 1{}", name,
                     as("COUNT(*)", "rows"), from(intent), where(intent),
                     limit(intent.rows_max > 0 ? intent.rows_max : listed_rows_max));
}

std::string part_sql(const Intent& intent) {
  const std::string test = condition_sql(*intent.part);
  const std::string weight = intent.measures.empty() || intent.measures.front().column == nullptr
                                 ? "1"
                                 : quoted_name(intent.measures.front().column->name);
  const std::string part = fmt::format("SUM(CASE WHEN {} THEN {} ELSE 0 END)", test, weight);
  const std::string whole = fmt::format("SUM({})", weight);
  return fmt::format("SELECT {}, {}, {}{}{}", as(part, "part"), as(whole, "whole"),
                     as(fmt::format("ROUND(100.0 * {} / {}, 2)", part, whole), "share_percent"),
                     from(intent), where(intent));
}

std::string figures_sql(const Intent& intent) {
  std::vector<std::string> columns;
  for (const Measure& one : intent.measures) {
    columns.push_back(as(measure_sql(one), measure_name(one)));
  }
  return fmt::format("SELECT {}{}{}", fmt::join(columns, ", "), from(intent), where(intent));
}

std::string range_sql(const Intent& intent) {
  const std::string name = quoted_name(intent.about->name);
  return fmt::format("SELECT {}, {}{}{}", as("MIN(" + name + ")", "lowest"),
                     as("MAX(" + name + ")", "highest"), from(intent), where(intent));
}

}  // namespace

std::string sql_of(const Intent& intent) {
  switch (intent.shape) {
    case Shape::figure:
      return figures_sql(intent);
    case Shape::groups:
      return groups_sql(intent);
    case Shape::rows:
      return rows_sql(intent);
    case Shape::extreme:
      return extreme_sql(intent);
    case Shape::values:
      return values_sql(intent);
    case Shape::range:
      return range_sql(intent);
    case Shape::part:
      return part_sql(intent);
    case Shape::overview:
    case Shape::facts:
    case Shape::gaps:
      return "";
  }
  return "";
}

std::string quoted_name(std::string_view name) {
  return quoted(name, '"');
}

std::string quoted_text(std::string_view text) {
  return quoted(text, '\'');
}

}  // namespace parley::providers::demo
