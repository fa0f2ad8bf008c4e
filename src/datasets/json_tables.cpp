#include "datasets/json_tables.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/text.h"
#include "datasets/names.h"
#include "datasets/notes.h"

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
    add_column(index, shape.item);
    add_children(index, shape.item);
    std::vector<ColumnPlan>& columns = tables_[index].columns;
    if (shape.has_other) {
      tables_[index].other_column = columns.size();
      columns.push_back({"other", {}});
    }
    const bool is_bare = columns.empty() || (columns.size() == 1 && has_parent_column(index));
    // An object that holds nothing but tables needs no row of its own.
    if (is_bare && (index > 0 || !is_one_object_ || !has_tables(shape.item))) {
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

  static bool has_tables(const ShapeNode& node) {
    return node.rows || std::any_of(node.children.begin(), node.children.end(),
                                    [](const auto& child) { return has_tables(*child); });
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
      cells_(plan_.columns.size()) {}

void JsonTable::begin_row(int64_t parent) {
  ++row_;
  for (Cell& cell : cells_) {
    cell.is_set = false;
    cell.text.clear();
  }
  if (plan_.parent_column != no_column) set(plan_.parent_column, std::to_string(parent));
}

Result<void> JsonTable::end_row() {
  if (plan_.other_column != no_column && cells_[plan_.other_column].is_set) {
    cells_[plan_.other_column].text += '}';
  }
  for (size_t column = 0; column < cells_.size(); ++column) {
    writer_.set(column, cells_[column].text);
  }
  return writer_.insert();
}

void JsonTable::set(size_t column, std::string_view text) {
  std::string& cell = text_of(column);
  // One byte too many is enough for the writer to see that it must cut.
  text = text.substr(0, cell_bytes_max_ + 1);
  if (text.find('\0') == std::string_view::npos) {
    cell = text;
    return;
  }
  for (const char byte : text) {
    if (byte == '\0') {
      cell += "\uFFFD";
      ++nul_characters_;
    } else {
      cell += byte;
    }
  }
}

std::string& JsonTable::text_of(size_t column) {
  Cell& cell = cells_[column];
  if (cell.is_set) ++repeated_keys_;
  cell.is_set = true;
  cell.text.clear();
  return cell.text;
}

std::string& JsonTable::text_of_other(std::string_view path) {
  Cell& cell = cells_[plan_.other_column];
  if (cell.text.size() > cell_bytes_max_) return cell.text;
  cell.text += cell.is_set ? ',' : '{';
  cell.is_set = true;
  append_json_string(cell.text, path);
  cell.text += ':';
  return cell.text;
}

Table JsonTable::describe() const {
  Table table = writer_.describe();
  if (plan_.shape->has_other) {
    table.notes.emplace_back("Further keys are in the column \"other\", as JSON.");
  }
  write_note(table.notes, "Keys that an object repeats: {count}. Their last value counts.",
             repeated_keys_);
  write_note(table.notes, "NUL characters that were replaced by \uFFFD: {count}.", nul_characters_);
  return table;
}

}  // namespace parley::datasets
