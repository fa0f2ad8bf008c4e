// Catalog: the tables that a statement may read, with what is cheap to know of them.
//
// Threads: one; borrows the connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/opened.h"

namespace parley::datasets {

struct CatalogTable {
  std::string schema;  ///< "main", "d2"…
  std::string name;
};

/// A table's or an index's place in its file.
struct CatalogPage {
  size_t table = 0;  ///< its place in Catalog::tables
  int schema = 0;    ///< SQLite's number of the database: 0 main, then from 2 on
  int64_t page = 0;
};

struct Catalog {
  std::vector<CatalogTable> tables;
  std::vector<CatalogPage> pages;

  /// By name, whatever its case; nullptr if there is none.
  const CatalogTable* find(std::string_view name) const;
};

/// Errors: internal (a file is damaged).
Result<Catalog> read_catalog(const OpenedDatasets& datasets);

std::vector<std::string> list_columns(sqlite3* connection, const CatalogTable& table);

/// Datasets are written once, in order: the last rowid is the number of rows. 0 if unknown.
int64_t count_rows(sqlite3* connection, const CatalogTable& table);

}  // namespace parley::datasets
