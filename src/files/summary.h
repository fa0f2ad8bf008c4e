// summarise: reads an upload once over all rows and says what is in it.
//
// The shapes are document 004's (CONTRACTS.md section 2, "Summary contents"):
//   CSV          {columnCount, rowCount, columns, sampleData: first 3 rows, columnTypes}
//   JSON array   {type: "array", length, firstItemKeys, dataTypes}   (JSON Lines too)
//   JSON object  {type: "object", keys, dataTypes}
//   JSON scalar  {type: "int"|"float"|"str"|"bool"|"NoneType", value}
// Bounds: sample cells 1,000 characters; 1,000 keys (then "keysTruncated": true is added).
// Threads: any. Memory: bounded, whatever the size of the file.
#pragma once

#include "base/result.h"
#include "files/byte_source.h"
#include "files/csv_reader.h"
#include "files/encoding.h"
#include "files/files.h"
#include "files/json_reader.h"

namespace parley::files {

struct ReadLimits {
  CsvLimits csv;
  JsonLimits json;
};

ReadLimits limits_of(const Options& options);

struct Summary {
  OrderedJson documented;  ///< the shapes above
  OrderedJson details;     ///< StoredFile::details
};

/// Errors: invalid with the reason ("CSV file is empty", "line 3: …", "file is not text (PNG
/// image)", "the content is JSON, not CSV"); internal (the disk failed).
Result<Summary> summarise(ByteSource& source, FileType type, const ReadLimits& limits);

/// Feeds all of `reader` to `csv`. Errors: those of both.
Result<void> read_csv(TextReader& reader, CsvReader& csv);

/// The text of a file of `type`: JSON must be Unicode (RFC 8259, section 8.1), CSV may be anything.
Result<TextReader> open_text(ByteSource& source, FileType type);

}  // namespace parley::files
