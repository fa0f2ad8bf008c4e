// The file section of a prompt: what a model is told about an upload. Pure functions.
//
//   # Uploaded file
//   Name: orders.csv
//   Type: CSV
//   Size: 12.34 KB
//   Rows: 1000
//   Columns (3): id, city, total
//   Types: id number, city string, total number
//   Sample:
//   {"id":"1","city":"Bern","total":"12.50"}
#pragma once

#include <cstddef>
#include <string>

#include "files/files.h"

namespace parley::files {

/// At most `characters_max` characters. Lists that do not fit end with "… and 480 more", sample
/// rows lose their last cells. Names, keys and values stay on their line and lose invisible
/// characters, so that a file cannot write lines of its own into the prompt.
std::string describe_for_model(const StoredFile& file, size_t characters_max);

}  // namespace parley::files
