// Query: one read-only SQL statement over datasets: what goes in, what comes out. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace parley::datasets {

struct QueryLimits {
  int64_t deadline_ms = 1'000;                 ///< of the run, from its start in the worker
  int64_t rows_max = 1'000;                    ///< of the result; more are cut and that is said
  int64_t result_bytes_max = 1024 * 1024;      ///< of the rows as JSON text; likewise
  int64_t heap_bytes_max = 256 * 1024 * 1024;  ///< of the engine
};

struct Query {
  std::vector<std::string> paths;  ///< dataset files whose tables the statement may read, 1 to 10
  std::string sql;                 ///< ≤ sql_bytes_max
  QueryLimits limits;
};

inline constexpr size_t sql_bytes_max = 16'384;

struct ResultColumn {
  std::string name;  ///< as the statement names it
  std::string type;  ///< integer, real, boolean, date, timestamp, text; "null": no value at all
};

struct QueryResult {
  std::vector<ResultColumn> columns;
  /// Array of rows, each an array: null, number, string. Reals have at most 15 digits, as SQLite
  /// prints them; integers beyond ±2^53 are strings, so that no reader rounds them.
  Json rows = Json::array();
  bool truncated = false;    ///< there are more rows than `rows`
  int64_t rows_scanned = 0;  ///< of the tables, read to find the answer
  int64_t milliseconds = 0;  ///< in the engine
};

/// For the description of a tool that takes SQL: what a model should know, in a few sentences.
std::string_view sql_dialect_notes();

}  // namespace parley::datasets
