#include "http/router.h"

#include <algorithm>

#include "base/ids.h"

namespace parley::http {

namespace {

using Parameters = std::map<std::string, std::string>;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}
bool is_tail(std::string_view segment) {
  return segment.ends_with("*}");
}

std::string join(const std::vector<std::string>& segments, size_t first) {
  std::string text;
  for (size_t i = first; i < segments.size(); ++i) text += (i > first ? "/" : "") + segments[i];
  return text;
}

/// Fits one segment; a named one that ends in _id takes only UUIDs, a plain one anything but "".
bool fits(std::string_view pattern, const std::string& segment, Parameters& parameters) {
  if (!is_parameter(pattern)) return pattern == segment;
  const std::string_view name = pattern.substr(1, pattern.size() - 2);
  if (name.ends_with("_id") ? !is_uuid(segment) : segment.empty()) return false;
  parameters.emplace(name, segment);
  return true;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments,
          Parameters& parameters) {
  const bool has_tail = is_tail(pattern.back());
  const size_t fixed = has_tail ? pattern.size() - 1 : pattern.size();
  if (has_tail ? segments.size() <= fixed : segments.size() != fixed) return false;
  for (size_t i = 0; i < fixed; ++i) {
    if (!fits(pattern[i], segments[i], parameters)) return false;
  }
  if (has_tail) {
    const std::string_view name = std::string_view(pattern.back()).substr(1);
    parameters.emplace(name.substr(0, name.size() - 2), join(segments, fixed));
  }
  return true;
}

bool answers(Method method, std::string_view name) {
  return method == Method::any || name_of(method) == name ||
         (method == Method::get && name == "HEAD");
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::any:
      return "*";
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::del:
      return "DELETE";
  }
  return "*";
}

Router::Router(const Routes& routes) {
  for (const Route& route : routes) entries_.push_back({&route, split(route.path)});
}

Router::Match Router::match(std::string_view method,
                            const std::vector<std::string>& segments) const {
  Match match;
  for (const Entry& entry : entries_) {
    Parameters parameters;
    if (!fits(entry.pattern, segments, parameters)) continue;
    if (answers(entry.route->method, method)) return {entry.route, std::move(parameters), {}};
    match.allow += std::string(name_of(entry.route->method)) + ", ";
    if (entry.route->method == Method::get) match.allow += "HEAD, ";
  }
  if (!match.allow.empty()) match.allow += "OPTIONS";
  return match;
}

}  // namespace parley::http
