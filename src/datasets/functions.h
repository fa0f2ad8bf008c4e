// The SQL functions that SQLite lacks and analysts expect, those that it gets wrong, and what to
// say about the dialect.
//
// Threads: one.
#pragma once

#include <sqlite3.h>

#include <string_view>

namespace parley::datasets {

/// median(x), percentile(x, p from 0 to 100), variance(x), stddev(x) = stdev(x), string_agg(x, y).
/// NULL does not count, texts that are no numbers are errors (number_argument.h); without values
/// the answer is NULL. Variance and deviation are of a sample: NULL for fewer than two values.
/// Also sum(x), avg(x) and total(x) in place of SQLite's own (sums.h).
void add_functions(sqlite3* connection);

}  // namespace parley::datasets
