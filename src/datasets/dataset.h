// Dataset: an upload as tables, and what is known of each column over all of its rows.
//
// A dataset is a SQLite file that is written once by import (import.h) and only read afterwards
// (runner.h). The description here is kept beside it: it goes to the model, to files/info and to
// the widget. Plain values; threads: any, unshared.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::datasets {

using OrderedJson = nlohmann::ordered_json;

/// What a column holds, over all rows, and how it is stored:
///   integer    whole numbers within 64 bits, without leading zeros      INTEGER
///   real       other numbers                                            REAL
///   boolean    true/false, yes/no: 1 and 0                              BOOLEAN (INTEGER)
///   date       2026-03-31                                               DATE (TEXT)
///   timestamp  2026-03-31 14:05:09, UTC if the file gave an offset      TIMESTAMP (TEXT)
///   text       everything else, as it stands in the file                TEXT
enum class ColumnType { integer, real, boolean, date, timestamp, text };
std::string_view name_of(ColumnType type);

struct TopValue {
  std::string value;
  int64_t count = 0;

  bool operator==(const TopValue&) const = default;
};

struct Column {
  std::string name;  ///< in SQL; unique in its table whatever the case, one line, ≤ 200 characters
  std::string title;  ///< as it stands in the file, ≤ 200 characters
  ColumnType type = ColumnType::text;
  std::string unit = {};  ///< that was taken off its numbers: "%", "€", "$", "CHF"; empty: none
  std::string note =
      {};              ///< how values were read: "decimal comma", "day before month"; empty: none
  int64_t values = 0;  ///< that are not null
  int64_t nulls = 0;
  int64_t distinct = 0;
  bool distinct_is_estimate = false;  ///< exact up to some 1,000
  std::string min = {};               ///< as SQL would print it; empty without values
  std::string max = {};               ///< texts are cut at 100 characters
  std::optional<double> mean = {};    ///< of numbers
  /// ≤ 5, most frequent first, counted exactly; fewer or none if no others are known to be frequent
  std::vector<TopValue> top = {};
  std::vector<std::string> examples = {};  ///< ≤ 3, the first different ones

  bool operator==(const Column&) const = default;
};

struct Table {
  std::string name;   ///< in SQL; unique in its conversation whatever the case: "orders"
  std::string title;  ///< for people: "orders.csv", "orders.json › lines"
  int64_t rows = 0;
  std::vector<Column> columns;
  std::vector<std::string> notes = {};  ///< what was changed or was odd, in sentences

  bool operator==(const Table&) const = default;
};

struct Dataset {
  std::vector<Table> tables;  ///< at least one

  bool operator==(const Dataset&) const = default;
};

/// {"tables":[{"name","title","rows","columns":[{"name","title","type","unit"?,"note"?,"values",
/// "nulls","distinct","distinctIsEstimate"?,"min"?,"max"?,"mean"?,"top"?:[{"value","count"}],
/// "examples"?:[…]}],"notes":[…]}]}: stored, and shown as `profile`.
OrderedJson to_json(const Dataset& dataset);
/// Errors: internal (not what to_json() made).
Result<Dataset> from_json(const OrderedJson& json);

}  // namespace parley::datasets
