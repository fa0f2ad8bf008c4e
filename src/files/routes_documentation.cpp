#include "files/routes_documentation.h"

#include <initializer_list>
#include <utility>

namespace parley::files {

namespace {

/// An object schema whose members are all required.
Json object_schema(std::initializer_list<std::pair<const char*, Json>> members) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const auto& [name, schema] : members) {
    properties[name] = schema;
    required.push_back(name);
  }
  return {{"type", "object"}, {"properties", properties}, {"required", required}};
}

Json text() {
  return {{"type", "string"}};
}

Json session_id() {
  return {{"type", "string"}, {"format", "uuid"}};
}

Json file_type() {
  return {{"type", "string"}, {"enum", {"csv", "json"}}};
}

Json byte_count() {
  return {{"type", "integer"}, {"minimum", 0}};
}

Json summary() {
  return {{"type", "object"},
          {"description",
           "CSV: columnCount, rowCount, columns, sampleData, columnTypes. JSON: type with length, "
           "firstItemKeys, dataTypes (array), keys, dataTypes (object) or value (scalar)."}};
}

}  // namespace

http::Documentation upload_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "Upload a CSV or JSON file to a session; it replaces the former one.";
  out.request = object_schema(
      {{"sessionId", session_id()}, {"file", {{"type", "string"}, {"format", "binary"}}}});
  out.request_type = "multipart/form-data";
  out.response = object_schema({{"success", {{"type", "boolean"}}},
                                {"fileName", text()},
                                {"fileType", file_type()},
                                {"fileSize", byte_count()},
                                {"summary", summary()},
                                {"sessionId", session_id()},
                                {"message", text()}});
  out.errors = {400, 401, 404, 413, 415, 503, 507};
  return out;
}

http::Documentation info_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "What is known about the session's file.";
  out.response = object_schema({{"fileName", text()},
                                {"fileType", file_type()},
                                {"fileSize", byte_count()},
                                {"uploadedAt", {{"type", "string"}, {"format", "date-time"}}},
                                {"summary", summary()}});
  out.errors = {401, 404};
  return out;
}

http::Documentation query_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "Find rows or items of the session's file that contain a text, whatever the case.";
  out.request = object_schema({{"query", text()}});
  out.response = object_schema({{"query", text()},
                                {"results", {{"type", "object"}}},
                                {"fileName", text()},
                                {"fileType", file_type()}});
  out.errors = {400, 401, 404, 415};
  return out;
}

http::Documentation remove_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "Delete the session's file.";
  out.response = object_schema({{"success", {{"type", "boolean"}}}, {"message", text()}});
  out.errors = {401, 404};
  return out;
}

}  // namespace parley::files
