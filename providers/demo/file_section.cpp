#include "providers/demo/file_section.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace parley::providers::demo {

namespace {

constexpr std::string_view first_line = "# Uploaded file";
constexpr size_t sample_rows_max = 3;
constexpr size_t table_columns_max = 8;
constexpr size_t cell_characters_max = 60;

/// Cuts the first line off `rest`.
std::string_view take_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trim(line);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    if (const auto item = trim(text.substr(0, comma)); !item.empty()) out.emplace_back(item);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return out;
}

void read_line(std::string_view line, FileSection& file) {
  const std::array<std::pair<std::string_view, std::string*>, 7> plain = {{
      {"Name: ", &file.name},
      {"Type: ", &file.type},
      {"Size: ", &file.size},
      {"Rows: ", &file.rows},
      {"Items: ", &file.items},
      {"Keys: ", &file.keys},
      {"Types: ", &file.types},
  }};
  for (const auto& [prefix, into] : plain) {
    if (line.starts_with(prefix)) *into = line.substr(prefix.size());
  }
  const size_t list = line.find("): ");
  if (line.starts_with("Columns (") && list != std::string_view::npos) {
    file.columns = split_list(line.substr(list + 3));
  }
  if (line.starts_with("Keys (") && list != std::string_view::npos)
    file.keys = line.substr(list + 3);
  if (line.starts_with('{') && file.sample.size() < sample_rows_max) {
    if (auto row = parse_json(line)) file.sample.push_back(std::move(*row));
  }
}

std::string cell_text(const Json* value) {
  if (value == nullptr || value->is_null()) return "";
  std::string text = value->is_string() ? value->get<std::string>() : dump(*value);
  const std::string_view cut = first_characters(text, cell_characters_max);
  const bool is_cut = cut.size() < text.size();
  std::string out;
  for (const char byte : cut) {
    if (byte == '|') out += '\\';
    out += byte == '\n' || byte == '\r' ? ' ' : byte;
  }
  return is_cut ? out + "…" : out;
}

/// The members of the first object, those of `order` first.
std::vector<std::string> table_columns(const std::vector<Json>& rows,
                                       const std::vector<std::string>& order) {
  std::vector<std::string> columns;
  const auto row =
      std::find_if(rows.begin(), rows.end(), [](const Json& each) { return each.is_object(); });
  if (row == rows.end()) return columns;
  const auto add = [&columns](const std::string& name) {
    const bool is_new = std::find(columns.begin(), columns.end(), name) == columns.end();
    if (is_new && columns.size() < table_columns_max) columns.push_back(name);
  };
  for (const std::string& name : order) {
    if (row->contains(name)) add(name);
  }
  for (const auto& member : row->items()) add(member.key());
  return columns;
}

}  // namespace

std::optional<FileSection> find_file(const std::vector<std::string>& system) {
  for (const std::string& part : system) {
    std::string_view rest = part;
    if (take_line(rest) != first_line) continue;
    FileSection file;
    while (!rest.empty()) read_line(take_line(rest), file);
    return file;
  }
  return std::nullopt;
}

std::string markdown_table(const std::vector<Json>& rows, size_t rows_max,
                           const std::vector<std::string>& order) {
  const std::vector<std::string> columns = table_columns(rows, order);
  if (columns.empty()) return "";
  std::string head = "|";
  std::string rule = "|";
  for (const std::string& column : columns) {
    const Json name = column;
    head += " " + cell_text(&name) + " |";
    rule += " --- |";
  }
  std::string out = head + "\n" + rule + "\n";
  for (size_t at = 0; at < std::min(rows.size(), rows_max); ++at) {
    out += "|";
    for (const std::string& column : columns) {
      out += " " + cell_text(find_member(rows[at], column)) + " |";
    }
    out += "\n";
  }
  return out;
}

}  // namespace parley::providers::demo
