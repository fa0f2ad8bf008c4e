#include "chat/json_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace parley::chat {

namespace {

bool is_table(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
}

std::string cell(const Json& record, const std::string& column) {
  const Json* value = find_member(record, column);
  if (value == nullptr || value->is_null()) return "0";
  std::string text =
      without_invisible_characters(value->is_string() ? value->get<std::string>() : dump(*value));
  // Line breaks would end the record; quotes are left as they are, as the document's format does.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

/// Takes tables out until their text is `bytes_left` long.
class TableTaker {
 public:
  explicit TableTaker(size_t bytes_max) : bytes_left_(bytes_max) {}

  Json take(const std::string& name, const Json& value) {
    if (is_table(value)) return take_table(without_invisible_characters(name), value);
    if (!value.is_structured()) return value;
    Json out = value.is_object() ? Json::object() : Json::array();
    for (const auto& [key, member] : value.items()) {
      if (bytes_left_ == 0) break;
      Json rest = take(value.is_object() ? key : name, member);
      value.is_object() ? out[key] = std::move(rest) : out.emplace_back(std::move(rest));
    }
    return out;
  }

  bool is_full() const { return bytes_left_ == 0; }
  std::vector<CsvBlock> blocks() && { return std::move(blocks_); }

 private:
  Json take_table(const std::string& name, const Json& table) {
    blocks_.push_back({name, table.size(), {}});
    std::string& csv = blocks_.back().csv;
    spend(name.size());
    append_columns(csv, table.front());
    for (auto record = table.begin(); record != table.end() && bytes_left_ > 0; ++record) {
      append_record(csv, *record, table.front());
    }
    return fmt::format("[See CSV data for {} below]", name);
  }

  void append_columns(std::string& csv, const Json& first) {
    std::string_view separator;
    for (const auto& [column, value] : first.items()) {
      if (bytes_left_ == 0) return;
      append(csv, separator, without_invisible_characters(column));
      separator = ",";
    }
    append(csv, "\n");
  }

  void append_record(std::string& csv, const Json& record, const Json& first) {
    std::string_view separator;
    for (const auto& [column, value] : first.items()) {
      if (bytes_left_ == 0) return;
      append(csv, separator, cell(record, column));
      separator = ",";
    }
    append(csv, "\n");
  }

  void append(std::string& csv, std::string_view separator, std::string_view text = {}) {
    csv.append(separator).append(text);
    spend(separator.size() + text.size());
  }

  void spend(size_t bytes) { bytes_left_ -= std::min(bytes, bytes_left_); }

  size_t bytes_left_;
  std::vector<CsvBlock> blocks_;
};

}  // namespace

JsonData extract_tables(const Json& data, size_t bytes_max) {
  TableTaker taker(bytes_max);
  JsonData out;
  out.rest = taker.take("data", data);
  out.is_cut = taker.is_full();
  out.blocks = std::move(taker).blocks();
  return out;
}

}  // namespace parley::chat
