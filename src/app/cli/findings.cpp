#include "app/cli/findings.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "app/descriptors.h"
#include "app/options.h"
#include "base/file_descriptor.h"

namespace parley::app::cli {

namespace {

namespace fs = std::filesystem;

constexpr int64_t mebibyte = 1024 * 1024;
constexpr int64_t free_bytes_low = 1024 * mebibyte;
constexpr int64_t free_bytes_min = 64 * mebibyte;
constexpr int64_t clock_leeway_ms = 60'000;

bool is_others(const fs::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISLNK(status.st_mode) &&
         (status.st_mode & 077) != 0;
}

/// What is in `directory` that others than its owner may open: files in a data directory,
/// tenants' folders in a media directory.
void list_others(const std::string& directory, bool wants_folders, std::vector<std::string>& out) {
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(directory, absent)) {
    const bool counts = wants_folders ? entry.is_directory() : entry.is_regular_file();
    if (counts && is_others(entry.path())) out.push_back(entry.path().string());
  }
}

Finding disk_finding(const std::string& directory) {
  struct statvfs status = {};
  if (::statvfs(directory.c_str(), &status) != 0) {
    return {Verdict::warn, "disk", fmt::format("cannot look at \"{}\"", directory),
            "It is made at the first start."};
  }
  const auto free_bytes =
      static_cast<int64_t>(status.f_bavail) * static_cast<int64_t>(status.f_frsize);
  const std::string said = fmt::format("{} MiB free for \"{}\"", free_bytes / mebibyte, directory);
  if (free_bytes < free_bytes_min) return {Verdict::fail, "disk", said, "Make room now."};
  if (free_bytes < free_bytes_low) return {Verdict::warn, "disk", said, "Make room soon."};
  return {Verdict::ok, "disk", said, ""};
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// The system's words for why it cannot listen; empty: it can.
std::string why_not_bind(const std::string& host, int64_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed != 0) return ::gai_strerror(failed);
  const std::unique_ptr<addrinfo, FreeAddresses> address(list);
  const FileDescriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound = ::bind(socket.get(), address->ai_addr, address->ai_addrlen) == 0;
  return bound ? "" : std::strerror(errno);
}

}  // namespace

Findings check_settings(const Settings& settings) {
  if (const auto checked = check(settings); !checked) {
    return {{Verdict::fail, "settings", checked.error().message, "The server will not start."}};
  }
  const bool is_production = settings.text("app_profile") == "production";
  Findings found = {
      {Verdict::ok, "settings", fmt::format("profile {}", settings.text("app_profile")), ""}};
  if (!is_production) {
    found.push_back({Verdict::warn, "settings", "this profile is open to everybody",
                     "Set APP_PROFILE=production for a site that the world can reach."});
    return found;
  }
  const auto expect = [&](const char* name, bool wanted) {
    if (settings.flag(name) == wanted) return;
    found.push_back(
        {Verdict::fail, "settings",
         fmt::format("{} is {} in production ({})", name, !wanted, settings.source(name)),
         fmt::format("Set it to {}.", wanted)});
  };
  expect("visitor_token_required", true);
  expect("dev_default_tenant", false);
  expect("demo_site", false);
  return found;
}

Findings check_widget(const Settings& settings) {
  const std::string loader = settings.text("widget_dir") + "/chatbot.js";
  std::error_code ignored;
  if (fs::exists(loader, ignored)) return {{Verdict::ok, "widget", loader, ""}};
  return {{Verdict::fail, "widget", fmt::format("there is no \"{}\"", loader),
           "Build it with ./dev build, or set WIDGET_DIR."}};
}

Findings check_permissions(const Settings& settings) {
  std::vector<std::string> others;
  list_others(settings.text("data_dir"), false, others);
  list_others(settings.text("media_dir"), true, others);
  if (others.empty()) {
    return {{Verdict::ok, "permissions", "data files are their owner's only", ""}};
  }
  Findings found;
  for (const std::string& path : others) {
    found.push_back({Verdict::fail, "permissions", fmt::format("others may open \"{}\"", path),
                     fmt::format("chmod go= \"{}\"", path)});
  }
  return found;
}

Findings check_disk(const Settings& settings) {
  Findings found = {disk_finding(settings.text("data_dir"))};
  Finding media = disk_finding(settings.text("media_dir"));
  if (media.said != found.front().said) found.push_back(std::move(media));
  return found;
}

Findings check_descriptors(const Settings& settings) {
  const int64_t limit = descriptor_limit_max();
  const int64_t needed = descriptors_needed(settings);
  if (limit >= needed) {
    return {
        {Verdict::ok, "descriptors", fmt::format("{} of {} needed at most", needed, limit), ""}};
  }
  return {{Verdict::warn, "descriptors",
           fmt::format("only {} may be open, up to {} may be needed", limit, needed),
           descriptors_advice}};
}

Findings check_time(const Clock& clock, int64_t migrated_at_ms) {
  int64_t known_ms = migrated_at_ms;
  struct stat program = {};
  if (::stat("/proc/self/exe", &program) == 0) {
    known_ms = std::max<int64_t>(known_ms, program.st_mtim.tv_sec * 1'000);
  }
  const int64_t now_ms = clock.now_ms();
  if (now_ms + clock_leeway_ms >= known_ms)
    return {{Verdict::ok, "clock", iso_timestamp(now_ms), ""}};
  return {{Verdict::fail, "clock",
           fmt::format("{} is before {}, when this was installed or first run",
                       iso_timestamp(now_ms), iso_timestamp(known_ms)),
           "Set the machine's clock: days of budgets and expiry depend on it."}};
}

Findings check_port(const Settings& settings) {
  const std::string place = fmt::format("{}:{}", settings.text("host"), settings.integer("port"));
  const std::string why = why_not_bind(settings.text("host"), settings.integer("port"));
  if (why.empty()) return {{Verdict::ok, "port", fmt::format("{} is free", place), ""}};
  return {{Verdict::fail, "port", fmt::format("cannot listen on {}: {}", place, why),
           "Set HOST and PORT, or stop what uses it."}};
}

}  // namespace parley::app::cli
