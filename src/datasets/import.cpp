#include "datasets/import.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/import_csv.h"
#include "datasets/import_json.h"
#include "datasets/progress.h"
#include "datasets/table_writer.h"

namespace parley::datasets {

namespace {

// Its encoding is found, then the types of its values, then its rows are stored.
constexpr int passes = 3;

// Tables are mostly smaller than their text. But a row of CSV that is short, or of JSON that has
// few keys, takes a byte for each column of a wide table: without a bound some bytes of text take
// 512. Small files may do so, as 32 MiB are no harm.
constexpr int64_t bytes_per_byte_max = 8;
constexpr int64_t small_bytes_max = 32 * 1024 * 1024;

}  // namespace

Result<Dataset> import_file(formats::ByteSource& source, formats::FileType type,
                            const ImportOptions& options, const std::string& path,
                            const OnProgress& on_progress) {
  Progress progress(source, on_progress, passes);
  ASSIGN_OR_RETURN(const formats::TextReader text, formats::open_text(source, type));
  progress.end_pass();
  const int64_t bytes_max = std::max(small_bytes_max, bytes_per_byte_max * source.size_bytes());
  ASSIGN_OR_RETURN(Database database, open_new_dataset(path, bytes_max));
  const auto import = type == formats::FileType::csv ? import_csv : import_json;
  auto dataset = import(source, text.format(), options, database, progress);
  if (!dataset) {
    const bool is_too_large =
        dataset.error().code == ErrorCode::storage_full && is_at_bytes_max(path, bytes_max);
    if (!is_too_large) return dataset;
    return fail(ErrorCode::invalid,
                fmt::format("its tables would have more than {} MiB, mostly empty cells: leave "
                            "columns out or split the file",
                            bytes_max / (1024 * 1024)));
  }
  TRY(finish_dataset(std::move(database), path));
  return dataset;
}

}  // namespace parley::datasets
