// The part of the system text that describes the visitor's uploaded file, read back. Pure.
//
// It is lines: "# Uploaded file", "Name: …", "Type: …", "Size: …", "Rows: …" or "Items:
// …", "Columns (n): a, b" or "Keys (n): a, b", "Types: a number, b string", "Sample:" and
// one JSON row per line. Lists that were too long end in "… and n more".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace parley::providers::demo {

struct FileSection {
  std::string name;
  std::string type;
  std::string size;
  std::string rows;   ///< as written, e.g. "1000"
  std::string items;  ///< JSON arrays
  std::string keys;   ///< JSON objects
  std::vector<std::string> columns;
  std::string types;         ///< as written
  std::vector<Json> sample;  ///< objects, at most 3
};

/// nullopt if no part begins with "# Uploaded file". Unknown lines are skipped.
std::optional<FileSection> find_file(const std::vector<std::string>& system);

/// `rows` as a Markdown table of at most `rows_max` rows and 8 columns, cells cut at 60 characters.
/// Columns stand in the order of `order`, those that it lacks follow. Empty if no row is an object.
std::string markdown_table(const std::vector<Json>& rows, size_t rows_max,
                           const std::vector<std::string>& order);

}  // namespace parley::providers::demo
