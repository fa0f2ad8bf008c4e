// Helpers of the files tests: whole texts in, tables, tokens and summaries out.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "files/search.h"
#include "files/summary.h"

namespace parley::files {

using namespace formats;  // the readers under test

using Table = std::vector<std::vector<std::string>>;

/// Feeds `text` in pieces: one byte each, or of the sizes that `random` draws.
inline Result<Table> parse_csv(std::string_view text, CsvLimits limits = {},
                               std::mt19937* random = nullptr) {
  Table table;
  CsvReader reader(limits, [&table](const CsvRow& row) {
    std::vector<std::string> cells;
    for (size_t column = 0; column < row.size(); ++column) cells.emplace_back(row.cell(column));
    table.push_back(std::move(cells));
  });
  while (!text.empty()) {
    const size_t length =
        random == nullptr ? text.size() : std::min<size_t>(text.size(), 1 + (*random)() % 7);
    TRY(reader.push(text.substr(0, length)));
    text.remove_prefix(length);
  }
  TRY(reader.finish());
  return table;
}

inline Result<Summary> summarise_text(std::string_view bytes, FileType type,
                                      const Options& options = {}) {
  ByteSource source = ByteSource::of_memory(bytes);
  return summarise(source, type, limits_of(options));
}

/// Why a file is refused; empty if it is taken.
inline std::string refusal(std::string_view bytes, FileType type, const Options& options = {}) {
  const auto summary = summarise_text(bytes, type, options);
  return summary ? std::string() : summary.error().message;
}

inline std::string documented(std::string_view bytes, FileType type) {
  const auto summary = summarise_text(bytes, type);
  return summary ? summary->documented.dump() : "refused: " + summary.error().message;
}

/// `count` copies of `piece`.
inline std::string repeat(std::string_view piece, size_t count) {
  std::string out;
  out.reserve(piece.size() * count);
  while (count-- > 0) out += piece;
  return out;
}

/// UTF-8 (BMP and beyond) as UTF-16 with a byte order mark if `mark`.
inline std::string utf_16(std::u16string_view text, bool little_endian, bool mark) {
  std::string out;
  const auto append = [&](char16_t unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += little_endian ? std::string{low, high} : std::string{high, low};
  };
  if (mark) append(0xFEFF);
  for (const char16_t unit : text) append(unit);
  return out;
}

}  // namespace parley::files
