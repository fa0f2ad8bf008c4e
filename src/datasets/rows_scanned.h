// count_rows_scanned: how many rows of tables a finished statement has read.
#pragma once

#include <cstdint>

#include "datasets/catalog.h"

namespace parley::datasets {

/// SQLite counts the steps of its full scans (SQLITE_STMTSTATUS_FULLSCAN_STEP, and _AUTOINDEX for
/// an index that it builds for one join), which leaves out the first row of each scan, and answers
/// count(*) without stepping at all. Both are added here from the statement's own program: exact
/// for every table that is scanned once. Of a scan inside another one's rows the first rows are
/// left out; scans of intermediate results count like those of tables. Rows found by rowid or by an
/// index are not scanned. `statement`: has run, not been reset. Threads: one.
int64_t count_rows_scanned(sqlite3* connection, sqlite3_stmt* statement, const Catalog& catalog);

}  // namespace parley::datasets
