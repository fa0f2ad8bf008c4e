#include "files/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/json_text.h"
#include "base/text.h"
#include "files/receipt_notes.h"

namespace parley::files {

namespace {

constexpr size_t cell_characters_max = 200;

/// One line, without what a person could not see.
std::string one_line(std::string_view text) {
  std::string out = without_invisible_characters(text);
  for (char& byte : out) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) byte = ' ';
  }
  return out;
}

std::string cut(std::string_view text, size_t characters_max) {
  const std::string_view kept = first_characters(text, characters_max);
  return std::string(kept) + (kept.size() < text.size() ? "…" : "");
}

/// As many of `items` as fit, separated by ", ", with the number of those left out.
std::string list_within(const std::vector<std::string>& items, size_t characters_max) {
  std::string out;
  size_t characters = 0;
  for (size_t at = 0; at < items.size(); ++at) {
    characters += count_characters(items[at]) + 2;
    if (characters > characters_max && at > 0) {
      return out + fmt::format(", … and {} more", items.size() - at);
    }
    if (at > 0) out += ", ";
    out += items[at];
  }
  return cut(out, characters_max);
}

std::vector<std::string> names_of(const OrderedJson& summary, const char* key) {
  std::vector<std::string> names;
  for (const OrderedJson& name : summary.value(key, OrderedJson::array())) {
    if (name.is_string()) names.push_back(one_line(name.get_ref<const std::string&>()));
  }
  return names;
}

std::vector<std::string> types_of(const OrderedJson& summary, const char* key) {
  std::vector<std::string> types;
  const OrderedJson members = summary.value(key, OrderedJson::object());
  for (const auto& member : members.items()) {
    if (!member.value().is_string()) continue;
    types.push_back(one_line(member.key() + " " + member.value().get<std::string>()));
  }
  return types;
}

/// A row as a JSON line; the cells that do not fit are counted in a last member.
std::string row_line(const OrderedJson& row, size_t characters_max) {
  std::string out = "{";
  size_t cells = 0;
  for (const auto& member : row.items()) {
    std::string cell;
    append_json_string(cell, one_line(member.key()));
    cell.push_back(':');
    const std::string value = member.value().is_string() ? member.value().get<std::string>() : "";
    append_json_string(cell, cut(one_line(value), cell_characters_max));
    if (count_characters(out) + count_characters(cell) + 24 > characters_max) break;
    if (cells++ > 0) out.push_back(',');
    out += cell;
  }
  if (cells == row.size()) return out + "}";
  return out + fmt::format("{}\"…\":\"{} more\"}}", cells > 0 ? "," : "", row.size() - cells);
}

/// Builds the section line by line and knows how much room is left.
class Section {
 public:
  explicit Section(size_t characters_max) : characters_max_(characters_max) {}

  void add(std::string_view line) {
    text_ += line;
    text_.push_back('\n');
  }

  /// The share `part` of `whole` of what is left.
  size_t room(size_t part, size_t whole) const {
    const size_t used = std::min(characters_max_, count_characters(text_));
    return (characters_max_ - used) * part / whole;
  }

  void add_list(std::string_view label, const std::vector<std::string>& items) {
    const size_t overhead = label.size() + 24;
    const size_t room_here = room(1, 3);
    if (items.empty() || room_here <= overhead) return;
    add(fmt::format("{}: {}", label, list_within(items, room_here - overhead)));
  }

  std::string text() const {
    if (count_characters(text_) <= characters_max_) return text_;
    return std::string(first_characters(text_, characters_max_));
  }

 private:
  size_t characters_max_;
  std::string text_;
};

void add_csv(Section& section, const OrderedJson& summary) {
  section.add(fmt::format("Rows: {}", summary.value("rowCount", int64_t{0})));
  const std::vector<std::string> columns = names_of(summary, "columns");
  section.add_list(fmt::format("Columns ({})", columns.size()), columns);
  section.add_list("Types", types_of(summary, "columnTypes"));
}

void add_csv_sample(Section& section, const OrderedJson& summary) {
  const OrderedJson rows = summary.value("sampleData", OrderedJson::array());
  if (rows.empty() || section.room(1, 1) < 60) return;
  section.add("Sample:");
  for (size_t at = 0; at < rows.size(); ++at) {
    section.add(row_line(rows[at], section.room(1, rows.size() - at)));
  }
}

void add_json(Section& section, const OrderedJson& summary) {
  const bool is_object = summary.value("type", "") == "object";
  if (summary.contains("length")) {
    section.add(fmt::format("Items: {}", summary.value("length", int64_t{0})));
  }
  const std::vector<std::string> keys = names_of(summary, is_object ? "keys" : "firstItemKeys");
  section.add_list(fmt::format("Keys ({})", keys.size()), keys);
  section.add_list("Types", types_of(summary, "dataTypes"));
}

void add_json_sample(Section& section, const OrderedJson& details) {
  const std::vector<std::string> items = names_of(details, "sample");
  if (items.empty() || section.room(1, 1) < 60) return;
  section.add("Sample:");
  for (size_t at = 0; at < items.size(); ++at) {
    const size_t room = section.room(1, items.size() - at);
    if (room > 2) section.add(cut(items[at], room - 2));
  }
}

