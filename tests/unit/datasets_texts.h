// Helpers of the datasets tests: a text in, its tables out, read back with SQL.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/import.h"
#include "datasets/sqlite_handle.h"

namespace parley::datasets {

using formats::ByteSource;
using formats::FileType;

/// An empty file, gone with its owner.
class TemporaryFile {
 public:
  TemporaryFile() {
    const int descriptor = ::mkstemp(path_.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
  }
  TemporaryFile(TemporaryFile&&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "parley-dataset-XXXXXX").string();
};

using Rows = std::vector<std::vector<std::string>>;

/// The rows of `sql` on the file at `path`, as the sqlite3 shell prints them; NULL: "∅".
inline Rows query(const std::string& path, const std::string& sql) {
  Rows rows;
  auto database = Database::open(path, SQLITE_OPEN_READONLY);
  auto statement = database->prepare(sql);
  if (!statement) {
    ADD_FAILURE() << sql << ": " << statement.error().detail;
    return rows;
  }
  while (sqlite3_step(statement->get()) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(statement->get()); ++column) {
      const auto* text = sqlite3_column_text(statement->get(), column);
      const auto length = static_cast<size_t>(sqlite3_column_bytes(statement->get(), column));
      row.push_back(text == nullptr ? "∅" : std::string(text, text + length));
    }
  }
  return rows;
}

/// An imported text.
class Imported {
 public:
  explicit Imported(std::string_view text, FileType type = FileType::csv,
                    ImportOptions options = {}) {
    if (options.file_name.empty()) options.file_name = type == FileType::csv ? "t.csv" : "t.json";
    ByteSource source = ByteSource::of_memory(text);
    result_ = import_file(source, type, options, file_.path(), {});
  }

  const Result<Dataset>& result() const { return result_; }
  std::string error() const { return result_ ? std::string() : result_.error().message; }
  const Table& table(size_t index = 0) const { return result_.value().tables.at(index); }
  const Column& column(size_t index, size_t table_index = 0) const {
    return table(table_index).columns.at(index);
  }
  Rows rows(const std::string& sql = "SELECT * FROM t") const { return query(file_.path(), sql); }
  const std::string& path() const { return file_.path(); }

 private:
  TemporaryFile file_;
  Result<Dataset> result_;
};

inline Imported import_json_text(std::string_view text) {
  return Imported(text, FileType::json);
}

/// A CSV of one column "x" with these cells, each in quotes.
inline std::string one_column(const std::vector<std::string>& cells) {
  std::string text = "x\n";
  for (const std::string& cell : cells) {
    text += '"';
    for (const char byte : cell) text += byte == '"' ? "\"\"" : std::string(1, byte);
    text += "\"\n";
  }
  return text;
}

/// The values of the column "x", in the order of the rows.
inline std::vector<std::string> values_of(const Imported& imported) {
  std::vector<std::string> values;
  for (const auto& row : imported.rows("SELECT x FROM t ORDER BY rowid")) values.push_back(row[0]);
  return values;
}

}  // namespace parley::datasets
