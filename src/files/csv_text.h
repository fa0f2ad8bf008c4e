// A query's result as CSV text (RFC 4180), safe to open in a spreadsheet. Pure.
#pragma once

#include <string>

#include "datasets/query.h"

namespace parley::files {

/// With a header line, CRLF line ends, NULL as an empty cell. A text that a spreadsheet would run
/// as a formula (first character = + - @, tab or return) gets a leading apostrophe, unless it is a
/// plain number (OWASP, "CSV Injection").
std::string to_csv(const datasets::QueryResult& result);

}  // namespace parley::files
