// import_file: an upload's rows into the tables of a new SQLite file.
//
//   CSV, TSV               one table; cells beyond the header get columns of their own
//   JSON [{…},…], Lines    one table; nested objects become columns with dotted names
//                          ("address.city"); an array of objects inside an item becomes a table
//                          of its own, "<table>_<key>", whose column "<table>_row" is the rowid
//                          of the row it belongs to
//   JSON {"id":{…},…}      three or more objects, most of which share a key: one table; the names
//                          are its first column, "key"
//   other JSON {…}         its arrays of objects become one table each, "<file>_<key>"; what else
//                          it holds, one table of one row
//   other arrays, scalars  one column "value"; arrays of scalars inside an item: JSON text
//   keys beyond columns_max    one column "other" with a JSON object
//
// The last value of a key that an object repeats counts; where rows were made of the first one, the
// file is refused. An empty text of JSON is one in a column of texts, else NULL. JSON text that is
// longer than a cell may be loses its last elements or members, whole ones.
//
// Types are found over all rows (dataset.h). Empty cells, and in columns that are not text also
// placeholders (cell_reading.h: "NA", "-", "#N/A"), are NULL and counted. Thousands separators,
// decimal commas, percent and currency signs are taken off when the whole column agrees, and said
// in Column::unit and note; so is why a column of mostly numbers is text. Nothing is dropped in
// silence: Table::notes says what was changed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/dataset.h"
#include "formats/byte_source.h"
#include "formats/text_file.h"

namespace parley::datasets {

struct ImportOptions {
  formats::ReadLimits limits;
  std::string file_name;                 ///< names the tables: "My Orders.csv" → "my_orders"
  std::vector<std::string> taken_names;  ///< of other tables that the same statement may see
  size_t cell_bytes_max = 65'536;        ///< longer texts are cut there, and that is noted
  size_t tables_max = 32;                ///< of one JSON file; further arrays stay JSON text
};

/// Bytes read of `total`, over all passes; from 0 to total, never falling.
using OnProgress = std::function<void(int64_t bytes, int64_t total)>;

/// Writes to the file at `path`, which exists and is empty, and brings it onto the disk: at most 8
/// bytes for each of the source, or 32 MiB. On an error the file's content is undefined.
/// Threads: any, one per call. Memory: ≤ 64 MB whatever the size of the source.
/// Errors: invalid (as the readers say it: "line 7: …", "CSV file is empty"; tables that would need
/// more bytes), storage_full, internal (the disk failed).
Result<Dataset> import_file(formats::ByteSource& source, formats::FileType type,
                            const ImportOptions& options, const std::string& path,
                            const OnProgress& on_progress);

}  // namespace parley::datasets
