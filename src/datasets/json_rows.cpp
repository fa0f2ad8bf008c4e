#include "datasets/json_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace parley::datasets {

using formats::JsonKind;
using formats::JsonToken;

namespace {

constexpr size_t path_characters_max = 60;

Error repeated_key(const ShapeNode& node) {
  return {
      ErrorCode::invalid,
      fmt::format("an object has the key \"{}\" twice, with lists or further keys in it: keep one",
                  first_characters(node.path, path_characters_max))};
}

}  // namespace

void JsonRows::take(const JsonToken& token) {
  if (error_) return;
  if (json_) return take_json(token);
  if (token.depth < item_depth_) return;
  switch (token.kind) {
    case JsonKind::key:
      take_key(token.text);
      break;
    case JsonKind::object_end:
    case JsonKind::array_end:
      end_container();
      break;
    default:
      take_value(token);
  }
}

void JsonRows::take_key(std::string_view key) {
  if (frames_.empty()) {
    name_ = key;
    return;
  }
  Frame& frame = frames_.back();
  frame.next = frame.node->find(key);
  frame.key = frame.next == nullptr ? key : std::string_view();
  if (frame.next == nullptr) return;
  const bool is_repeated = std::exchange(seen_in_[frame.next->id], frame.object) == frame.object;
  if (!is_repeated) return;
  if (has_lasting_values(*frame.next, frame.table == nullptr ? 0 : frame.table->row())) {
    error_ = repeated_key(*frame.next);
  } else if (frame.table != nullptr) {
    frame.table->forget(*frame.next);
  }
}

/// True if what `node` held in the row so far cannot be forgotten.
bool JsonRows::has_lasting_values(const ShapeNode& node, int64_t row) {
  if (node.has_other) return true;
  if (node.rows) {
    const JsonTable* table = find_table(*node.rows);
    if (table->row() > 0 && table->parent() == row) return true;
  }
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto& child) { return has_lasting_values(*child, row); });
}

void JsonRows::take_value(const JsonToken& token) {
  if (frames_.empty()) {
    JsonTable* table = find_table(root_);
    if (table != nullptr) begin_row(table, 0);
    if (root_.has_names) table->set_name(name_);
    take_at(table, root_.item, token, true);
    if (formats::ends_value(token)) end_row(table);
    return;
  }
  const Frame& frame = frames_.back();
  if (frame.is_array) {
    JsonTable* table = find_table(*frame.node->rows);
    begin_row(table, frame.table == nullptr ? 0 : frame.table->row());
    open(table, frame.node->rows->item, false, true);
  } else if (frame.next != nullptr) {
    take_at(frame.table, *frame.next, token, false);
  } else {
    start_json(frame.table, nullptr, token);
  }
}

void JsonRows::take_at(JsonTable* table, const ShapeNode& node, const JsonToken& token,
                       bool is_item) {
  if (token.kind == JsonKind::object_begin) {
    open(table, node, false, is_item);
  } else if (token.kind == JsonKind::array_begin && node.rows) {
    open(table, node, true, false);
  } else if (token.kind == JsonKind::array_begin) {
    ends_row_ = is_item;
    start_json(table, &node, token);
  } else if (token.kind != JsonKind::null) {
    table->set(node.column, token.text);
  }
}

void JsonRows::open(JsonTable* table, const ShapeNode& node, bool is_array, bool is_item) {
  frames_.push_back({table, &node, is_array, is_item, ++objects_, nullptr, {}});
}

void JsonRows::end_container() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.is_item) end_row(frame.table);
}

void JsonRows::begin_row(JsonTable* table, int64_t parent) {
  table->begin_row(parent);
  if (++rows_ > limits_.rows_max) {
    error_ = Error{ErrorCode::invalid, fmt::format("more than {} rows", limits_.rows_max)};
  }
}

void JsonRows::end_row(JsonTable* table) {
  if (table == nullptr || error_) return;
  if (auto ended = table->end_row(); !ended) error_ = std::move(ended).error();
}

void JsonRows::start_json(JsonTable* table, const ShapeNode* node, const JsonToken& token) {
  json_table_ = table;
  json_node_ = node;
  json_ = std::make_unique<JsonExcerpt>(limits_.cell_bytes_max, token.depth);
  take_json(token);
}

void JsonRows::take_json(const JsonToken& token) {
  if (!json_->take(token)) return;
  if (json_node_ != nullptr) {
    json_table_->set_json(json_node_->column, *json_);
  } else {
    const Frame& frame = frames_.back();
    const std::string& parent = frame.node->path;
    json_table_->set_other(parent.empty() ? frame.key : parent + "." + frame.key, *json_);
  }
  json_.reset();
  if (std::exchange(ends_row_, false)) end_row(find_table(root_));
}

JsonTable* JsonRows::find_table(const ShapeTable& shape) {
  auto& table = tables_[shape.index];
  return table ? &*table : nullptr;
}

}  // namespace parley::datasets
