#include "app/backup/backup.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "app/backup/store.h"
#include "app/options.h"
#include "app/secrets.h"
#include "db/snapshot.h"

namespace parley::app {

namespace {

namespace fs = std::filesystem;

/// Snapshots until all uploads that one speaks of were still there.
constexpr int attempts_max = 3;
constexpr size_t problems_shown_max = 10;

/// By path in the backup.
using Copied = std::map<std::string, FileFacts>;

std::string media_path(const backup_store::Upload& upload, const char* suffix) {
  return fmt::format("media/{}/{}{}", upload.tenant_id, upload.file_id, suffix);
}

/// One file of the media directory, unless it was copied already. Errors: not_found.
Result<void> copy_upload(const Places& places, const std::string& directory,
                         const std::string& path, Copied& copied) {
  if (copied.contains(path)) return {};
  const std::string from = places.media_directory + path.substr(std::string("media").size());
  const std::string to = fmt::format("{}/{}", directory, path);
  TRY(make_private_directory(fs::path(to).parent_path().string()));
  ASSIGN_OR_RETURN(copied[path], copy_file(from, to));
  return {};
}

struct Round {
  Copied wanted;  ///< of what the snapshot speaks of, what there was
  std::vector<std::string> missing;
};

/// A snapshot of the database and the uploads that it speaks of.
Result<Round> copy_round(const Places& places, const std::string& directory, Copied& copied) {
  const std::string copy = fmt::format("{}/{}", directory, database_copy);
  std::error_code ignored;
  fs::remove(copy, ignored);
  TRY(db::copy_database(places.database, copy));
  std::vector<backup_store::Upload> uploads;
  TRY(db::read_copy(
      copy, [&](const db::Reader& reader) { uploads = backup_store::list_uploads(reader); }));
  Round round;
  for (const backup_store::Upload& upload : uploads) {
    for (const char* suffix : {"", ".tables"}) {
      const std::string path = media_path(upload, suffix);
      const auto done = copy_upload(places, directory, path, copied);
      const bool is_absent = !done && done.error().code == ErrorCode::not_found;
      if (!done && !is_absent) return fail(done.error());
      if (done) round.wanted[path] = copied[path];
      // Tables are made when they are first asked for.
      if (is_absent && *suffix == '\0') round.missing.push_back(path);
    }
  }
  return round;
}

/// An upload may go between snapshot and copy; the next snapshot then does not speak of it.
Result<Round> copy_consistently(const Places& places, const std::string& directory) {
  Copied copied;
  Round round;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    ASSIGN_OR_RETURN(round, copy_round(places, directory, copied));
    if (round.missing.empty()) break;
  }
  for (const auto& [path, facts] : copied) {
    std::error_code ignored;
    if (!round.wanted.contains(path)) fs::remove(fmt::format("{}/{}", directory, path), ignored);
  }
  return round;
}

Result<void> prepare_directory(const std::string& directory) {
  TRY(make_private_directory(directory));
  std::error_code problem;
  if (fs::is_empty(directory, problem) && !problem) return {};
  return fail(ErrorCode::conflict,
              fmt::format("\"{}\" is not empty. Name a new directory for each backup.", directory));
}

Result<void> sync_all(const std::string& directory) {
  std::error_code problem;
  for (const auto& entry : fs::recursive_directory_iterator(directory, problem)) {
    if (entry.is_directory()) TRY(sync_directory(entry.path().string()));
  }
  return sync_directory(directory);
}

/// What is wrong with one file; empty: nothing.
std::string fault_of(const std::string& directory, const Manifest::Entry& entry) {
  const auto facts = hash_file(fmt::format("{}/{}", directory, entry.path));
  if (!facts) return facts.error().message;
  const bool is_same = facts->bytes == entry.facts.bytes && facts->sha256 == entry.facts.sha256;
  return is_same ? "" : fmt::format("\"{}\" has changed since it was written", entry.path);
}

Result<void> check_database(const std::string& path) {
  ASSIGN_OR_RETURN(const auto found, db::inspect_copy(path, db::Look::thorough));
  if (!found.problems.empty()) {
    return fail(ErrorCode::unavailable,
                fmt::format("\"{}\" is damaged: {}", path, fmt::join(found.problems, "; ")));
  }
  if (found.schema <= db::newest_schema()) return {};
  return fail(ErrorCode::unavailable,
              fmt::format("The backup was made by a newer version (schema {}, here {})",
                          found.schema, db::newest_schema()));
}

}  // namespace

Result<Places> places_of(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto database, database_options(settings));
  return Places{database.path, settings.text("data_dir"), settings.text("media_dir")};
}

Result<Manifest> make_backup(const Places& places, const std::string& directory,
                             const Clock& clock) {
  Manifest manifest;
  manifest.created_at_ms = clock.now_ms();
  manifest.version = PARLEY_VERSION;
  TRY(prepare_directory(directory));
  ASSIGN_OR_RETURN(Round round, copy_consistently(places, directory));
  const std::string copy = fmt::format("{}/{}", directory, database_copy);
  ASSIGN_OR_RETURN(const auto found, db::inspect_copy(copy, db::Look::quick));
  manifest.schema = found.schema;
  manifest.missing = std::move(round.missing);
  ASSIGN_OR_RETURN(FileFacts facts, hash_file(copy));
  manifest.files.push_back({database_copy, facts});
  auto secret = copy_file(fmt::format("{}/{}", places.data_directory, secret_key_file),
                          fmt::format("{}/{}", directory, secret_key_file));
  if (!secret && secret.error().code != ErrorCode::not_found) return fail(secret.error());
  if (secret) manifest.files.push_back({secret_key_file, *secret});
  for (auto& [path, copied] : round.wanted) manifest.files.push_back({path, copied});
  TRY(write_manifest(directory, manifest));
  TRY(sync_all(directory));
  return verify_backup(directory);
}

Result<Manifest> verify_backup(const std::string& directory) {
  ASSIGN_OR_RETURN(Manifest manifest, read_manifest(directory));
  std::vector<std::string> faults;
  for (const Manifest::Entry& entry : manifest.files) {
    std::string fault = fault_of(directory, entry);
    if (!fault.empty() && faults.size() < problems_shown_max) faults.push_back(std::move(fault));
  }
  if (!faults.empty()) {
    return fail(ErrorCode::unavailable,
                fmt::format("The backup is damaged: {}", fmt::join(faults, "; ")));
  }
  TRY(check_database(fmt::format("{}/{}", directory, database_copy)));
  return manifest;
}

}  // namespace parley::app
