// number_type: which argument of an aggregate over numbers counts, and which ends the statement.
//
// Threads: one.
#pragma once

#include <sqlite3.h>

namespace parley::datasets {

/// SQLITE_INTEGER or SQLITE_FLOAT, also of a text that is wholly a number ("12.5"). SQLITE_NULL: it
/// does not count. So is a text or blob that is no number, and the statement ends with an error
/// that names it: SQLite itself takes "1,200.50" for 1 and "TBD" for 0. The function's user data
/// must be its name, a const char*.
int number_type(sqlite3_context* context, sqlite3_value* value);

}  // namespace parley::datasets
