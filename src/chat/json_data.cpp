#include "chat/json_data.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::chat {

namespace {

bool is_table(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
}

std::string cell(const Json& record, const std::string& column) {
  const Json* value = find_member(record, column);
  if (value == nullptr || value->is_null()) return "0";
  std::string text = value->is_string() ? value->get<std::string>() : dump(*value);
  // Line breaks would end the record; quotes are left as they are, as the document's format does.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

void append_record(std::string& csv, const std::vector<std::string>& cells) {
  csv += fmt::format("{}\n", fmt::join(cells, ","));
}

CsvBlock to_block(const std::string& name, const Json& table) {
  CsvBlock block{name, table.size(), {}};
  std::vector<std::string> columns;
  for (const auto& [column, value] : table.front().items()) columns.push_back(column);
  append_record(block.csv, columns);
  for (const Json& record : table) {
    std::vector<std::string> cells;
    for (const std::string& column : columns) cells.push_back(cell(record, column));
    append_record(block.csv, cells);
  }
  return block;
}

Json take_tables(const std::string& name, const Json& value, std::vector<CsvBlock>& blocks) {
  if (is_table(value)) {
    blocks.push_back(to_block(name, value));
    return fmt::format("[See CSV data for {} below]", name);
  }
  if (!value.is_structured()) return value;
  Json out = value.is_object() ? Json::object() : Json::array();
  if (value.is_array()) {
    for (const Json& item : value) out.push_back(take_tables(name, item, blocks));
    return out;
  }
  for (const auto& [key, member] : value.items()) out[key] = take_tables(key, member, blocks);
  return out;
}

}  // namespace

JsonData extract_tables(const Json& data) {
  JsonData out;
  out.rest = take_tables("data", data, out.blocks);
  return out;
}

}  // namespace parley::chat
