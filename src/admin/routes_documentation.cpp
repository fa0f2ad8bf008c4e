#include "admin/routes_documentation.h"

namespace parley::admin {

namespace {

const Json text_type = {{"type", "string"}};
const Json time_type = {{"type", "string"}, {"format", "date-time"}};
const Json optional_time_type = {{"type", {"string", "null"}}, {"format", "date-time"}};
const Json id_type = {{"type", "string"}, {"format", "uuid"}};
const Json count_type = {{"type", "integer"}, {"minimum", 0}};
const Json optional_count_type = {{"type", {"integer", "null"}}, {"minimum", 0}};
const Json unit_type = {{"type", "string"}, {"enum", {"calls", "tokens"}}};
const Json status_type = {{"type", "string"}, {"enum", {"active", "suspended"}}};
const Json settings_type = {
    {"type", "object"},
    {"description",
     "systemParameter, bot, provider, model, origins, plan, identity, openness, rates. What is "
     "left out stays as it is; secrets are shown as true or false."}};

Json array_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

/// All `properties` are always there.
Json object(Json properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", required}};
}

Json tenant_schema() {
  return object({{"id", id_type},
                 {"name", text_type},
                 {"status", status_type},
                 {"domains", array_of(text_type)},
                 {"settings", settings_type},
                 {"budget", object({{"unit", unit_type},
                                    {"used", count_type},
                                    {"reserved", count_type},
                                    {"limit", optional_count_type},
                                    {"remaining", optional_count_type}})},
                 {"createdAt", time_type},
                 {"updatedAt", time_type}});
}

Json key_schema() {
  return object({{"id", id_type},
                 {"label", text_type},
                 {"createdAt", time_type},
                 {"lastUsedAt", optional_time_type},
                 {"revokedAt", optional_time_type}});
}

Json counts() {
  return {{"calls", count_type},           {"unknownCalls", count_type},
          {"units", count_type},           {"inputTokens", count_type},
          {"cachedTokens", count_type},    {"outputTokens", count_type},
          {"reasoningTokens", count_type}, {"costMicroUsd", count_type}};
}

http::Documentation admin_route(std::string summary, std::vector<int> errors) {
  http::Documentation out;
  out.tag = "Administration";
  out.summary = std::move(summary);
  out.errors = std::move(errors);
  return out;
}

}  // namespace

http::Documentation document_list_tenants() {
  auto out = admin_route("All tenants, the earliest first, with what each has used.", {404, 503});
  out.queries = {{"limit", "How many, 1 to 500; without it 100."},
                 {"offset", "How many to leave out at the beginning."}};
  out.response = object({{"tenants", array_of(tenant_schema())}, {"total", count_type}});
  return out;
}

http::Documentation document_create_tenant() {
  auto out = admin_route("Makes a tenant. A domain belongs to one tenant: 409 if it is taken.",
                         {400, 404, 409, 503, 507});
  out.request = {
      {"type", "object"},
      {"properties",
       {{"name", text_type}, {"domains", array_of(text_type)}, {"settings", settings_type}}},
      {"required", {"name"}}};
  out.success = 201;
  out.response = tenant_schema();
  return out;
}

http::Documentation document_get_tenant() {
  auto out =
      admin_route("A tenant, by id or domain, with its settings and what it has used.", {404, 503});
  out.response = tenant_schema();
  return out;
}

http::Documentation document_update_tenant() {
  auto out = admin_route(
      "Changes what is named. A key of the tenant may change systemParameter, bot, origins, "
      "identity and openness of its settings; the rest needs a key of the installation.",
      {400, 403, 404, 409, 503, 507});
  out.request = {{"type", "object"},
                 {"properties",
                  {{"name", text_type},
                   {"status", status_type},
                   {"domains", array_of(text_type)},
                   {"settings", settings_type}}}};
  out.response = tenant_schema();
  return out;
}

http::Documentation document_usage() {
  auto out = admin_route(
      "What a tenant spent, by day (UTC), provider and model; as CSV with format=csv or "
      "Accept: text/csv.",
      {400, 404, 503});
  Json day = counts();
  day.update({{"date", {{"type", "string"}, {"format", "date"}}},
              {"provider", text_type},
              {"model", text_type}});
  out.response = object({{"tenant", object({{"id", id_type}, {"name", text_type}})},
                         {"from", {{"type", "string"}, {"format", "date"}}},
                         {"to", {{"type", "string"}, {"format", "date"}}},
                         {"unit", unit_type},
                         {"days", array_of(object(day))},
                         {"total", object(counts())}});
  out.further_response_types = {"text/csv"};
  out.queries = {{"from", "First day, like 2026-11-01; without it 30 days are shown."},
                 {"to", "Last day; without it today."},
                 {"format", "json or csv."}};
  return out;
}

http::Documentation document_list_keys(const std::string& whose) {
  auto out =
      admin_route("API keys of " + whose + ", never what they are; revoked ones last.", {404, 503});
  out.response = object({{"keys", array_of(key_schema())}});
  return out;
}

http::Documentation document_create_key(const std::string& whose) {
  auto out = admin_route("Makes an API key of " + whose + ". `key` is shown this once.",
                         {400, 404, 409, 503, 507});
  out.request = {
      {"type", "object"}, {"properties", {{"label", text_type}}}, {"required", {"label"}}};
  out.success = 201;
  Json schema = key_schema();
  schema["properties"]["key"] = {{"type", "string"}, {"pattern", "^pk_"}};
  schema["required"].push_back("key");
  out.response = schema;
  return out;
}

http::Documentation document_revoke_key(const std::string& whose) {
  auto out = admin_route("Revokes an API key of " + whose + ": it stops within a second.",
                         {404, 503, 507});
  out.response = key_schema();
  return out;
}

}  // namespace parley::admin
