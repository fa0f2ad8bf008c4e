// run_statement: one SELECT over opened datasets, and the answer's text. The worker's inside.
//
// Threads: one.
#pragma once

#include <string>

#include "base/result.h"
#include "datasets/opened.h"
#include "datasets/query.h"

namespace parley::datasets {

/// "the query took longer than 1.0 s: aggregate or filter more".
Error deadline_error(const QueryLimits& limits);

/// Confines `datasets` to reading (authorizer.h) and to the limits of SECURITY 3.3, runs
/// `query.sql`, and returns what decode_answer() reads: whatever went wrong is in it.
std::string run_statement(OpenedDatasets& datasets, const Query& query);

}  // namespace parley::datasets
