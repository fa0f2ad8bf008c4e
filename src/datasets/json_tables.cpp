#include "datasets/json_tables.h"

#include <algorithm>
#include <functional>

#include "datasets/names.h"
#include "datasets/notes.h"
#include "formats/case_fold.h"

namespace parley::datasets {

namespace {

/// Walks over the shape and names what it finds.
class Planner {
 public:
  Planner(const ImportOptions& options, bool is_one_object)
      : is_one_object_(is_one_object), taken_(options.taken_names) {
    tables_.push_back({});
    tables_.front().name = take(table_name(options.file_name, taken_));
    tables_.front().title = table_title(options.file_name);
  }

  std::vector<JsonTable::Plan> plan(ShapeTable& root) {
    fill(0, root);
    return std::move(tables_);
  }

 private:
  std::string take(std::string name) {
    taken_.push_back(name);
    return name;
  }

  void fill(size_t index, ShapeTable& shape) {
    shape.index = index;
    tables_[index].shape = &shape;
    if (shape.has_names) {
      tables_[index].name_column = tables_[index].columns.size();
      tables_[index].columns.push_back({free_key(shape.item), shape.names.reading()});
    }
    add_column(index, shape.item);
    add_children(index, shape.item);
    std::vector<ColumnPlan>& columns = tables_[index].columns;
    if (shape.has_other) {
      tables_[index].other_column = columns.size();
      columns.push_back({"other", {}});
    }
    const bool is_bare = columns.empty() || (columns.size() == 1 && has_parent_column(index));
    // An object that holds nothing but tables needs no row of its own.
    if (is_bare && (index > 0 || !is_one_object_ || !shape.item.has_tables())) {
      columns.push_back({"value", {}});
    }
    add_tables(index, shape.item);
  }

  void add_column(size_t index, ShapeNode& node) {
    const bool is_item = node.path.empty();
    const bool is_empty = !is_item && node.children.empty() && !node.rows;
    if (!node.has_cells && !is_empty) return;
    std::vector<ColumnPlan>& columns = tables_[index].columns;
    node.column = columns.size();
    Reading reading = node.types.reading();
    if (node.keeps_arrays) reading.note = "lists as JSON text";
    columns.push_back({is_item ? "value" : node.path, std::move(reading)});
  }

  void add_children(size_t index, ShapeNode& node) {
    for (const auto& child : node.children) {
      add_column(index, *child);
      add_children(index, *child);
    }
  }

  /// A name for the column of the members' names that none of their keys has.
  static std::string free_key(const ShapeNode& item) {
    std::string name = "key";
    const auto is_taken = [&name](const auto& child) {
      return formats::to_lower(child->path) == name;
    };
    while (std::any_of(item.children.begin(), item.children.end(), is_taken)) name = "row_" + name;
    return name;
  }

  void add_tables(size_t parent, ShapeNode& node) {
    if (node.rows) {
      JsonTable::Plan table;
      table.name = take(child_table_name(tables_[parent].name, node.path, taken_));
      table.title = tables_[parent].title + " › " + table_title(node.path);
      if (parent > 0 || !is_one_object_) {
        table.parent_column = 0;
        Reading reading;
        reading.type = ColumnType::integer;
        table.columns.push_back({tables_[parent].name + "_row", std::move(reading)});
      }
      tables_.push_back(std::move(table));
      fill(tables_.size() - 1, *node.rows);
    }
    for (const auto& child : node.children) add_tables(parent, *child);
  }

  bool has_parent_column(size_t index) const {
    return tables_[index].parent_column != JsonTable::no_column;
  }

