// sum(x), avg(x) and total(x) in place of SQLite's own, whose sums of doubles drift: 0.1 added up
// 200,000 times is 19999.9999999895 with SQLite before 3.43.
//
// Threads: one.
#pragma once

#include <sqlite3.h>

namespace parley::datasets {

/// As SQLite documents them (sqlite.org/lang_aggfunc.html#sumunc), also as window functions, but
/// for texts and blobs that are no numbers: number_argument.h. Integers are added exactly; sum()
/// beyond 64 bits is the error "integer overflow". Doubles are added with compensation, as SQLite
/// does since 3.43.
void add_sums(sqlite3* connection);

}  // namespace parley::datasets
