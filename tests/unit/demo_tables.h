// DemoTables: the tables of tests/unit/demo_data: their schema as describe_data tells it, and a
// real SQLite database that answers queries as query_data does. For one thread.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "base/json.h"

namespace parley::providers::demo {

inline std::string read_text(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class DemoTables {
 public:
  explicit DemoTables(const std::string& name)
      : folder_(std::string(PARLEY_SOURCE_DIR) + "/tests/unit/demo_data/"),
        schema(read_text(folder_ + name + ".json")),
        cases(folder_ + name + ".txt") {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
    database_.reset(raw);
    const std::string sql = read_text(folder_ + name + ".sql");
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << name;
  }

  /// {"columns","rows","rowCount","truncated","rowsScanned"}, or {"error"}. More than one
  /// statement, or one that writes, is an error.
  Json query(const std::string& sql) const {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, &tail) != SQLITE_OK) {
      return {{"error", sqlite3_errmsg(database_.get())}};
    }
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw,
                                                                               sqlite3_finalize);
    if (*tail != '\0' || sqlite3_stmt_readonly(raw) == 0) return {{"error", "not one SELECT"}};
    Json columns = Json::array();
    for (int i = 0; i < sqlite3_column_count(raw); ++i) {
      columns.push_back(sqlite3_column_name(raw, i));
    }
    Json rows = Json::array();
    while (sqlite3_step(raw) == SQLITE_ROW) rows.push_back(row_of(raw));
    const size_t count = rows.size();
    return {{"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"rowCount", count},
            {"truncated", false},
            {"rowsScanned", 0}};
  }

 private:
  static Json row_of(sqlite3_stmt* statement) {
    Json row = Json::array();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const int type = sqlite3_column_type(statement, i);
      if (type == SQLITE_NULL) {
        row.push_back(nullptr);
      } else if (type == SQLITE_INTEGER) {
        row.push_back(sqlite3_column_int64(statement, i));
      } else if (type == SQLITE_FLOAT) {
        row.push_back(sqlite3_column_double(statement, i));
      } else {
        const void* bytes = sqlite3_column_blob(statement, i);
        const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
        row.push_back(bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), size));
      }
    }
    return row;
  }

  std::string folder_;
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database_{nullptr, sqlite3_close};

 public:
  const std::string schema;  ///< what describe_data answers
  const std::string cases;   ///< path of the questions: question, SQL, expected, empty line
};

}  // namespace parley::providers::demo
