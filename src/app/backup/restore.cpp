#include <fmt/format.h>

#include <filesystem>

#include "app/backup/backup.h"
#include "db/sqlite/files.h"

namespace parley::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* draft_suffix = ".restoring";

/// Where a file of the backup belongs.
std::string target_of(const std::string& path, const Places& places) {
  if (path == database_copy) return places.database + draft_suffix;
  constexpr std::string_view media = "media/";
  if (path.starts_with(media)) {
    return fmt::format("{}/{}", places.media_directory, path.substr(media.size()));
  }
  return fmt::format("{}/{}", places.data_directory, path);
}

bool has_uploads(const std::string& media_directory) {
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(media_directory, absent)) {
    if (entry.is_directory()) return true;
  }
  return false;
}

Result<void> check_free(const Manifest& manifest, const Places& places) {
  const auto refuse = [](const std::string& what) {
    return fail(ErrorCode::conflict,
                fmt::format("There is data already: \"{}\". Move it away, or set DATA_DIR and "
                            "MEDIA_DIR to new directories.",
                            what));
  };
  std::error_code ignored;
  // A log that another database left would be replayed into the restored one.
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (fs::exists(places.database + suffix, ignored)) return refuse(places.database + suffix);
  }
  if (has_uploads(places.media_directory)) return refuse(places.media_directory);
  for (const Manifest::Entry& entry : manifest.files) {
    const std::string target = target_of(entry.path, places);
    if (fs::exists(target, ignored)) return refuse(target);
  }
  return {};
}

/// The database gets its name last: a restore that was cut off leaves none that would start.
Result<void> put_back(const std::string& directory, const Manifest::Entry& entry,
                      const Places& places) {
  const std::string target = target_of(entry.path, places);
  const std::string folder = fs::path(target).parent_path().string();
  TRY(make_private_directory(folder.empty() ? "." : folder));
  ASSIGN_OR_RETURN(const FileFacts facts,
                   copy_file(fmt::format("{}/{}", directory, entry.path), target));
  if (facts.sha256 == entry.facts.sha256) return sync_directory(folder.empty() ? "." : folder);
  return fail(ErrorCode::unavailable, fmt::format("\"{}\" was not copied whole", target));
}

Result<void> name_database(const Places& places) {
  std::error_code problem;
  fs::rename(places.database + draft_suffix, places.database, problem);
  if (problem) {
    return fail(ErrorCode::unavailable,
                fmt::format("Cannot make \"{}\": {}", places.database, problem.message()));
  }
  const std::string folder = fs::path(places.database).parent_path().string();
  return sync_directory(folder.empty() ? "." : folder);
}

}  // namespace

Result<Manifest> restore_backup(const std::string& directory, const Places& places) {
  ASSIGN_OR_RETURN(Manifest manifest, verify_backup(directory));
  TRY(check_free(manifest, places));
  const std::string folder = fs::path(places.database).parent_path().string();
  TRY(make_private_directory(folder.empty() ? "." : folder));
  ASSIGN_OR_RETURN(const auto lock, db::sqlite::LockFile::take(places.database + ".lock"));
  for (const Manifest::Entry& entry : manifest.files) {
    TRY(put_back(directory, entry, places));
  }
  TRY(name_database(places));
  return manifest;
}

}  // namespace parley::app
