// What the tests of queries share: dataset files made by hand, a Runner, the sqlite3 shell.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/runner.h"
#include "tests/fakes/temp_dir.h"

namespace parley::datasets {

/// Runs `sql` on the file at `path`, making it.
void write_database(const std::string& path, const std::string& sql);

/// orders and shipments in one file, customers and products in another.
class SalesData {
 public:
  explicit SalesData(int orders = 10'000);

  const std::vector<std::string>& paths() const { return paths_; }
  const std::string& folder() const { return folder_.path(); }
  /// Ends late, as statements get only what other processes leave of the processors.
  Query query(std::string sql) const { return {paths_, std::move(sql), {.deadline_ms = 20'000}}; }

 private:
  TempDir folder_;
  std::vector<std::string> paths_;
};

/// One for all tests of the program: they only read.
const SalesData& sales();

/// The Runner of these tests; its worker is this program (tests/main.cpp).
Result<QueryResult> run_query(const Query& query);
Result<QueryResult> run_sql(const std::string& sql);

/// Bytes and names of all files of a folder.
std::string content_of(const std::string& folder);

/// Rows of cells, as the shell prints them.
using ShellRows = std::vector<std::vector<std::string>>;

/// What the sqlite3 shell answers to each statement; one shell runs all of them. `paths`: main, d2.
std::vector<ShellRows> ask_shell(const std::vector<std::string>& paths,
                                 const std::vector<std::string>& statements);

/// What differs: the number of rows or the first cell; empty if nothing does.
std::string difference(const Result<QueryResult>& ours, const ShellRows& shell);

/// How often a test that repeats does so: `count`, or `extended` under ./dev test --extended.
int repeats(int count, int extended);

}  // namespace parley::datasets