/// "- \"total\" real, 0.5 to 99.9, mean 40.1, in €"
std::string column_line(const datasets::Column& column) {
  std::string line = fmt::format("- \"{}\" {}", one_line(column.name), name_of(column.type));
  const bool is_text = column.type == datasets::ColumnType::text;
  if (!is_text && !column.min.empty()) {
    line += fmt::format(", {} to {}", one_line(column.min), one_line(column.max));
  }
  if (column.mean) line += fmt::format(", mean {:.6g}", *column.mean);
  if (is_text) {
    line += fmt::format(", {}{} different", column.distinct_is_estimate ? "about " : "",
                        column.distinct);
  }
  const char* separator = ": ";
  for (const datasets::TopValue& top : column.top) {
    if (!is_text) break;
    line += fmt::format("{}{} {}", separator, cut(one_line(top.value), 40), top.count);
    separator = ", ";
  }
  if (!column.unit.empty()) line += ", in " + one_line(column.unit);
  if (column.nulls > 0) line += fmt::format(", {} empty", column.nulls);
  if (!column.note.empty()) {
    line += fmt::format(" ({})", cut(one_line(column.note), note_characters_max));
  }
  return line;
}

/// The tables of a file, as many of their columns as fit into half of what is left.
void add_tables(Section& section, const datasets::Dataset& dataset) {
  for (const datasets::Table& table : dataset.tables) {
    const size_t room = section.room(1, 2);
    if (room < 200) return;
    section.add(fmt::format("Table: {} ({} rows)", one_line(table.name), table.rows));
    size_t used = 80;
    size_t shown = 0;
    for (const datasets::Column& column : table.columns) {
      const std::string line = column_line(column);
      used += count_characters(line) + 1;
      if (used > room) break;
      section.add(line);
      ++shown;
    }
    if (shown < table.columns.size()) {
      section.add(fmt::format("- … and {} more columns", table.columns.size() - shown));
    }
    std::vector<std::string> notes;
    for (const std::string& note : table.notes) {
      const std::string text = one_line(note);
      const std::string_view bare(text.data(), text.size() - (text.ends_with('.') ? 1 : 0));
      notes.push_back(cut(bare, note_characters_max));
    }
    section.add_list("Notes", notes);
  }
}

std::string describe_one(const StoredFile& file, size_t characters_max) {
  const bool is_csv = file.type == FileType::csv;
  Section section(characters_max);
  section.add("# Uploaded file");
  section.add("Name: " + one_line(file.name));
  section.add(is_csv ? "Type: CSV" : "Type: JSON");
  section.add(fmt::format("Size: {:.2f} KB", static_cast<double>(file.size_bytes) / 1024.0));
  is_csv ? add_csv(section, file.summary) : add_json(section, file.summary);
  add_tables(section, file.dataset);
  // Tables have their own, which say the same and more.
  if (file.dataset.tables.empty()) section.add_list("Notes", names_of(file.details, "notes"));
  is_csv ? add_csv_sample(section, file.summary) : add_json_sample(section, file.details);
  return section.text();
}

void drop_members(OrderedJson& tables, std::initializer_list<const char*> names) {
  for (OrderedJson& table : tables["tables"]) {
    for (OrderedJson& column : table["columns"]) {
      for (const char* name : names) column.erase(name);
    }
  }
}

std::string text_of(const OrderedJson& tables) {
  return tables.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::string describe_for_model(const std::vector<StoredFile>& files, size_t characters_max) {
  std::string out;
  size_t room = characters_max;
  for (size_t at = 0; at < files.size(); ++at) {
    // The newest gets half of what is left, the last all of it.
    const size_t share = at + 1 < files.size() ? room / 2 : room;
    const std::string section = describe_one(files[at], share);
    room -= std::min(room, count_characters(section) + 1);
    out += (out.empty() ? "" : "\n") + section;
  }
  return out;
}

std::string tables_for_model(const OrderedJson& tables, size_t bytes_max) {
  std::string text = text_of(tables);
  if (text.size() <= bytes_max) return text;
  OrderedJson shorter = tables;
  for (const auto names :
       {std::initializer_list<const char*>{"examples"},
        std::initializer_list<const char*>{"top", "title"},
        std::initializer_list<const char*>{"values", "nulls", "distinct", "distinctIsEstimate",
                                           "min", "max", "mean", "note", "unit"}}) {
    drop_members(shorter, names);
    text = text_of(shorter);
    if (text.size() <= bytes_max) return text;
  }
  const size_t share = bytes_max / std::max<size_t>(1, shorter["tables"].size());
  for (OrderedJson& table : shorter["tables"]) {
    OrderedJson kept = OrderedJson::array();
    size_t bytes = 200;
    for (OrderedJson& column : table["columns"]) {
      bytes += text_of(column).size() + 1;
      if (bytes > share) break;
      kept.push_back(std::move(column));
    }
    table["columnsLeftOut"] = table["columns"].size() - kept.size();
    table["columns"] = std::move(kept);
  }
  return text_of(shorter);
}

}  // namespace parley::files
