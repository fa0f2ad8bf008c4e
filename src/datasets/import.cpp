#include "datasets/import.h"

#include "datasets/import_csv.h"
#include "datasets/import_json.h"
#include "datasets/progress.h"
#include "datasets/table_writer.h"

namespace parley::datasets {

namespace {

// Its encoding is found, then the types of its values, then its rows are stored.
constexpr int passes = 3;

}  // namespace

Result<Dataset> import_file(formats::ByteSource& source, formats::FileType type,
                            const ImportOptions& options, const std::string& path,
                            const OnProgress& on_progress) {
  Progress progress(source, on_progress, passes);
  ASSIGN_OR_RETURN(const formats::TextReader text, formats::open_text(source, type));
  progress.end_pass();
  ASSIGN_OR_RETURN(Database database, open_new_dataset(path));
  const auto import = type == formats::FileType::csv ? import_csv : import_json;
  ASSIGN_OR_RETURN(Dataset dataset, import(source, text.format(), options, database, progress));
  TRY(finish_dataset(std::move(database), path));
  return dataset;
}

}  // namespace parley::datasets
