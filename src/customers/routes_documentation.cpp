#include "customers/routes_documentation.h"

namespace parley::customers {

namespace {

const Json text_type = {{"type", "string"}};
const Json time_type = {{"type", "string"}, {"format", "date-time"}};
const Json id_type = {{"type", "string"}, {"format", "uuid"}};
const Json count_type = {{"type", "integer"}, {"minimum", 0}};
const Json optional_text_type = {{"type", {"string", "null"}}};
const Json true_type = {{"type", "boolean"}, {"const", true}};

/// All `properties` are always there.
Json object(Json properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", required}};
}

Json fields_schema() {
  return {{"type", "object"},
          {"properties",
           {{"name", text_type},
            {"email", optional_text_type},
            {"phone", optional_text_type},
            {"data", {{"type", {"object", "null"}}}}}}};
}

Json new_fields_schema() {
  Json schema = fields_schema();
  schema["required"] = {"name"};
  return schema;
}

Json customer_schema() {
  return object({{"customerId", id_type},
                 {"name", text_type},
                 {"email", optional_text_type},
                 {"phone", optional_text_type},
                 {"data", {{"type", "object"}}},
                 {"externalId", optional_text_type},
                 {"createdAt", time_type},
                 {"updatedAt", time_type}});
}

http::Documentation customer_route(const char* summary, std::vector<int> errors) {
  http::Documentation out;
  out.tag = "Customers";
  out.summary = summary;
  out.errors = std::move(errors);
  return out;
}

}  // namespace

http::Documentation document_add() {
  auto out = customer_route(
      "Adds a customer of the Host's tenant. Where the tenant has closed this, it takes a key.",
      {400, 401, 404, 409, 413, 503, 507});
  out.request = new_fields_schema();
  out.response = object({{"success", true_type},
                         {"customer_id", id_type},
                         {"name", text_type},
                         {"email", optional_text_type},
                         {"phone", optional_text_type},
                         {"created_at", time_type}});
  return out;
}

http::Documentation document_list() {
  auto out = customer_route(
      "The customers, newest first. Query: search (part of name, e-mail or phone), limit (1 to "
      "100, else 50), offset.",
      {400, 401, 404, 503});
  out.response = object({{"customers", {{"type", "array"}, {"items", customer_schema()}}},
                         {"total", count_type},
                         {"limit", count_type},
                         {"offset", count_type}});
  return out;
}

http::Documentation document_create() {
  auto out = customer_route("Adds a customer.", {400, 401, 404, 409, 413, 415, 503, 507});
  out.request = new_fields_schema();
  out.success = 201;
  out.response = customer_schema();
  return out;
}

http::Documentation document_get() {
  auto out = customer_route("One customer.", {401, 404, 503});
  out.response = customer_schema();
  return out;
}

http::Documentation document_update() {
  auto out = customer_route("Changes the fields that are given; null takes one away.",
                            {400, 401, 404, 413, 415, 503, 507});
  out.request = fields_schema();
  out.response = customer_schema();
  return out;
}

}  // namespace parley::customers
