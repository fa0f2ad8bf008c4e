#include "tests/unit/datasets_fixture.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace parley::datasets {
namespace {

const std::string orders_sql = R"(
CREATE TABLE orders(id INTEGER, order_date DATE, created_at TIMESTAMP, region TEXT,
  product_id INTEGER, customer_id INTEGER, quantity INTEGER, amount REAL, paid BOOLEAN, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO orders SELECT i, date('2025-01-01', (i * 7 % 455) || ' days'),
  datetime('2025-01-01', (i * 7 % 455) || ' days', (i * 131 % 86400) || ' seconds'),
  CASE i * 31 % 7 WHEN 0 THEN 'North' WHEN 1 THEN 'South' WHEN 2 THEN 'East' WHEN 3 THEN 'West'
    WHEN 4 THEN 'Zürich' WHEN 5 THEN 'São Paulo' ELSE NULL END,
  i * 13 % 40 + 1, i * 17 % 500 + 1, i * 11 % 9 + 1,
  round((i * 7919 % 100000) / 100.0, 2), i % 3 != 0,
  CASE WHEN i % 10 = 0 THEN NULL WHEN i % 10 = 1 THEN 'late, "urgent"'
    WHEN i % 10 = 2 THEN 'naïve 東京 ' || i ELSE 'order ' || i END FROM n;
CREATE TABLE shipments(order_id INTEGER, shipped_at TIMESTAMP, carrier TEXT, cost REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO shipments SELECT i * 2, datetime('2025-01-03', (i * 14 % 455) || ' days'),
  CASE i % 4 WHEN 0 THEN 'DHL' WHEN 1 THEN 'UPS' WHEN 2 THEN 'Post' ELSE NULL END,
  round((i * 37 % 2500) / 100.0, 2) FROM n;
CREATE TABLE empty_list(id INTEGER, label TEXT);
)";

constexpr const char* customers_sql = R"(
CREATE TABLE customers(id INTEGER, name TEXT, city TEXT, country TEXT, since DATE, credit REAL,
  "e-mail" TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO customers SELECT i, 'Customer ' || i,
  CASE i % 5 WHEN 0 THEN 'Berlin' WHEN 1 THEN 'Bern' WHEN 2 THEN 'Basel' WHEN 3 THEN 'Paris'
    ELSE 'Köln' END,
  CASE i % 5 WHEN 0 THEN 'DE' WHEN 4 THEN 'DE' WHEN 3 THEN 'FR' ELSE 'CH' END,
  date('2015-06-01', (i * 29 % 3600) || ' days'),
  CASE WHEN i % 8 = 0 THEN NULL ELSE i * 997 % 10000 / 4.0 END, 'c' || i || '@example.org' FROM n;
CREATE TABLE products(id INTEGER, name TEXT, category TEXT, price REAL, weight REAL, tags TEXT,
  code INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO products SELECT i, 'Product ' || char(64 + i % 26) || i,
  CASE i % 4 WHEN 0 THEN 'Tools' WHEN 1 THEN 'Toys' WHEN 2 THEN 'Food' ELSE 'Books' END,
  round(i * 3.37, 2), i / 8.0, json_array('t' || i % 3, 't' || i % 7),
  9007199254740990 + i FROM n;
)";

void check(int code, sqlite3* connection) {
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(connection));
}

/// As the shell prints it in list mode.
std::string text_of(const Json& cell) {
  if (cell.is_null()) return "<NULL>";
  return cell.is_string() ? cell.get<std::string>() : cell.dump();
}

/// The shell's sums drift where ours do not (datasets/sums.h), by some units in the last place.
bool is_same(const Json& ours, const std::string& theirs) {
  if (ours.is_number_float()) {
    const double difference = std::strtod(theirs.c_str(), nullptr) - ours.get<double>();
    return std::fabs(difference) <= 1e-11 * std::fabs(ours.get<double>());
  }
  return text_of(ours) == theirs;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::string capture(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  std::string output;
  std::array<char, 65'536> block;
  for (size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    output.append(block.data(), count);
  }
  ::pclose(pipe);
  return output;
}

}  // namespace

void write_database(const std::string& path, const std::string& sql) {
  sqlite3* connection = nullptr;
  check(sqlite3_open(path.c_str(), &connection), connection);
  check(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr), connection);
  sqlite3_close(connection);
}

SalesData::SalesData(int orders)
    : paths_{folder_.path("orders.db"), folder_.path("it's 100%?.db")} {
  write_database(paths_[0], orders_sql + fmt::format("DELETE FROM orders WHERE id > {}", orders));
  write_database(paths_[1], customers_sql);
}

const SalesData& sales() {
  static const SalesData data;
  return data;
}

Result<QueryResult> run_query(const Query& query) {
  static Runner runner({});
  return runner.run("tests", query, {});
}

Result<QueryResult> run_sql(const std::string& sql) {
  return run_query(sales().query(sql));
}

std::string content_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    files[entry.path().string()] = bytes.str();
  }
  std::string all;
  for (const auto& [name, bytes] : files) all += fmt::format("{}:{}:{}", name, bytes.size(), bytes);
  return all;
}

std::vector<ShellRows> ask_shell(const std::vector<std::string>& paths,
                                 const std::vector<std::string>& statements) {
  const TempDir folder;
  {
    std::ofstream script(folder.path("script"));
    script << ".mode list\n.separator \"\\037\" \"\\036\"\n.nullvalue <NULL>\n";
    for (size_t i = 1; i < paths.size(); ++i) {
      std::string path = paths[i];
      for (size_t at = 0; (at = path.find('\'', at)) != std::string::npos; at += 2) {
        path.insert(at, 1, '\'');
      }
      script << "ATTACH '" << path << "' AS d" << i + 1 << ";\n";
    }
    for (const std::string& statement : statements) {
      script << statement << "\n;\n.print \"\\035\"\n";
    }
  }
  const std::string output = capture("TZ=UTC sqlite3 -batch -readonly '" + paths[0] + "' <'" +
                                     folder.path("script") + "' 2>&1");
  std::vector<ShellRows> results;
  for (std::string& section : split(output, '\035')) {
    if (section.starts_with("\n")) section.erase(0, 1);
    ShellRows rows;
    for (const std::string& line : split(section, '\036')) rows.push_back(split(line, '\037'));
    results.push_back(std::move(rows));
  }
  results.resize(statements.size());
  return results;
}

std::string difference(const Result<QueryResult>& ours, const ShellRows& shell) {
  if (!ours) return "failed: " + ours.error().message + " " + ours.error().detail;
  if (ours->truncated) return "truncated";
  if (ours->rows.size() != shell.size()) {
    return fmt::format("{} rows, the shell has {} {}", ours->rows.size(), shell.size(),
                       shell.empty() || shell[0].empty() ? "" : shell[0][0]);
  }
  for (size_t i = 0; i < shell.size(); ++i) {
    const Json& row = ours->rows[i];
    std::vector<std::string> cells = shell[i];
    cells.resize(row.size());  // a last empty cell is not split off
    for (size_t column = 0; column < row.size(); ++column) {
      if (is_same(row[column], cells[column])) continue;
      return fmt::format("row {}, column {}: {}, the shell has {}", i, column, row[column].dump(),
                         cells[column]);
    }
  }
  return {};
}

int repeats(int count, int extended) {
  return std::getenv("PARLEY_TEST_EXTENDED") == nullptr ? count : extended;
}

}  // namespace parley::datasets
