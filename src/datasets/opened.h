// OpenedDatasets: one SQLite connection that reads dataset files side by side.
//
// The first file is "main", the others "d2", "d3"…; all are opened immutable, and a transaction
// that never ends holds what SQLite would otherwise ask the file system again. So from then on it
// only reads from descriptors that are open. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/sqlite_handle.h"

namespace parley::datasets {

struct OpenedDatasets {
  Connection connection;
  std::vector<std::string> schemas;  ///< their names in SQL, in the order of the paths
};

/// Errors: not_found (a file is gone), internal (a file is no dataset).
Result<OpenedDatasets> open_datasets(const std::vector<std::string>& paths);

/// Prepares one statement of our own; null if it does not compile.
Statement prepare(sqlite3* connection, const std::string& sql);

}  // namespace parley::datasets
