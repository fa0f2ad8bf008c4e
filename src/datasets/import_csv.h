// import_csv: delimiter-separated text into one table. The CSV half of import.h.
// If the first line is data (first_line.h), it is a row, and the columns are numbered.
#pragma once

#include "datasets/import.h"
#include "datasets/progress.h"
#include "datasets/sqlite_handle.h"

namespace parley::datasets {

/// `format`: of the text in `source`. Errors: those of import_file().
Result<Dataset> import_csv(formats::ByteSource& source, const formats::TextFormat& format,
                           const ImportOptions& options, Database& database, Progress& progress);

}  // namespace parley::datasets
