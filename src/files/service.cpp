#include <fmt/format.h>

#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/byte_source.h"
#include "files/file_name.h"
#include "files/files.h"
#include "files/media.h"
#include "files/search.h"
#include "files/store.h"
#include "files/summary.h"

namespace parley::files {

namespace {

constexpr int64_t orphan_age_ms = 60 * 60 * 1000;

ByteSource source_of(const Upload& upload) {
  if (upload.body->file.is_open()) {
    return ByteSource::of_file(upload.body->file.get(), upload.offset, upload.length);
  }
  return ByteSource::of_memory(
      std::string_view(upload.body->bytes)
          .substr(static_cast<size_t>(upload.offset), static_cast<size_t>(upload.length)));
}

/// Document 004's words around the reason why a file could not be read.
tl::unexpected<Error> unreadable(FileType type, Error reason) {
  if (reason.code != ErrorCode::invalid) return fail(std::move(reason));
  return fail(ErrorCode::invalid, "Failed to process file",
              fmt::format("Failed to process {} file: {}", type == FileType::csv ? "CSV" : "JSON",
                          reason.message));
}

/// Copies `source` into `draft`; the SHA-256 of what was copied.
Result<std::string> copy(ByteSource& source, Media::Draft& draft) {
  crypto::Sha256 digest;
  source.rewind();
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view block, source.read());
    if (block.empty()) return digest.hex();
    digest.update(block);
    TRY(draft.append(block));
  }
}

JsonLayout layout_of(const StoredFile& file) {
  const std::string name = file.details.value("layout", "");
  for (const JsonLayout layout : {JsonLayout::array, JsonLayout::object, JsonLayout::lines}) {
    if (name == name_of(layout)) return layout;
  }
  return JsonLayout::scalar;
}

Result<std::string> search_file(const StoredFile& file, const net::FileDescriptor& bytes,
                                const ReadLimits& limits, const std::string& text) {
  ByteSource source = ByteSource::of_file(bytes.get(), 0, file.size_bytes);
  ASSIGN_OR_RETURN(TextReader reader, open_text(source, file.type));
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
  file.type = *type;
  file.size_bytes = upload.length;
  ByteSource source = source_of(upload);
  auto summary = summarise(source, file.type, limits_of(options_));
  if (!summary) return unreadable(file.type, std::move(summary).error());
  file.summary = std::move(summary->documented);
  file.details = std::move(summary->details);

  const Media media(options_.media_directory);
  file.id = new_uuid(entropy_);
  file.uploaded_at_ms = clock_.now_ms();
  ASSIGN_OR_RETURN(Media::Draft draft, media.create(scope, file.id));
  ASSIGN_OR_RETURN(file.sha256, copy(source, draft));
  TRY(draft.sync());
  ASSIGN_OR_RETURN(
      const std::string former, database_.write<std::string>(scope, [&](const db::Tx& tx) {
        return store::replace(tx, scope, conversation_id, file, options_.tenant_bytes_max);
      }));
  draft.keep();
  if (!former.empty()) media.remove(scope, former);
  return file;
}

Result<std::optional<StoredFile>> Service::find(const Scope& scope,
                                                const std::string& conversation_id) {
  return database_.read<std::optional<StoredFile>>(
      [&](const db::Reader& reader) -> Result<std::optional<StoredFile>> {
        return store::find(reader, scope, conversation_id);
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
    ASSIGN_OR_RETURN(const std::optional<StoredFile> file, find(scope, conversation_id));
    if (!file) return fail(ErrorCode::not_found, "No file uploaded for this session");
    auto bytes = media.open(scope, file->id);
    if (!bytes && bytes.error().code == ErrorCode::not_found) continue;
    if (!bytes) return fail(std::move(bytes).error());
    ASSIGN_OR_RETURN(std::string results, search_file(*file, *bytes, limits_of(options_), text));
    return SearchAnswer{file->name, file->type, std::move(results)};
  }
  return fail(ErrorCode::internal, "The file could not be read", "a row without its file");
}

Result<bool> Service::remove(const Scope& scope, const std::string& conversation_id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> id,
                   database_.write<std::optional<std::string>>(
                       scope, [&](const db::Tx& tx) -> Result<std::optional<std::string>> {
                         return store::remove(tx, scope, conversation_id);
                       }));
  if (!id) return false;
  Media(options_.media_directory).remove(scope, *id);
  return true;
}

Result<int64_t> Service::sweep(const Scope& scope) {
  const Media media(options_.media_directory);
  ASSIGN_OR_RETURN(const std::vector<std::string> candidates,
                   media.list_older(scope, clock_.now_ms() - orphan_age_ms));
  if (candidates.empty()) return 0;
  ASSIGN_OR_RETURN(const auto live,
                   database_.read<std::unordered_set<std::string>>(
                       [&](const db::Reader& reader) -> Result<std::unordered_set<std::string>> {
                         return store::list_ids(reader, scope);
                       }));
  int64_t removed = 0;
  for (const std::string& id : candidates) {
    if (live.count(id) > 0) continue;
    media.remove(scope, id);
    ++removed;
  }
  return removed;
}

}  // namespace parley::files
