// A CSV or JSON file as text: how it is opened, and what of it is refused.
//
// Threads: any.
#pragma once

#include <string_view>

#include "base/result.h"
#include "formats/byte_source.h"
#include "formats/csv_reader.h"
#include "formats/encoding.h"
#include "formats/json_reader.h"

namespace parley::formats {

enum class FileType { csv, json };
std::string_view name_of(FileType type);

struct ReadLimits {
  CsvLimits csv;
  JsonLimits json;
};

/// The text of a file of `type`: JSON must be Unicode (RFC 8259, section 8.1), CSV may be anything.
/// Errors: invalid ("CSV file is empty", …), those of detect_text().
Result<TextReader> open_text(ByteSource& source, FileType type);

/// Feeds all of `reader` to `csv`. Errors: those of both.
Result<void> read_csv(TextReader& reader, CsvReader& csv);

}  // namespace parley::formats
