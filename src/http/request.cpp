#include "http/request.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "base/text.h"
#include "http/form.h"
#include "http/multipart.h"

namespace parley::http {

namespace {

/// True unless the parameters of a media range say q=0.
bool has_weight(std::string_view range) {
  const std::string text = to_lower_ascii(range);
  const size_t at = text.find("q=");
  if (at == std::string::npos) return true;
  return text.find_first_of("123456789", at) != std::string::npos;
}

Result<Json> object_of(Result<Json> json) {
  if (!json) return json;
  if (!json->is_object()) {
    return fail(ErrorCode::invalid, "The request body must be a JSON object");
  }
  return json;
}

Result<Json> fields_of_form(std::string_view body) {
  const auto fields = parse_form(body);
  if (!fields) return fail(ErrorCode::invalid, "The form in the request body is malformed");
  return Json(*fields);
}

Result<Json> fields_of_multipart(std::string_view content_type, const net::RequestBody& body) {
  ASSIGN_OR_RETURN(const auto parts, parse_multipart(content_type, body));
  Json object = Json::object();
  for (const auto& part : parts) {
    if (!part.is_file) object[part.name] = part.value;
  }
  return object;
}

}  // namespace

const std::string& Request::parameter(std::string_view name) const {
  static const std::string none;
  const auto found = parameters.find(std::string(name));
  return found == parameters.end() ? none : found->second;
}

Result<int64_t> Request::query_number(const std::string& name, int64_t otherwise, int64_t min,
                                      int64_t max) const {
  const auto found = query.find(name);
  if (found == query.end()) return otherwise;
  const auto number = parse_number<int64_t>(found->second);
  if (number && *number >= min && *number <= max) return *number;
  return fail(ErrorCode::invalid,
              fmt::format("{} must be a whole number from {} to {}", name, min, max));
}

bool Request::accepts(std::string_view type) const {
  for (const auto& [name, value] : headers) {
    if (name != "accept") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view range = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(range.size() + 1, rest.size()));
      if (media_type_of(range) == type && has_weight(range)) return true;
    }
  }
  return false;
}

Result<Json> Request::json_object() const {
  if (body.size == 0) return Json::object();
  const std::string_view content_type = header("content-type").value_or("");
  const std::string type = media_type_of(content_type);
  if (type == "multipart/form-data") return fields_of_multipart(content_type, body);
  if (body.file.is_open()) return fail(ErrorCode::too_large, "The request body is too large");
  if (type == "application/json") return object_of(parse_json(body.bytes));
  if (type == "application/x-www-form-urlencoded") return fields_of_form(body.bytes);
  const std::string shown = to_valid_utf8(content_type);
  return fail(ErrorCode::unsupported_media, "Unsupported media type \"" + shown + "\" in request.");
}

Result<Json> Request::documented_json() const {
  if (body.file.is_open()) return fail(ErrorCode::too_large, "The request body is too large");
  if (auto object = object_of(parse_json(body.bytes))) return object;
  Error error{ErrorCode::invalid, "Invalid JSON"};
  error.advice = "Please provide valid JSON in the request body";
  return fail(std::move(error));
}

}  // namespace parley::http
