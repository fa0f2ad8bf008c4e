// A query's result as CSV text (RFC 4180), safe to open in a spreadsheet. Pure.
#pragma once

#include <string>

#include "datasets/query.h"

namespace parley::files {

/// With a header line, CRLF line ends, NULL as an empty cell; formula-safe (formats/csv_text.h).
std::string to_csv(const datasets::QueryResult& result);

}  // namespace parley::files
