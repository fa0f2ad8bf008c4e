#include "datasets/worker_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/text.h"

namespace parley::datasets {
namespace {

constexpr size_t columns_max = 512;
constexpr size_t name_bytes_max = 1'024;  // 200 characters, quotes and control characters escaped
constexpr size_t message_length_max = 4'096;
constexpr size_t answer_depth_max = 4;
constexpr std::array<ErrorCode, 4> codes = {ErrorCode::invalid, ErrorCode::not_found,
                                            ErrorCode::unavailable, ErrorCode::internal};
constexpr std::array<std::string_view, 7> types = {"integer",   "real", "boolean", "date",
                                                   "timestamp", "text", "null"};

tl::unexpected<Error> broken(std::string detail) {
  return fail(ErrorCode::internal, "The query worker gave a broken answer", std::move(detail));
}

/// A count that must be there and not be negative.
Result<int64_t> get_count(const Json& object, std::string_view key) {
  const auto value = find_integer(object, key);
  if (!value || *value < 0) return broken("no " + std::string(key));
  return *value;
}

Result<Error> decode_error(const Json& json) {
  const auto name = find_string(json, "code");
  const auto message = find_string(json, "message");
  const auto detail = find_string(json, "detail");
  const auto code = std::find_if(codes.begin(), codes.end(),
                                 [&](ErrorCode known) { return name_of(known) == name; });
  if (!name || code == codes.end() || !message || message->size() > message_length_max) {
    return broken("an error that is none");
  }
  return Error{*code, *message, detail.value_or("").substr(0, message_length_max)};
}

Result<std::vector<ResultColumn>> decode_columns(const Json& answer) {
  const Json* list = find_member(answer, "columns");
  if (list == nullptr || !list->is_array() || list->empty() || list->size() > columns_max) {
    return broken("no columns");
  }
  std::vector<ResultColumn> columns;
  for (const Json& item : *list) {
    auto name = find_string(item, "name");
    auto type = find_string(item, "type");
    if (!name || name->size() > name_bytes_max || !type ||
        std::find(types.begin(), types.end(), *type) == types.end()) {
      return broken("a column without name or type");
    }
    columns.push_back({std::move(*name), std::move(*type)});
  }
  return columns;
}

bool is_cell(const Json& value) {
  return value.is_null() || value.is_number() || value.is_string();
}

bool is_row(const Json& value, size_t width) {
  return value.is_array() && value.size() == width &&
         std::all_of(value.begin(), value.end(), is_cell);
}

}  // namespace

std::string encode_request(const Query& query) {
  const QueryLimits& limits = query.limits;
  return dump(Json{{"paths", query.paths},
                   {"sql", query.sql},
                   {"deadlineMs", limits.deadline_ms},
                   {"rowsMax", limits.rows_max},
                   {"resultBytesMax", limits.result_bytes_max},
                   {"heapBytesMax", limits.heap_bytes_max}});
}

Result<Query> decode_request(std::string_view text) {
  ASSIGN_OR_RETURN(const Json json, parse_json(text, answer_depth_max));
  Query query;
  const Json* paths = find_member(json, "paths");
  const auto sql = find_string(json, "sql");
  if (!sql || paths == nullptr || !paths->is_array()) return broken("a request that is none");
  for (const Json& path : *paths) {
    if (!path.is_string()) return broken("a path that is none");
    query.paths.push_back(path.get<std::string>());
  }
  query.sql = *sql;
  ASSIGN_OR_RETURN(query.limits.deadline_ms, get_count(json, "deadlineMs"));
  ASSIGN_OR_RETURN(query.limits.rows_max, get_count(json, "rowsMax"));
  ASSIGN_OR_RETURN(query.limits.result_bytes_max, get_count(json, "resultBytesMax"));
  ASSIGN_OR_RETURN(query.limits.heap_bytes_max, get_count(json, "heapBytesMax"));
  return query;
}

std::string frame(std::string_view text) {
  return fmt::format("{:08x}", text.size()).append(text);
}

std::optional<size_t> frame_length(std::string_view head) {
  if (head.size() < frame_head_bytes) return std::nullopt;
  size_t length = 0;
  const char* end = head.data() + frame_head_bytes;
  const auto [stopped, error] = std::from_chars(head.data(), end, length, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return length;
}

std::string encode_failure(const Error& error) {
  const auto cut = [](const std::string& text) {
    return std::string(first_characters(to_valid_utf8(text), message_length_max / 4));
  };
  return dump(Json{{"error",
                    {{"code", name_of(error.code)},
                     {"message", cut(error.message)},
                     {"detail", cut(error.detail)}}}});
}

size_t answer_bytes_max(const QueryLimits& limits) {
  constexpr size_t head_bytes_max = columns_max * (name_bytes_max * 2 + 64) + 4'096;
  return static_cast<size_t>(limits.result_bytes_max) + head_bytes_max;
}

Result<QueryResult> decode_answer(std::string_view text, const QueryLimits& limits) {
  if (text.size() > answer_bytes_max(limits)) return broken("too long");
  auto json = parse_json(text, answer_depth_max);
  if (!json) return broken(json.error().message);
  if (const Json* error = find_member(*json, "error")) {
    ASSIGN_OR_RETURN(Error told, decode_error(*error));
    return fail(std::move(told));
  }
  QueryResult result;
  ASSIGN_OR_RETURN(result.columns, decode_columns(*json));
  ASSIGN_OR_RETURN(result.rows_scanned, get_count(*json, "rowsScanned"));
  ASSIGN_OR_RETURN(result.milliseconds, get_count(*json, "milliseconds"));
  const Json* truncated = find_member(*json, "truncated");
  const Json* rows = find_member(*json, "rows");
  if (truncated == nullptr || !truncated->is_boolean() || rows == nullptr || !rows->is_array() ||
      rows->size() > static_cast<size_t>(limits.rows_max)) {
    return broken("no rows");
  }
  result.truncated = truncated->get<bool>();
  const size_t width = result.columns.size();
  if (!std::all_of(rows->begin(), rows->end(), [&](const Json& row) { return is_row(row, width); }))
    return broken("a row that is none");
  result.rows = std::move(json->at("rows"));
  return result;
}

}  // namespace parley::datasets
