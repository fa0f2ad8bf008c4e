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
#include "files/files.h"
#include "formats/text_file.h"

namespace parley::files {

formats::ReadLimits limits_of(const Options& options);

struct Summary {
  OrderedJson documented;  ///< the shapes above
  OrderedJson details;     ///< StoredFile::details
};

/// Errors: invalid with the reason ("CSV file is empty", "line 3: …", "file is not text (PNG
/// image)", "the content is JSON, not CSV"); internal (the disk failed).
Result<Summary> summarise(formats::ByteSource& source, FileType type,
                          const formats::ReadLimits& limits);

}  // namespace parley::files
