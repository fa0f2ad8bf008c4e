// JSON data of the host page as a model reads it best: tables as CSV, the rest as JSON.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace parley::chat {

struct CsvBlock {
  std::string name;  ///< the array's key; "data" at the top
  size_t records = 0;
  std::string csv;  ///< header line and one line per record, each ended by \n
};

struct JsonData {
  std::vector<CsvBlock> blocks;
  Json rest;  ///< the input with each table replaced by "[See CSV data for <key> below]"
  /// The blocks have `bytes_max` bytes, names included: the last may end anywhere, and of what
  /// comes behind it there is nothing, in `rest` either.
  bool is_cut = false;
};

/// Takes every array of objects, at any depth, out of `data`. Columns are the first object's keys;
/// null and missing cells become 0; a cell with a comma is double-quoted. Arrays of scalars and
/// empty arrays stay. Invisible characters are left out of the tables (base/text.h).
///
/// Rows times columns can be far more than the input is: time and memory grow with the bytes of
/// `data` plus `bytes_max`, whatever its shape.
JsonData extract_tables(const Json& data, size_t bytes_max);

}  // namespace parley::chat
