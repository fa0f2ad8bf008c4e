// The rules on who includes whom and which library is used where.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/tidy/layout.h"
#include "tests/tidy/rules.h"

namespace parley::tidy {
namespace {

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_product(const Source& source) {
  return source.is_cpp() && (source.is_under("src") || source.is_under("providers"));
}

/// "net" for "net/loop.h" and "net/http/parser.h"; empty without a folder.
std::string_view first_folder(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// The folder of layout.cpp that a file belongs to; empty for src/main.cpp.
std::string_view folder_of(const Source& source) {
  std::string_view path = source.path;
  if (source.is_under("src")) path.remove_prefix(std::string_view("src/").size());
  return first_folder(path);
}

const Folder* find_folder(std::string_view name) {
  for (const Folder& folder : folders()) {
    if (folder.name == name) return &folder;
  }
  return nullptr;
}

bool is_contract(std::string_view target, std::string_view feature) {
  const std::string name(feature);
  return target == name + "/" + name + ".h";
}

/// Why a file of `from` may not include `target` of folder `to`; nothing if it may.
std::optional<std::string> why_not(const Source& file, const Folder& from, const Folder& to,
                                   std::string_view target) {
  const std::string edge = std::string(from.name) + " may not include " + std::string(target);
  if (from.layer == Layer::composition || from.name == to.name) return std::nullopt;
  if (from.layer == Layer::platform) {
    return contains(from.may_include, to.name) ? std::nullopt : std::optional(edge);
  }
  if (from.layer == Layer::providers) {
    return to.name == "base" || target == "net/upstream.h" ? std::nullopt : std::optional(edge);
  }
  if (to.name == "http") {
    const bool speaks_http = file.stem().starts_with("routes") || file.stem() == "documentation";
    return speaks_http ? std::nullopt : std::optional(edge + " outside its routes");
  }
  if (to.layer == Layer::platform) return std::nullopt;
  if (from.layer == Layer::standalone || !contains(from.may_include, to.name)) return edge;
  const bool allowed = is_contract(target, to.name) || contains(to.further_contracts, target);
  return allowed ? std::nullopt : std::optional(edge + ": only the contract");
}

using Graph = std::map<std::string_view, std::set<std::string_view>>;

bool reaches(const Graph& graph, std::string_view from, std::string_view goal,
             std::set<std::string_view>& seen) {
  const auto edges = graph.find(from);
  if (edges == graph.end() || !seen.insert(from).second) return false;
  return std::any_of(edges->second.begin(), edges->second.end(), [&](std::string_view next) {
    return next == goal || reaches(graph, next, goal, seen);
  });
}

/// Where a library's header may be included; empty: anywhere.
std::vector<std::string_view> homes_of(std::string_view header) {
  std::vector<std::string_view> homes;
  for (const LibraryHome& library : library_homes()) {
    if (header.starts_with(library.include_prefix)) homes.push_back(library.home);
  }
  return homes;
}

}  // namespace

Findings check_includes(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    const std::string_view name = folder_of(source);
    if (!is_product(source) || name.empty()) continue;
    const Folder* from = find_folder(name);
    if (from == nullptr) {
      findings.push_back({source.path, 1, "include", "folder is not in tests/tidy/layout.cpp"});
      continue;
    }
    for (const Include& include : source.includes) {
      const Folder* to = include.angled ? nullptr : find_folder(first_folder(include.target));
      if (to == nullptr) continue;
      if (auto reason = why_not(source, *from, *to, include.target)) {
        findings.push_back({source.path, include.line, "include", *reason});
      }
    }
  }
  return findings;
}

Findings check_cycles(const Sources& sources) {
  Graph graph;
  for (const Source& source : sources) {
    if (!is_product(source)) continue;
    for (const Include& include : source.includes) {
      const std::string_view to = first_folder(include.target);
      if (!include.angled && to != folder_of(source)) graph[folder_of(source)].insert(to);
    }
  }
  Findings findings;
  for (const auto& [folder, edges] : graph) {
    std::set<std::string_view> seen;
    if (!folder.empty() && reaches(graph, folder, folder, seen)) {
      findings.push_back({std::string(folder), 0, "cycle", "includes itself through others"});
    }
  }
  return findings;
}

Findings check_libraries(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    if (!is_product(source)) continue;
    for (const Include& include : source.includes) {
      const auto homes = homes_of(include.target);
      const bool is_home = std::any_of(homes.begin(), homes.end(), [&](std::string_view home) {
        return source.path == home || source.is_under(home);
      });
      if (homes.empty() || is_home) continue;
      findings.push_back({source.path, include.line, "library",
                          include.target + " belongs to " + std::string(homes.front())});
    }
  }
  return findings;
}

Findings check_environment(const Sources& sources) {
  Findings found;
  for (const Source& source : sources) {
    const size_t at = source.code.find("getenv(");
    if (!is_product(source) || at == std::string::npos) continue;
    found.push_back({source.path, line_of(source.code, at), "getenv", "read in several files"});
  }
  return found.size() > 1 ? found : Findings();
}

}  // namespace parley::tidy
