#include "http/openapi.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "http/router.h"

namespace parley::http {

namespace {

/// "/api/sessions/{session_id}/config" with PUT → "put_api_sessions_session_id_config".
std::string operation_id(const Route& route) {
  std::string id = route.method == Method::any ? "get" : to_lower_ascii(name_of(route.method));
  for (const char byte : route.path) {
    const bool is_word = std::isalnum(static_cast<unsigned char>(byte)) != 0;
    if (is_word || byte == '_') {
      id += byte;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  while (id.back() == '_') id.pop_back();
  return id;
}

Json path_parameters(const std::string& path) {
  Json parameters = Json::array();
  for (size_t begin = path.find('{'); begin != std::string::npos; begin = path.find('{', begin)) {
    const size_t end = path.find('}', begin);
    const std::string name = path.substr(begin + 1, end - begin - 1);
    Json schema = {{"type", "string"}};
    if (name.ends_with("_id")) schema["format"] = "uuid";
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", schema}});
    begin = end;
  }
  return parameters;
}

const char* phrase_of(int status) {
  switch (status) {
    case 400:
      return "The request is malformed or out of bounds.";
    case 401:
      return "No token or key, or one that is not valid.";
    case 403:
      return "Not allowed.";
    case 404:
      return "Absent, or not visible to this caller.";
    case 409:
      return "Clashes with the present state.";
    case 413:
      return "The body is too large.";
    case 415:
      return "The media type of the body is not supported.";
    case 422:
      return "Understood, but contradictory.";
    case 429:
      return "Too many requests; try again later.";
    case 500:
      return "The server failed.";
    case 503:
      return "The server is busy or a part of it is down; try again later.";
    case 507:
      return "The server's storage is full.";
    default:
      return "An error.";
  }
}

Json error_response(int status) {
  return {
      {"description", phrase_of(status)},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

/// The name of its security scheme; nullptr: none.
const char* security_of(Access access) {
  if (access == Access::visitor) return "visitorToken";
  return access == Access::admin || access == Access::superadmin ? "apiKey" : nullptr;
}

Json parameter(const char* where, const Documentation::Header& about) {
  return {{"name", about.name},
          {"in", where},
          {"description", about.description},
          {"schema", {{"type", "string"}}}};
}

Json responses_of(const Route& route) {
  const Documentation& about = route.documentation;
  Json success = {{"description", "Success."}};
  if (!about.response.is_null()) {
    success["content"] = {{about.response_type, {{"schema", about.response}}}};
  } else if (about.response_type != "application/json") {
    success["content"] = {{about.response_type, {{"schema", {{"type", "string"}}}}}};
  }
  for (const std::string& type : about.further_response_types) {
    success["content"][type] = {{"schema", {{"type", "string"}}}};
  }
  Json responses = {{std::to_string(about.success), success}};
  if (about.may_be_empty) responses["204"] = {{"description", "There is nothing to send."}};
  std::set<int> errors(about.errors.begin(), about.errors.end());
  // What framing and the request body can always earn.
  errors.insert(400);
  if (!about.request.is_null()) errors.insert({413, 415});
  if (route.path.find('{') != std::string::npos) errors.insert(404);
  if (security_of(route.access) != nullptr) errors.insert(401);
  // No tenant answers to the Host.
  if (route.access == Access::visitor || route.access == Access::open) errors.insert(404);
  for (const int status : errors) responses[std::to_string(status)] = error_response(status);
  return responses;
}

Json operation_of(const Route& route) {
  const Documentation& about = route.documentation;
  Json operation = {{"operationId", operation_id(route)},
                    {"summary", about.summary},
                    {"tags", {about.tag}},
                    {"responses", responses_of(route)},
                    {"security", Json::array()}};
  if (const char* scheme = security_of(route.access)) {
    operation["security"].push_back({{scheme, Json::array()}});
  }
  Json parameters = path_parameters(route.path);
  for (const auto& header : about.headers) parameters.push_back(parameter("header", header));
  for (const auto& query : about.queries) parameters.push_back(parameter("query", query));
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!about.request.is_null()) {
    operation["requestBody"] = {{"content", {{about.request_type, {{"schema", about.request}}}}}};
  }
  return operation;
}

Json components() {
  const Json error_schema = {
      {"type", "object"},
      {"description",
       "`error` is what the application says, `message` what can be done about it, `detail` what "
       "the framework says."},
      {"properties",
       {{"error", {{"type", "string"}}},
        {"message", {{"type", "string"}}},
        {"details", {{"type", "string"}}},
        {"detail", {{"type", "string"}}}}}};
  const Json visitor_token = {
      {"type", "http"},
      {"scheme", "bearer"},
      {"description",
       "The `visitorToken` that creating the session returned. Not needed in the "
       "development profile."}};
  const Json api_key = {{"type", "http"},
                        {"scheme", "bearer"},
                        {"description",
                         "A key that begins with `pk_`, of the tenant or of the installation. "
                         "`parley key create` makes one."}};
  return {{"schemas", {{"Error", error_schema}}},
          {"securitySchemes", {{"visitorToken", visitor_token}, {"apiKey", api_key}}}};
}

Json tags_of(const Routes& routes, const OpenapiInfo& info) {
  std::set<std::string> used;
  for (const Route& route : routes) {
    if (!route.documentation.summary.empty()) used.insert(route.documentation.tag);
  }
  Json tags = Json::array();
  for (const auto& name : used) {
    const auto about = info.tags.find(name);
    tags.push_back(
        {{"name", name}, {"description", about == info.tags.end() ? name + "." : about->second}});
  }
  return tags;
}

}  // namespace

Json openapi(const Routes& routes, const OpenapiInfo& info) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    if (route.documentation.summary.empty()) continue;
    const std::string method =
        route.method == Method::any ? "get" : to_lower_ascii(name_of(route.method));
    Json operation = operation_of(route);
    std::string path = route.path;
    if (path.ends_with('/') && path.size() > 1) {
      path.pop_back();
      operation["description"] = "A slash at the end is welcome.";
    }
    paths[path][method] = std::move(operation);
  }
  Json about = {
      {"title", info.title}, {"version", info.version}, {"description", info.description}};
  if (!info.license_name.empty()) {
    about["license"] = {{"name", info.license_name}, {"identifier", info.license_name}};
  }
  return {{"openapi", "3.1.0"},
          {"info", about},
          {"servers", {{{"url", info.server_url}, {"description", "This server"}}}},
          {"tags", tags_of(routes, info)},
          {"paths", paths},
          {"components", components()}};
}

}  // namespace parley::http
