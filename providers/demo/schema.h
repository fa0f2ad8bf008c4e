// Schema: the tables that `describe_data` tells of, as far as a question needs them. Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::providers::demo {

enum class ColumnType { integer, real, boolean, date, timestamp, text };

struct KnownValue {
  std::string text;
  int64_t count = 0;  ///< 0: seen, but not counted
};

struct Column {
  std::string name;   ///< in SQL
  std::string title;  ///< in the file
  ColumnType type = ColumnType::text;
  std::string unit;
  int64_t values = 0;
  int64_t nulls = 0;
  int64_t distinct = 0;
  std::string min;
  std::string max;
  std::optional<double> mean;
  std::vector<KnownValue> known;  ///< most frequent first, then examples; no two the same
  std::string note = {};          ///< how its values were read

  bool is_number() const { return type == ColumnType::integer || type == ColumnType::real; }
  bool is_time() const { return type == ColumnType::date || type == ColumnType::timestamp; }
};

struct Table {
  std::string name;   ///< in SQL
  std::string title;  ///< "orders.csv"
  int64_t rows = 0;
  std::vector<Column> columns;
  std::vector<std::string> notes;
};

/// The tables of `json`, in its order. Members that are missing or of another type are as empty;
/// tables without a name or columns are left out. Empty if it is no such JSON at all.
std::vector<Table> read_schema(std::string_view json);

/// Numbers that only name a row: "order_id", "Customer No", "zip".
bool is_identifier(const Column& column);
/// Numbers that may be added up: an amount, but no price, rate, age or year.
bool is_additive(const Column& column);
/// Numbers of money by unit or name.
bool is_money(const Column& column);
/// "1,200.50", "12 EUR": digits, signs, and no more letters than digits.
bool is_mostly_digits(std::string_view text);
/// Texts that are mostly written as numbers: "1,200.50", "12 EUR", and a "TBD" that made them
/// texts.
bool reads_as_number(const Column& column);
/// Numbers that can be calculated with, by default: no identifier and no year.
bool is_measure(const Column& column);

}  // namespace parley::providers::demo
