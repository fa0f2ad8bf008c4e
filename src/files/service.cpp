#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/file_name.h"
#include "files/files.h"
#include "files/media.h"
#include "files/search.h"
#include "files/store.h"
#include "files/summary.h"
#include "formats/byte_source.h"
#include "formats/case_fold.h"

namespace parley::files {

namespace {

constexpr int64_t orphan_age_ms = 60 * 60 * 1000;
constexpr int64_t sweep_interval_ms = 60 * 60 * 1000;
constexpr size_t swept_at_once_max = 256;  // ids that are kept in memory
constexpr int name_attempts_max = 3;  // to find names for tables that no upload takes meanwhile

formats::ByteSource source_of(const Upload& upload) {
  if (upload.body->file.is_open()) {
    return formats::ByteSource::of_file(upload.body->file.get(), upload.offset, upload.length);
  }
  return formats::ByteSource::of_memory(
      std::string_view(upload.body->bytes)
          .substr(static_cast<size_t>(upload.offset), static_cast<size_t>(upload.length)));
}

Result<void> check_stop(const Upload& upload) {
  if (!upload.stop.stop_requested()) return {};
  return fail(ErrorCode::unavailable, "The upload was cancelled");
}

/// Document 004's words around the reason why a file could not be read.
tl::unexpected<Error> unreadable(FileType type, Error reason) {
  if (reason.code != ErrorCode::invalid) return fail(std::move(reason));
  return fail(ErrorCode::invalid, "Failed to process file",
              fmt::format("Failed to process {} file: {}", type == FileType::csv ? "CSV" : "JSON",
                          reason.message));
}

/// The names of tables that a new one in the same conversation must not take; those of the file
/// that it replaces are free.
std::vector<std::string> table_names(const std::vector<StoredFile>& files,
                                     const StoredFile& added) {
  std::vector<std::string> names;
  for (const StoredFile& file : files) {
    if (formats::to_lower(file.name) == formats::to_lower(added.name)) continue;
    for (const datasets::Table& table : file.dataset.tables) names.push_back(table.name);
  }
  return names;
}

bool has_tables(const StoredFile& file, const std::string& path) {
  return !file.dataset.tables.empty() && ::access(path.c_str(), R_OK) == 0;
}

/// Copies `source` into `draft`; the SHA-256 of what was copied.
Result<std::string> copy(formats::ByteSource& source, Media::Draft& draft) {
  crypto::Sha256 digest;
  source.rewind();
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view block, source.read());
    if (block.empty()) return digest.hex();
    digest.update(block);
    TRY(draft.append(block));
  }
}

formats::JsonLayout layout_of(const StoredFile& file) {
  const std::string name = file.details.value("layout", "");
  for (const formats::JsonLayout layout :
       {formats::JsonLayout::array, formats::JsonLayout::object, formats::JsonLayout::lines}) {
    if (name == name_of(layout)) return layout;
  }
  return formats::JsonLayout::scalar;
}

Result<std::string> search_file(const StoredFile& file, const FileDescriptor& bytes,
                                const formats::ReadLimits& limits, const std::string& text) {
  formats::ByteSource source = formats::ByteSource::of_file(bytes.get(), 0, file.size_bytes);
  ASSIGN_OR_RETURN(formats::TextReader reader, formats::open_text(source, file.type));
  if (file.type == FileType::csv) return search_csv(reader, limits.csv, text);
  return search_json(reader, limits.json, layout_of(file), text);
}

}  // namespace

Service::Service(Options options, db::Database& database, const Clock& clock, Entropy& entropy)
    : options_(std::move(options)), database_(database), clock_(clock), entropy_(entropy) {}