  bool is_one_object_;
  std::vector<std::string> taken_;
  std::vector<JsonTable::Plan> tables_;
};

}  // namespace

std::vector<JsonTable::Plan> plan_tables(ShapeTable& shape, const ImportOptions& options,
                                         bool is_one_object) {
  return Planner(options, is_one_object).plan(shape);
}

JsonTable::JsonTable(Plan plan, TableWriter writer, size_t cell_bytes_max)
    : plan_(std::move(plan)),
      writer_(std::move(writer)),
      cell_bytes_max_(cell_bytes_max),
      cells_(plan_.columns.size()),
      others_(cell_bytes_max) {}

void JsonTable::begin_row(int64_t parent) {
  ++row_;
  parent_ = parent;
  for (Cell& cell : cells_) {
    cell.is_set = false;
    cell.text.clear();
  }
  if (plan_.parent_column != no_column) set(plan_.parent_column, std::to_string(parent));
}

Result<void> JsonTable::end_row() {
  if (plan_.other_column != no_column) {
    Cell& other = cells_[plan_.other_column];
    other.text = others_.take_text();
    other.is_set = !other.text.empty();
  }
  for (size_t column = 0; column < cells_.size(); ++column) {
    Cell& cell = cells_[column];
    const bool is_empty_text = cell.is_set && cell.text.empty();
    if (is_empty_text && plan_.columns[column].reading.type == ColumnType::text) {
      writer_.set_empty_text(column);
      continue;
    }
    if (is_empty_text) ++cell.empty_texts;
    writer_.set(column, cell.text);
  }
  return writer_.insert();
}

void JsonTable::set(size_t column, std::string_view text) {
  Cell& cell = cells_[column];
  cell.is_set = true;
  // One byte too many is enough for the writer to see that it must cut.
  text = text.substr(0, cell_bytes_max_ + 1);
  if (text.find('\0') == std::string_view::npos) {
    cell.text = text;
    return;
  }
  cell.text.clear();
  for (const char byte : text) {
    if (byte == '\0') {
      cell.text += "\uFFFD";
      ++nul_characters_;
    } else {
      cell.text += byte;
    }
  }
}

void JsonTable::set_name(std::string_view name) {
  set(plan_.name_column, name);
  names_.push_back(std::hash<std::string_view>()(name));
}

void JsonTable::set_json(size_t column, const JsonExcerpt& json) {
  Cell& cell = cells_[column];
  cell.is_set = true;
  cell.text = json.text();
  cell.left_out += json.left_out();
}

void JsonTable::set_other(const std::string& path, const JsonExcerpt& json) {
  if (!others_.set(path, json.text())) ++repeated_keys_;
  cells_[plan_.other_column].left_out += json.left_out();
}

void JsonTable::forget(const ShapeNode& node) {
  ++repeated_keys_;
  clear(node);
}

void JsonTable::clear(const ShapeNode& node) {
  if (node.column != no_column) {
    cells_[node.column].is_set = false;
    cells_[node.column].text.clear();
  }
  for (const auto& child : node.children) clear(*child);
}

Table JsonTable::describe() const {
  Table table = writer_.describe();
  write_notes(table);
  return table;
}

void JsonTable::write_notes(Table& table) const {
  if (plan_.name_column != no_column) {
    table.notes.push_back(
        "Each row is a member of the file's object; its name is in the column \"" +
        table.columns[plan_.name_column].name + "\".");
    std::vector<size_t> names = names_;
    std::sort(names.begin(), names.end());
    const auto different = std::unique(names.begin(), names.end()) - names.begin();
    write_note(table.notes, "Members whose name is repeated: {count}. All of them are rows.",
               static_cast<int64_t>(names_.size()) - different);
  }
  if (plan_.shape->has_other) {
    table.notes.emplace_back("Further keys are in the column \"other\", as JSON.");
  }
  ColumnsNote empty_texts;
  ColumnsNote left_out;
  for (size_t column = 0; column < cells_.size(); ++column) {
    empty_texts.add(table.columns[column].name, cells_[column].empty_texts);
    left_out.add(table.columns[column].name, cells_[column].left_out);
  }
  empty_texts.write(table.notes, "Empty texts that are NULL: {count}, in {columns}.");
  left_out.write(table.notes,
                 "Last elements of lists that were too long, left out: {count}, in {columns}.");
  write_note(table.notes, "Further keys that did not fit into \"other\", left out: {count}.",
             others_.left_out());
  write_note(table.notes, "Keys that an object repeats: {count}. Their last value counts.",
             repeated_keys_);
  write_note(table.notes, "NUL characters that were replaced by \uFFFD: {count}.", nul_characters_);
}

}  // namespace parley::datasets
