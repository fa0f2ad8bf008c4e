// Search: document 004's substring search, streamed over a file's text.
//
// CSV: a row matches if a cell contains the text, whatever the case. JSON: an item (element, line,
// or the whole value) matches if its text does, in the spelling of Python's json.dumps (", " and
// ": " as separators): keys match too. Results are JSON text: the first 10 matches and all counted.
// Threads: any. Memory: one row or item in progress plus the results, at most results_bytes_max.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/csv_reader.h"
#include "formats/encoding.h"
#include "formats/json_reader.h"

namespace parley::files {

inline constexpr int64_t search_results_max = 10;
inline constexpr size_t results_bytes_max = 10 * 1024 * 1024;

/// {"matchingRows":[…],"totalMatches":n,"searchedColumns":[…]}. Errors: those of the readers.
Result<std::string> search_csv(formats::TextReader& reader, const formats::CsvLimits& limits,
                               std::string_view text);

/// {"matchingItems":[…],"totalMatches":n}. Errors: those of the readers.
Result<std::string> search_json(formats::TextReader& reader, const formats::JsonLimits& limits,
                                formats::JsonLayout layout, std::string_view text);

/// Finds a text in another that arrives in pieces.
class SubstringMatcher {
 public:
  explicit SubstringMatcher(std::string needle) : needle_(std::move(needle)) {}

  void feed(std::string_view piece);
  bool found() const { return found_; }
  void restart();

 private:
  std::string needle_;
  std::string tail_;  ///< the end of what was fed: one byte less than the needle
  bool found_ = false;
};

}  // namespace parley::files
