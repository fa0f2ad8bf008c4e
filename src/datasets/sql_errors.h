// sql_error: what SQLite objects to, told so that whoever wrote the statement can mend it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "datasets/catalog.h"

namespace parley::datasets {

/// For a connection whose last call failed. A misspelt table or column comes with the names that
/// there are (bounded), functions of other dialects with SQLite's own. `sql`: the statement.
/// Errors: invalid; internal (a damaged file). Neither a refusal nor a deadline. Threads: one.
Error sql_error(sqlite3* connection, const Catalog& catalog, std::string_view sql);

/// `message`, and where it is "no such table", the names of those that there are.
std::string with_table_names(std::string message, const Catalog& catalog);

}  // namespace parley::datasets
