// What a model is told about uploads: the file section of a prompt, and the answer of
// describe_data. Pure functions.
//
//   # Uploaded file
//   Name: orders.csv
//   Type: CSV
//   Size: 12.34 KB
//   Rows: 1000
//   Columns (3): id, city, total
//   Types: id number, city string, total number
//   Table: orders (1000 rows)
//   - "id" integer, 1 to 1000
//   - "city" text, 4 different: Bern 300, Basel 250, …
//   - "total" real, 0.5 to 99.9, mean 40.1, in € (decimal comma)
//   Notes: Rows with fewer cells than the header, filled up with NULL: 2
//   Sample:
//   {"id":"1","city":"Bern","total":"12.50"}
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "files/files.h"

namespace parley::files {

/// One section per file, newest first, together at most `characters_max`; empty without files.
/// Lists that do not fit end with "… and 480 more", sample rows lose their last cells. Names, keys
/// and values stay on their line and lose invisible characters, so that a file cannot write lines
/// of its own into the prompt.
std::string describe_for_model(const std::vector<StoredFile>& files, size_t characters_max);

/// {"tables": […]} (datasets::to_json) as JSON text of at most about `bytes_max`: if it is too
/// long, columns lose examples, then frequent values, then all but name and type; then the last
/// columns go and "columnsLeftOut" counts them.
std::string tables_for_model(const OrderedJson& tables, size_t bytes_max);

}  // namespace parley::files
