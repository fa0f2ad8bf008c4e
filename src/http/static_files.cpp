#include "http/static_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"

namespace parley::http {

namespace {

namespace fs = std::filesystem;

struct Coding {
  std::string_view name;
  std::string_view suffix;
};

constexpr std::array<Coding, 2> codings = {{{"br", ".br"}, {"gzip", ".gz"}}};  // best first

std::string content_type_of(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> types = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".csv", "text/csv; charset=utf-8"},
      {".txt", "text/plain; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
  };
  const auto found = types.find(to_lower_ascii(fs::path(name).extension().string()));
  return found == types.end() ? "application/octet-stream" : found->second;
}

/// A run of eight or more hex digits or capitals between dots or hyphens, as bundlers write it.
bool has_content_hash(const std::string& name) {
  constexpr size_t hash_characters_min = 8;
  const std::string file = fs::path(name).filename().string();
  size_t begin = 0;
  for (size_t i = 0; i <= file.size(); ++i) {
    if (i < file.size() && file[i] != '.' && file[i] != '-') continue;
    const std::string_view word = std::string_view(file).substr(begin, i - begin);
    const bool is_hash = begin > 0 && i < file.size() && word.size() >= hash_characters_min &&
                         word.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef") ==
                             std::string_view::npos &&
                         word.find_first_of("0123456789") != std::string_view::npos;
    if (is_hash) return true;
    begin = i + 1;
  }
  return false;
}

/// Of an Accept-Encoding value: true if `coding` is listed and not with q=0 (RFC 9110, 12.5.3).
bool accepts_coding(std::string_view accepted, std::string_view coding) {
  while (!accepted.empty()) {
    const std::string_view item = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(item.size() + 1, accepted.size()));
    const size_t end = item.find(';');
    if (to_lower_ascii(trim(item.substr(0, end))) != coding) continue;
    const std::string_view weight = end == std::string_view::npos ? "" : item.substr(end);
    return weight.empty() || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

/// Of an If-None-Match value (RFC 9110, 13.1.2): weak comparison.
bool matches(std::string_view tags, const std::string& etag) {
  return trim(tags) == "*" || tags.find(etag) != std::string_view::npos;
}

std::string etag_of(const struct stat& info, std::string_view coding) {
  return fmt::format("\"{:x}-{:x}{}{}\"", info.st_size,
                     info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec,
                     coding.empty() ? "" : "-", coding);
}

bool is_compressed_variant(const fs::path& path) {
  return std::any_of(codings.begin(), codings.end(), [&path](const Coding& coding) {
    std::string original = path.string();
    if (!original.ends_with(coding.suffix)) return false;
    original.resize(original.size() - coding.suffix.size());
    return fs::is_regular_file(fs::symlink_status(original));
  });
}

}  // namespace

Result<StaticFiles> StaticFiles::open(const std::string& directory,
                                      std::vector<PrefixHeaders> headers) {
  StaticFiles files;
  files.headers_ = std::move(headers);
  std::error_code code;
  const auto add = [&files](const fs::path& path, const std::string& name, std::string_view coding,
                            const std::string& suffix) {
    struct stat info {};
    const std::string full = path.string() + suffix;
    if (::lstat(full.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    auto& entry = files.entries_[name];
    entry.variants[std::string(coding)] = {full, info.st_size, etag_of(info, coding)};
  };
  fs::recursive_directory_iterator at(directory, code);
  for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
    const fs::path& path = at->path();
    const std::string name = fs::relative(path, directory).string();
    if (path.filename().string().starts_with('.')) {
      at.disable_recursion_pending();
      continue;
    }
    if (is_compressed_variant(path)) continue;
    add(path, name, "", "");
    if (!files.entries_.contains(name)) continue;
    files.entries_[name].content_type = content_type_of(name);
    files.entries_[name].is_immutable = has_content_hash(name);
    for (const Coding& coding : codings) add(path, name, coding.name, std::string(coding.suffix));
    if (files.entries_.size() > static_files_max) {
      return fail(ErrorCode::unavailable, fmt::format("Too many files in {}", directory));
    }
  }
  if (code) {
    return fail(ErrorCode::unavailable,
                fmt::format("Cannot read the files in {}: {}", directory, code.message()));
  }
  return files;
}

Reply StaticFiles::reply(const Request& request, std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return error_reply({ErrorCode::not_found, "Not found", {}});
  const Entry& entry = found->second;
  const Variant* variant = &entry.variants.at("");
  std::string coding;
  for (const auto& candidate : codings) {
    const auto made = entry.variants.find(std::string(candidate.name));
    if (made == entry.variants.end()) continue;
    if (!accepts_coding(request.header("accept-encoding").value_or(""), candidate.name)) continue;
    variant = &made->second;
    coding = candidate.name;
    break;
  }
  Reply reply;
  reply.content_type = entry.content_type;
  if (const auto* more = headers_of(name)) reply.headers = *more;
  reply.headers.emplace_back("ETag", variant->etag);
  reply.headers.emplace_back(
      "Cache-Control", entry.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (entry.variants.size() > 1) reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (matches(request.header("if-none-match").value_or(""), variant->etag)) {
    reply.status = 304;
    return reply;
  }
  if (!coding.empty()) reply.headers.emplace_back("Content-Encoding", coding);
  FileDescriptor file(::open(variant->path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) return error_reply({ErrorCode::not_found, "Not found", {}});
  reply.body = File{std::move(file), variant->size};
  return reply;
}

std::vector<std::string> StaticFiles::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

const net::HeaderFields* StaticFiles::headers_of(std::string_view name) const {
  const PrefixHeaders* best = nullptr;
  for (const auto& candidate : headers_) {
    const bool is_longer = best == nullptr || candidate.prefix.size() > best->prefix.size();
    if (name.starts_with(candidate.prefix) && is_longer) best = &candidate;
  }
  return best == nullptr ? nullptr : &best->headers;
}

}  // namespace parley::http
