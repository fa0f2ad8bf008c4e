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

Json profile() {
  return {{"type", "object"},
          {"description",
           "The tables made from the file: tables[] with name, title, rows, notes and columns[]: "
           "name, title, type (integer, real, boolean, date, timestamp, text), unit, note, values, "
           "nulls, distinct, min, max, mean, top, examples."}};
}

Json file_schema() {
  return object_schema({{"fileId", session_id()},
                        {"fileName", text()},
                        {"fileType", file_type()},
                        {"fileSize", byte_count()},
                        {"uploadedAt", {{"type", "string"}, {"format", "date-time"}}},
                        {"sha256", text()},
                        {"summary", summary()},
                        {"profile", profile()}});
}

Json receipt_schema() {
  const Json list = {{"type", "array"}, {"items", {{"type", "object"}}}};
  Json schema = object_schema({{"sql", text()},
                               {"columns", list},
                               {"rows", {{"type", "array"}, {"items", {{"type", "array"}}}}},
                               {"rowCount", byte_count()},
                               {"truncated", {{"type", "boolean"}}},
                               {"rowsScanned", byte_count()},
                               {"milliseconds", byte_count()},
                               {"files", list},
                               {"notes", {{"type", "array"}, {"items", text()}}},
                               {"createdAt", byte_count()}});
  schema["properties"]["receiptId"] = session_id();
  schema["properties"]["fileDeleted"] = {{"type", "boolean"}};
  return schema;
}

}  // namespace

http::Documentation upload_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary =
      "Upload a CSV or JSON file to a session; one of the same name is replaced. With Accept: "
      "text/event-stream the reading is told by progress events, then done or error.";
  out.request = object_schema(
      {{"sessionId", session_id()}, {"file", {{"type", "string"}, {"format", "binary"}}}});
  out.request_type = "multipart/form-data";
  out.further_response_types = {"text/event-stream"};
  out.response = object_schema({{"success", {{"type", "boolean"}}},
                                {"fileId", session_id()},
                                {"fileName", text()},
                                {"fileType", file_type()},
                                {"fileSize", byte_count()},
                                {"sha256", text()},
                                {"summary", summary()},
                                {"profile", profile()},
                                {"sessionId", session_id()},
                                {"message", text()}});
  out.errors = {400, 401, 404, 413, 415, 503, 507};
  return out;
}

http::Documentation info_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "What is known about the session's newest file.";
  out.response = file_schema();
  out.errors = {401, 404};
  return out;
}

http::Documentation query_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary =
      "Find rows or items of the session's newest file that contain a text, whatever the case.";
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
  out.summary = "Delete all files of the session, and the rows in receipts of answers from them.";
  out.response = object_schema({{"success", {{"type", "boolean"}}}, {"message", text()}});
  out.errors = {401, 404};
  return out;
}

http::Documentation remove_one_documentation() {
  http::Documentation out = remove_documentation();
  out.summary = "Delete one file of the session, and the rows in receipts of answers from it.";
  return out;
}

http::Documentation list_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary = "The session's files, newest first, with the profile of every column.";
  out.response = object_schema({{"files", {{"type", "array"}, {"items", file_schema()}}},
                                {"filesMax", byte_count()},
                                {"uploadMaxBytes", byte_count()}});
  out.errors = {401, 404};
  return out;
}

http::Documentation sql_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary =
      "Run one read-only SELECT over the session's files (sql), or the one of a receipt again "
      "(receiptId). No model is asked. format csv sends a file of up to DOWNLOAD_ROWS_MAX rows and "
      "8 MiB; if that is not all, with the header X-Result-Truncated: true.";
  out.request = {{"type", "object"},
                 {"properties",
                  {{"sql", text()},
                   {"receiptId", session_id()},
                   {"format", {{"type", "string"}, {"enum", {"json", "csv"}}}}}}};
  out.response = receipt_schema();
  out.response["properties"]["changed"] = {{"type", "boolean"}};
  out.further_response_types = {"text/csv"};
  out.errors = {400, 401, 404, 415, 503};
  return out;
}

http::Documentation receipt_documentation() {
  http::Documentation out;
  out.tag = "Files";
  out.summary =
      "The receipt of a data answer, with all of its rows. Gone with the file: deleting that "
      "leaves histories the receipt without rows (fileDeleted), and 404 here.";
  out.response = receipt_schema();
  out.errors = {401, 404};
  return out;
}

}  // namespace parley::files
