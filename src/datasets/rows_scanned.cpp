#include "datasets/rows_scanned.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace parley::datasets {
namespace {

// The columns of EXPLAIN.
enum Field : int { opcode = 1, p1 = 2, p2 = 3, p3 = 4, p5 = 6 };

/// What a statement's program does to tables: its cursors, its scans, its counts.
struct Program {
  std::map<int, const CatalogTable*> cursors;
  std::set<int> scanned;       // cursors of full scans
  std::multiset<int> counted;  // cursors of count(*)
};

const CatalogTable* find_table(const Catalog& catalog, int schema, int64_t page) {
  const auto found = std::find_if(
      catalog.pages.begin(), catalog.pages.end(),
      [&](const CatalogPage& known) { return known.schema == schema && known.page == page; });
  return found == catalog.pages.end() ? nullptr : &catalog.tables[found->table];
}

Program read_program(sqlite3* connection, sqlite3_stmt* statement, const Catalog& catalog) {
  Program program;
  const Statement explain = prepare(connection, std::string("EXPLAIN ") + sqlite3_sql(statement));
  while (explain && sqlite3_step(explain.get()) == SQLITE_ROW) {
    sqlite3_stmt* row = explain.get();
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, opcode));
    const std::string_view name = text == nullptr ? std::string_view() : std::string_view(text);
    const int cursor = sqlite3_column_int(row, p1);
    const int flags = sqlite3_column_int(row, p5);
    if (name == "OpenRead" || name == "ReopenIdx") {
      program.cursors[cursor] =
          find_table(catalog, sqlite3_column_int(row, p3), sqlite3_column_int64(row, p2));
    } else if (name == "Count") {
      program.counted.insert(cursor);
    } else if ((name == "Next" || name == "Prev") &&
               (flags == SQLITE_STMTSTATUS_FULLSCAN_STEP || flags == SQLITE_STMTSTATUS_AUTOINDEX)) {
      program.scanned.insert(cursor);
    }
  }
  return program;
}

}  // namespace

int64_t count_rows_scanned(sqlite3* connection, sqlite3_stmt* statement, const Catalog& catalog) {
  int64_t rows = int64_t{sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0)} +
                 sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_AUTOINDEX, 0);
  const Program program = read_program(connection, statement, catalog);
  for (const auto& [cursor, table] : program.cursors) {
    if (table == nullptr) continue;
    const auto counts = static_cast<int64_t>(program.counted.count(cursor));
    const bool is_scanned = program.scanned.contains(cursor);
    if (counts == 0 && !is_scanned) continue;
    const int64_t all = count_rows(connection, *table);
    rows += counts * all + (is_scanned && all > 0 ? 1 : 0);
  }
  return rows;
}

}  // namespace parley::datasets
