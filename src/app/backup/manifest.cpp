#include "app/backup/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/secrets.h"
#include "base/ids.h"
#include "base/json.h"
#include "crypto/digest.h"

namespace parley::app {

namespace {

constexpr int64_t format = 1;

std::string hash_line(const std::string& text) {
  return fmt::format("{}  {}\n", crypto::sha256_hex(text), manifest_file);
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, fmt::format("There is no \"{}\"", path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Json json_of(const Manifest& manifest) {
  Json files = Json::array();
  for (const Manifest::Entry& entry : manifest.files) {
    files.push_back(
        {{"path", entry.path}, {"bytes", entry.facts.bytes}, {"sha256", entry.facts.sha256}});
  }
  return {{"format", format},
          {"createdAtMs", manifest.created_at_ms},
          {"version", manifest.version},
          {"schema", manifest.schema},
          {"files", std::move(files)},
          {"missing", manifest.missing}};
}

Result<Manifest> manifest_of(const Json& json) {
  const auto unreadable =
      fail(ErrorCode::unavailable, "This backup has a format that this version cannot read");
  if (find_integer(json, "format") != format) return unreadable;
  Manifest out;
  out.created_at_ms = find_integer(json, "createdAtMs").value_or(0);
  out.version = find_string(json, "version").value_or("");
  out.schema = find_string(json, "schema").value_or("");
  const Json* files = find_member(json, "files");
  if (files == nullptr || !files->is_array()) return unreadable;
  for (const Json& file : *files) {
    const std::string path = find_string(file, "path").value_or("");
    if (!is_backup_path(path)) return unreadable;
    out.files.push_back(
        {path,
         {find_integer(file, "bytes").value_or(-1), find_string(file, "sha256").value_or("")}});
  }
  const Json* missing = find_member(json, "missing");
  if (missing != nullptr && missing->is_array()) {
    for (const Json& path : *missing) out.missing.push_back(path.is_string() ? path : "");
  }
  return out;
}

}  // namespace

bool is_backup_path(std::string_view path) {
  if (path == database_copy || path == secret_key_file) return true;
  constexpr std::string_view media = "media/";
  if (!path.starts_with(media)) return false;
  path.remove_prefix(media.size());
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return false;
  std::string_view name = path.substr(slash + 1);
  constexpr std::string_view tables = ".tables";
  if (name.ends_with(tables)) name.remove_suffix(tables.size());
  return is_uuid(path.substr(0, slash)) && is_uuid(name);
}

Result<void> write_manifest(const std::string& directory, const Manifest& manifest) {
  const std::string text = json_of(manifest).dump(2) + "\n";
  TRY(write_file(fmt::format("{}/{}", directory, manifest_file), text));
  return write_file(fmt::format("{}/{}", directory, manifest_hash_file), hash_line(text));
}

Result<Manifest> read_manifest(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::string text,
                   read_text(fmt::format("{}/{}", directory, manifest_file)));
  ASSIGN_OR_RETURN(const std::string hash,
                   read_text(fmt::format("{}/{}", directory, manifest_hash_file)));
  if (hash != hash_line(text)) {
    return fail(ErrorCode::unavailable, fmt::format("\"{}/{}\" has changed since it was written",
                                                    directory, manifest_file));
  }
  ASSIGN_OR_RETURN(const Json json, parse_json(text));
  return manifest_of(json);
}

}  // namespace parley::app