Result<StoredFile> Service::upload(const Scope& scope, const std::string& conversation_id,
                                   const Upload& upload) {
  StoredFile file;
  file.name = clean_file_name(upload.name);
  const auto type = type_of(file.name, upload.content_type);
  if (!type) return fail(ErrorCode::invalid, "Only JSON and CSV files are allowed");
  if (upload.length > options_.file_bytes_max) {
    return fail(ErrorCode::too_large,
                "File size must be less than " + size_text(options_.file_bytes_max));
  }
  TRY(check_stop(upload));  // it may have waited
  file.type = *type;
  file.size_bytes = upload.length;
  ASSIGN_OR_RETURN(const std::vector<StoredFile> present, list(scope, conversation_id));
  TRY(store::make_room(present, file, options_.files_max));
  formats::ByteSource source = source_of(upload);
  auto summary = summarise(source, file.type, limits_of(options_));
  if (!summary) return unreadable(file.type, std::move(summary).error());
  file.summary = std::move(summary->documented);
  file.details = std::move(summary->details);
  file.id = new_uuid(entropy_);
  file.uploaded_at_ms = clock_.now_ms();

  const Media media(options_.media_directory);
  ASSIGN_OR_RETURN(Media::Draft bytes, media.create(scope, file.id, Media::Kind::bytes));
  ASSIGN_OR_RETURN(file.sha256, copy(source, bytes));
  TRY(bytes.sync());
  std::vector<std::string> replaced;
  const auto add = [&](const db::Tx& tx) -> Result<void> {
    TRY(check_stop(upload));
    ASSIGN_OR_RETURN(replaced, store::add(tx, scope, conversation_id, file,
                                          {options_.files_max, options_.tenant_bytes_max}));
    return {};
  };
  TRY(make_tables(scope, conversation_id, source, file, upload.on_progress, add));
  bytes.keep();
  for (const std::string& id : replaced) media.remove(scope, id);
  return file;
}

Result<void> Service::make_tables(const Scope& scope, const std::string& conversation_id,
                                  formats::ByteSource& source, StoredFile& file,
                                  const datasets::OnProgress& on_progress,
                                  const std::function<Result<void>(const db::Tx&)>& store) {
  const Media media(options_.media_directory);
  const std::string path = media.path_of_tables(scope, file.id);
  for (int attempt = 1; attempt <= name_attempts_max; ++attempt) {
    ASSIGN_OR_RETURN(const std::vector<StoredFile> present, list(scope, conversation_id));
    ASSIGN_OR_RETURN(Media::Draft tables, media.create(scope, file.id, Media::Kind::tables));
    auto dataset = datasets::import_file(
        source, file.type, {limits_of(options_), file.name, table_names(present, file)}, path,
        attempt == 1 ? on_progress : datasets::OnProgress());
    if (!dataset) return unreadable(file.type, std::move(dataset).error());
    file.dataset = std::move(*dataset);
    TRY(tables.sync());
    ASSIGN_OR_RETURN(file.tables_bytes, tables.size());
    auto stored = database_.write<void>(scope, store);
    if (stored) {
      tables.keep();
      return {};
    }
    if (stored.error().code != ErrorCode::conflict) return stored;
  }
  return fail(ErrorCode::unavailable, "Too many uploads at once. Please try again in a moment.");
}

Result<std::vector<StoredFile>> Service::list(const Scope& scope,
                                              const std::string& conversation_id) {
  return database_.read<std::vector<StoredFile>>(
      [&](const db::Reader& reader) -> Result<std::vector<StoredFile>> {
        return store::list(reader, scope, conversation_id);
      });
}

Result<SearchAnswer> Service::search(const Scope& scope, const std::string& conversation_id,
                                     const std::string& text) {
  if (count_characters(text) > search_characters_max) {
    return fail(ErrorCode::invalid,
                fmt::format("The query may have at most {} characters", search_characters_max));
  }
  const Media media(options_.media_directory);
  // An upload may replace the file between its row and its bytes: the next row names the new one.
  for (int attempt = 0; attempt < 3; ++attempt) {
    ASSIGN_OR_RETURN(const std::vector<StoredFile> files, list(scope, conversation_id));
    if (files.empty()) return fail(ErrorCode::not_found, "No file uploaded for this session");
    const StoredFile& file = files.front();
    auto bytes = media.open(scope, file.id);
    if (!bytes && bytes.error().code == ErrorCode::not_found) continue;
    if (!bytes) return fail(std::move(bytes).error());
    ASSIGN_OR_RETURN(std::string results, search_file(file, *bytes, limits_of(options_), text));
    return SearchAnswer{file.name, file.type, std::move(results)};
  }
  return fail(ErrorCode::internal, "The file could not be read", "a row without its file");
}

