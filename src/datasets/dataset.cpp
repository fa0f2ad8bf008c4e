#include "datasets/dataset.h"

#include <algorithm>
#include <array>

namespace parley::datasets {

namespace {

constexpr std::array types = {ColumnType::integer, ColumnType::real,      ColumnType::boolean,
                              ColumnType::date,    ColumnType::timestamp, ColumnType::text};

OrderedJson to_json(const Column& column) {
  OrderedJson json = {
      {"name", column.name}, {"title", column.title}, {"type", name_of(column.type)}};
  if (!column.unit.empty()) json["unit"] = column.unit;
  if (!column.note.empty()) json["note"] = column.note;
  json["values"] = column.values;
  json["nulls"] = column.nulls;
  json["distinct"] = column.distinct;
  if (column.distinct_is_estimate) json["distinctIsEstimate"] = true;
  if (!column.min.empty()) json["min"] = column.min;
  if (!column.max.empty()) json["max"] = column.max;
  if (column.mean) json["mean"] = *column.mean;
  for (const TopValue& value : column.top) {
    json["top"].push_back({{"value", value.value}, {"count", value.count}});
  }
  if (!column.examples.empty()) json["examples"] = column.examples;
  return json;
}

OrderedJson to_json(const Table& table) {
  OrderedJson json = {{"name", table.name}, {"title", table.title}, {"rows", table.rows}};
  json["columns"] = OrderedJson::array();
  for (const Column& column : table.columns) json["columns"].push_back(to_json(column));
  json["notes"] = table.notes;
  return json;
}

/// Reads the members of one object; after a member of the wrong type it is no longer good.
class Members {
 public:
  explicit Members(const OrderedJson& object) : object_(object), is_good_(object.is_object()) {}

  bool is_good() const { return is_good_; }

  void read(const char* key, std::string& out, bool is_required = false) {
    const OrderedJson* member = find(key, is_required);
    if (expect(member, member != nullptr && member->is_string())) out = *member;
  }
  void read(const char* key, int64_t& out) {
    const OrderedJson* member = find(key, true);
    if (expect(member, member != nullptr && member->is_number_integer())) out = *member;
  }
  void read(const char* key, bool& out) {
    const OrderedJson* member = find(key, false);
    if (expect(member, member != nullptr && member->is_boolean())) out = *member;
  }
  void read(const char* key, std::optional<double>& out) {
    const OrderedJson* member = find(key, false);
    if (expect(member, member != nullptr && member->is_number())) out = member->get<double>();
  }
  void read(const char* key, ColumnType& out) {
    std::string name;
    read(key, name, true);
    const auto type = std::find_if(types.begin(), types.end(),
                                   [&name](ColumnType known) { return name_of(known) == name; });
    is_good_ = is_good_ && type != types.end();
    if (is_good_) out = *type;
  }
  template <class Value, class Read>
  void read_each(const char* key, std::vector<Value>& out, bool is_required, Read read_element) {
    const OrderedJson* member = find(key, is_required);
    if (!expect(member, member != nullptr && member->is_array())) return;
    for (const OrderedJson& element : *member) {
      is_good_ = read_element(element, out.emplace_back()) && is_good_;
    }
  }

 private:
  const OrderedJson* find(const char* key, bool is_required) {
    if (!is_good_) return nullptr;
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    is_good_ = !is_required;
    return nullptr;
  }
  bool expect(const OrderedJson* member, bool is_right) {
    if (member != nullptr && !is_right) is_good_ = false;
    return is_right;
  }

  const OrderedJson& object_;
  bool is_good_;
};

bool read_text(const OrderedJson& json, std::string& text) {
  if (json.is_string()) text = json;
  return json.is_string();
}

bool read_top_value(const OrderedJson& json, TopValue& value) {
  Members members(json);
  members.read("value", value.value, true);
  members.read("count", value.count);
  return members.is_good();
}

bool read_column(const OrderedJson& json, Column& column) {
  Members members(json);
  members.read("name", column.name, true);
  members.read("title", column.title, true);
  members.read("type", column.type);
  members.read("unit", column.unit);
  members.read("note", column.note);
  members.read("values", column.values);
  members.read("nulls", column.nulls);
  members.read("distinct", column.distinct);
  members.read("distinctIsEstimate", column.distinct_is_estimate);
  members.read("min", column.min);
  members.read("max", column.max);
  members.read("mean", column.mean);
  members.read_each("top", column.top, false, read_top_value);
  members.read_each("examples", column.examples, false, read_text);
  return members.is_good();
}

bool read_table(const OrderedJson& json, Table& table) {
  Members members(json);
  members.read("name", table.name, true);
  members.read("title", table.title, true);
  members.read("rows", table.rows);
  members.read_each("columns", table.columns, true, read_column);
  members.read_each("notes", table.notes, true, read_text);
  return members.is_good();
}

}  // namespace

std::string_view name_of(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "integer";
    case ColumnType::real:
      return "real";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::date:
      return "date";
    case ColumnType::timestamp:
      return "timestamp";
    case ColumnType::text:
      return "text";
  }
  return "";
}

OrderedJson to_json(const Dataset& dataset) {
  OrderedJson json = {{"tables", OrderedJson::array()}};
  for (const Table& table : dataset.tables) json["tables"].push_back(to_json(table));
  return json;
}

Result<Dataset> from_json(const OrderedJson& json) {
  Dataset dataset;
  Members members(json);
  members.read_each("tables", dataset.tables, true, read_table);
  if (!members.is_good() || dataset.tables.empty()) {
    return fail(ErrorCode::internal, "The description of a dataset is broken");
  }
  return dataset;
}

}  // namespace parley::datasets
