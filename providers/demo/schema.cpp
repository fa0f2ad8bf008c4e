#include "providers/demo/schema.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "providers/demo/words.h"

namespace parley::providers::demo {

namespace {

constexpr size_t columns_max = 2'000;
constexpr size_t known_max = 8;

constexpr std::array<std::string_view, 11> identifier_words = {
    "id", "ids", "nr", "no", "number", "code", "key", "uuid", "zip", "plz", "index"};

constexpr std::array<std::string_view, 31> level_words = {
    "price",      "rate",   "rating",  "score", "age",    "temperature", "temp",     "percent",
    "percentage", "pct",    "ratio",   "lat",   "lon",    "lng",         "latitude", "height",
    "longitude",  "weight", "year",    "month", "day",    "hour",        "grade",    "level",
    "rank",       "mean",   "average", "avg",   "salary", "wage",        "balance"};

constexpr std::array<std::string_view, 30> money_words = {
    "amount",   "revenue",  "sale",   "sales",   "price",    "cost",    "costs",    "total",
    "value",    "income",   "spend",  "spent",   "spending", "expense", "expenses", "profit",
    "fee",      "payment",  "budget", "salary",  "wage",     "gross",   "net",      "subtotal",
    "turnover", "earnings", "paid",   "charges", "money",    "sum"};

constexpr std::array<std::string_view, 12> currencies = {"$",   "€",   "£",   "¥",   "₹",   "CHF",
                                                         "USD", "EUR", "GBP", "JPY", "SEK", "kr"};

template <size_t size>
bool is_one_of(const std::array<std::string_view, size>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

template <size_t size>
bool has_word_of(const std::array<std::string_view, size>& list, const Column& column) {
  const auto words = name_words(column.name);
  return std::any_of(words.begin(), words.end(),
                     [&list](const std::string& word) { return is_one_of(list, word); });
}

ColumnType type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, ColumnType>, 5> names = {{
      {"integer", ColumnType::integer},
      {"real", ColumnType::real},
      {"boolean", ColumnType::boolean},
      {"date", ColumnType::date},
      {"timestamp", ColumnType::timestamp},
  }};
  for (const auto& [text, type] : names) {
    if (text == name) return type;
  }
  return ColumnType::text;
}

/// Values come as texts; numbers are taken as they are written.
std::string plain_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() || value.is_structured() ? std::string() : dump(value);
}

std::string text_member(const Json& object, std::string_view key) {
  const Json* value = find_member(object, key);
  return value == nullptr ? std::string() : plain_text(*value);
}

void add_known(Column& column, std::string text, int64_t count) {
  const bool is_there = std::any_of(column.known.begin(), column.known.end(),
                                    [&text](const KnownValue& one) { return one.text == text; });
  if (text.empty() || is_there || column.known.size() >= known_max) return;
  column.known.push_back({std::move(text), count});
}

void read_values(const Json& object, Column& column) {
  if (const Json* top = find_member(object, "top"); top != nullptr && top->is_array()) {
    for (const Json& one : *top) {
      add_known(column, text_member(one, "value"), find_integer(one, "count").value_or(0));
    }
  }
  if (const Json* examples = find_member(object, "examples");
      examples != nullptr && examples->is_array()) {
    for (const Json& one : *examples) add_known(column, plain_text(one), 0);
  }
  if (column.type != ColumnType::text) return;
  add_known(column, column.min, 0);
  add_known(column, column.max, 0);
}

Column read_column(const Json& object) {
  Column column;
  column.name = find_string(object, "name").value_or("");
  column.title = find_string(object, "title").value_or("");
  if (trim(column.title).empty()) column.title = column.name;
  column.type = type_of(find_string(object, "type").value_or("text"));
  column.unit = find_string(object, "unit").value_or("");
  column.note = find_string(object, "note").value_or("");
  column.values = find_integer(object, "values").value_or(0);
  column.nulls = find_integer(object, "nulls").value_or(0);
  column.distinct = find_integer(object, "distinct").value_or(0);
  column.min = text_member(object, "min");
  column.max = text_member(object, "max");
  const Json* mean = find_member(object, "mean");
  if (mean != nullptr && mean->is_number()) column.mean = mean->get<double>();
  read_values(object, column);
  return column;
}

Table read_table(const Json& object) {
  Table table;
  table.name = find_string(object, "name").value_or("");
  table.title = find_string(object, "title").value_or(table.name);
  table.rows = find_integer(object, "rows").value_or(0);
  const Json* columns = find_member(object, "columns");
  if (columns != nullptr && columns->is_array()) {
    for (const Json& one : *columns) {
      Column column = read_column(one);
      if (!column.name.empty() && table.columns.size() < columns_max) {
        table.columns.push_back(std::move(column));
      }
    }
  }
  const Json* notes = find_member(object, "notes");
  if (notes != nullptr && notes->is_array()) {
    for (const Json& one : *notes) table.notes.push_back(plain_text(one));
  }
  return table;
}

}  // namespace

bool is_mostly_digits(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_other = [&](char c) {
    return !is_digit(c) && std::strchr(" .,'+-%", c) == nullptr;
  };
  const auto digits = std::count_if(text.begin(), text.end(), is_digit);
  return digits > 0 && digits >= std::count_if(text.begin(), text.end(), is_other);
}

std::vector<Table> read_schema(std::string_view json) {
  std::vector<Table> out;
  const auto parsed = parse_json(json);
  if (!parsed) return out;
  const Json* tables = find_member(*parsed, "tables");
  if (tables == nullptr || !tables->is_array()) return out;
  for (const Json& one : *tables) {
    Table table = read_table(one);
    if (!table.name.empty() && !table.columns.empty()) out.push_back(std::move(table));
  }
  return out;
}

bool is_identifier(const Column& column) {
  const auto words = name_words(column.name);
  return !words.empty() && is_one_of(identifier_words, words.back());
}

bool is_additive(const Column& column) {
  return column.is_number() && column.unit != "%" && !is_identifier(column) &&
         !has_word_of(level_words, column);
}

bool is_money(const Column& column) {
  return column.is_number() && !is_identifier(column) &&
         (is_one_of(currencies, column.unit) || has_word_of(money_words, column));
}

bool reads_as_number(const Column& column) {
  if (column.type != ColumnType::text || is_identifier(column)) return false;
  const auto is_written_so = [](const KnownValue& one) { return is_mostly_digits(one.text); };
  const auto numbers = std::count_if(column.known.begin(), column.known.end(), is_written_so);
  return numbers > 0 && 2 * static_cast<size_t>(numbers) >= column.known.size();
}

bool is_measure(const Column& column) {
  constexpr std::array<std::string_view, 3> calendar = {"year", "month", "day"};
  const auto words = name_words(column.name);
  const bool names_a_time = !words.empty() && is_one_of(calendar, words.back());
  return column.is_number() && !is_identifier(column) && !names_a_time;
}

}  // namespace parley::providers::demo