std::vector<std::string> Service::remove_for_good(const db::Tx& tx, const Scope& scope,
                                                  const std::string& conversation_id,
                                                  const std::string& file_id) const {
  const std::vector<StoredFile> present = store::list(tx, scope, conversation_id);
  std::vector<std::string> ids = store::remove(tx, scope, conversation_id, file_id);
  if (ids.empty() && !file_id.empty()) return ids;
  if (file_id.empty()) store::forget_results(tx, scope, conversation_id);
  for (const StoredFile& file : present) {
    if (file.id != file_id) continue;
    store::forget_results(tx, scope, conversation_id, {file.id, file.name, file.sha256});
  }
  if (forget_replays_) forget_replays_(tx, scope, conversation_id);
  tx.empty_log();
  return ids;
}

Result<int64_t> Service::remove(const Scope& scope, const std::string& conversation_id,
                                const std::string& file_id) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   database_.write<std::vector<std::string>>(
                       scope, [&](const db::Tx& tx) -> Result<std::vector<std::string>> {
                         return remove_for_good(tx, scope, conversation_id, file_id);
                       }));
  remove_from_disk(scope, ids);
  return static_cast<int64_t>(ids.size());
}

Result<FileDescriptor> Service::open(const Scope& scope, const StoredFile& file) const {
  return Media(options_.media_directory).open(scope, file.id);
}

std::vector<std::string> Service::remove_rows(const db::Tx& tx, const Scope& scope,
                                              const std::string& conversation_id) const {
  return store::remove(tx, scope, conversation_id, "");
}

void Service::remove_from_disk(const Scope& scope, const std::vector<std::string>& ids) const {
  const Media media(options_.media_directory);
  for (const std::string& id : ids) media.remove(scope, id);
}

Result<std::string> Service::tables_of(const Scope& scope, const std::string& conversation_id,
                                       const StoredFile& file) {
  const Media media(options_.media_directory);
  std::string path = media.path_of_tables(scope, file.id);
  if (has_tables(file, path)) return path;
  const std::scoped_lock lock(rebuild_mutex_);
  // Whoever had the lock before may have made them.
  ASSIGN_OR_RETURN(const std::vector<StoredFile> present, list(scope, conversation_id));
  const auto found = std::find_if(present.begin(), present.end(),
                                  [&](const StoredFile& other) { return other.id == file.id; });
  if (found == present.end()) return fail(ErrorCode::not_found, "The file was deleted");
  if (has_tables(*found, path)) return path;
  ASSIGN_OR_RETURN(const FileDescriptor bytes, media.open(scope, file.id));
  ::unlink(path.c_str());
  formats::ByteSource source = formats::ByteSource::of_file(bytes.get(), 0, found->size_bytes);
  StoredFile again = *found;
  TRY(make_tables(scope, conversation_id, source, again, {}, [&](const db::Tx& tx) {
    return store::set_dataset(tx, scope, conversation_id, again);
  }));
  return path;
}

Result<int64_t> Service::sweep(const Scope& scope) {
  const int64_t now_ms = clock_.now_ms();
  int64_t& swept_ms = swept_ms_[scope.tenant_id()];
  if (now_ms - swept_ms < sweep_interval_ms) return 0;
  const Media media(options_.media_directory);
  int64_t removed = 0;
  std::vector<std::string> old;
  const auto remove_orphans = [&]() -> Result<void> {
    TRY(database_.read<void>([&](const db::Reader& reader) -> Result<void> {
      std::erase_if(old, [&](const auto& id) { return store::has_file(reader, scope, id); });
      return {};
    }));
    for (const std::string& id : old) removed += media.remove(scope, id);
    old.clear();
    return {};
  };
  const auto visit = [&](std::string id) -> Result<void> {
    old.push_back(std::move(id));
    return old.size() < swept_at_once_max ? Result<void>() : remove_orphans();
  };
  TRY(media.visit_older(scope, now_ms - orphan_age_ms, visit));
  TRY(remove_orphans());
  swept_ms = now_ms;
  return removed;
}

}  // namespace parley::files
