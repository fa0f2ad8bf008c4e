#include "sessions/routes_documentation.h"

namespace parley::sessions {

namespace {

const Json text_type = {{"type", "string"}};
const Json time_type = {{"type", "string"}, {"format", "date-time"}};
const Json id_type = {{"type", "string"}, {"format", "uuid"}};
const Json count_type = {{"type", "integer"}, {"minimum", 0}};
const Json optional_text_type = {{"type", {"string", "null"}}};

/// All `properties` are always there.
Json object(Json properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", required}};
}

Json array_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json config_schema() {
  return {{"type", "object"},
          {"additionalProperties", true},
          {"properties",
           {{"botName", text_type},
            {"poweredBy", text_type},
            {"botColor", text_type},
            {"botIcon", optional_text_type},
            {"botMsgBgColor", text_type},
            {"aiProvider", text_type},
            {"model", text_type},
            {"maxTokens", {{"type", "integer"}, {"minimum", 1}, {"maximum", 8192}}},
            {"customInstructions", text_type},
            {"pageContext", {{"type", "object"}}},
            {"pageData", {{"type", "object"}}},
            {"jsonData", {{"type", {"object", "array"}}}}}}};
}

Json request_schema() {
  return {{"type", "object"}, {"properties", {{"config", config_schema()}}}};
}

Json message_schema() {
  Json schema = object({{"role", {{"type", "string"}, {"enum", {"user", "assistant"}}}},
                        {"content", text_type},
                        {"timestamp", {{"type", "integer"}, {"description", "epoch milliseconds"}}},
                        {"messageId", id_type},
                        {"seq", {{"type", "integer"}, {"minimum", 1}}}});
  schema["properties"]["finish"] = {
      {"type", "string"}, {"enum", {"stop", "length", "stopped", "truncated", "refusal"}}};
  schema["properties"]["receipts"] = array_of({{"type", "object"}});
  return schema;
}

http::Documentation session_route(const char* summary, std::vector<int> errors) {
  http::Documentation out;
  out.tag = "Sessions";
  out.summary = summary;
  out.errors = std::move(errors);
  return out;
}

}  // namespace

http::Documentation document_create() {
  auto out = session_route(
      "Starts a session: the bot's configuration, overlaid by the caller's. visitorToken is shown "
      "this once; where tokens are demanded, every later call sends it as a bearer token. "
      "identity: "
      "who the visitor is, a JWT signed by the tenant's own site.",
      {400, 401, 403, 409, 413, 415, 503, 507});
  out.request = request_schema();
  out.request["properties"]["identity"] = optional_text_type;
  out.success = 201;
  out.response = object({{"sessionId", id_type},
                         {"visitorToken", text_type},
                         {"config", config_schema()},
                         {"status", {{"type", "string"}, {"const", "created"}}},
                         {"timestamp", time_type}});
  return out;
}

http::Documentation document_get() {
  auto out = session_route(
      "A session with its newest 1,000 messages, fewer if their texts are more than "
      "4 MiB, oldest first; counts as activity.",
      {401, 404, 503});
  out.response = object({{"sessionId", id_type},
                         {"messages", array_of(message_schema())},
                         {"config", config_schema()},
                         {"createdAt", time_type},
                         {"lastActivity", time_type}});
  return out;
}

http::Documentation document_config() {
  auto out = session_route("Merges the given keys into the session's config (shallow).",
                           {400, 401, 404, 413, 415, 503, 507});
  out.request = request_schema();
  out.response = object({{"sessionId", id_type},
                         {"config", config_schema()},
                         {"status", {{"type", "string"}, {"const", "updated"}}}});
  return out;
}

http::Documentation document_statistics() {
  auto out = session_route(
      "How many sessions there are, and how many were active in the last 5 minutes.", {503});
  out.response = object(
      {{"totalSessions", count_type}, {"recentlyActive", count_type}, {"timestamp", time_type}});
  return out;
}

http::Documentation document_bot_config() {
  auto out = session_route("How the bot looks and what the server offers.", {});
  out.response = object({{"botName", text_type},
                         {"poweredBy", text_type},
                         {"botColor", text_type},
                         {"botIcon", optional_text_type},
                         {"botMsgBgColor", text_type},
                         {"greeting", text_type},
                         {"starterQuestions", array_of(text_type)},
                         {"uploadMaxBytes", count_type},
                         {"messageMaxCharacters", count_type},
                         {"defaultProvider", optional_text_type},
                         {"providers", array_of(object({{"name", text_type},
                                                        {"label", text_type},
                                                        {"model", text_type},
                                                        {"demo", {{"type", "boolean"}}}}))}});
  return out;
}

}  // namespace parley::sessions
