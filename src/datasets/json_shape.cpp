#include "datasets/json_shape.h"

#include <algorithm>

namespace parley::datasets {

using formats::JsonKind;
using formats::JsonToken;

namespace {

bool begins_container(const JsonToken& token) {
  return token.kind == JsonKind::object_begin || token.kind == JsonKind::array_begin;
}

}  // namespace

const ShapeNode* ShapeNode::find(std::string_view key) const {
  const auto found = by_key.find(key);
  return found == by_key.end() ? nullptr : found->second;
}

bool ShapeNode::has_tables() const {
  return rows || std::any_of(children.begin(), children.end(),
                             [](const auto& child) { return child->has_tables(); });
}

void JsonShape::see(const JsonToken& token) {
  if (is_skipping_) {
    is_skipping_ = token.depth != skip_depth_ || !formats::ends_value(token);
    return;
  }
  if (token.depth < item_depth_) return;
  switch (token.kind) {
    case JsonKind::key:
      if (frames_.empty()) {
        root_.has_names = true;
        root_.names.see(token.text);
        break;
      }
      frames_.back().next = find_or_add(*frames_.back().table, *frames_.back().node, token.text);
      break;
    case JsonKind::object_end:
    case JsonKind::array_end:
      frames_.pop_back();
      break;
    default:
      see_value(token);
  }
}

void JsonShape::see_value(const JsonToken& token) {
  if (frames_.empty()) {
    if (token.kind == JsonKind::array_begin) {
      keep_arrays(root_.item, token.depth);
    } else {
      see_at(root_, root_.item, token);
    }
    return;
  }
  Frame& frame = frames_.back();
  if (frame.is_array) {
    see_element(token);
  } else if (frame.next != nullptr) {
    see_at(*frame.table, *frame.next, token);
  } else {
    frame.table->has_other = true;
    frame.node->has_other = true;
    if (begins_container(token)) skip_until(token.depth);
  }
}

void JsonShape::see_element(const JsonToken& token) {
  ShapeNode& node = *frames_.back().node;
  if (!node.rows && tables_ >= limits_.tables_max) has_too_many_tables_ = true;
  const bool may_be_row =
      token.kind == JsonKind::object_begin && (node.rows || tables_ < limits_.tables_max);
  if (!may_be_row) {
    frames_.pop_back();
    keep_arrays(node, token.depth - 1);
    return;
  }
  if (!node.rows) {
    node.rows = std::make_unique<ShapeTable>();
    ++tables_;
  }
  frames_.push_back({node.rows.get(), &node.rows->item, false, nullptr});
}

void JsonShape::see_at(ShapeTable& table, ShapeNode& node, const JsonToken& token) {
  switch (token.kind) {
    case JsonKind::object_begin:
      frames_.push_back({&table, &node, false, nullptr});
      break;
    case JsonKind::array_begin:
      node.has_arrays = true;
      if (node.keeps_arrays) {
        skip_until(token.depth);
      } else {
        frames_.push_back({&table, &node, true, nullptr});
      }
      break;
    case JsonKind::null:
      break;
    case JsonKind::integer:
    case JsonKind::real:
      node.has_cells = true;
      node.types.see_number(token.text);
      break;
    default:
      node.has_cells = true;
      node.types.see(token.text);
  }
}

void JsonShape::keep_arrays(ShapeNode& node, size_t array_depth) {
  node.has_arrays = true;
  node.keeps_arrays = true;
  node.rows.reset();
  skip_until(array_depth);
}

ShapeNode* JsonShape::find_or_add(ShapeTable& table, ShapeNode& node, std::string_view key) {
  const auto found = node.by_key.find(key);
  if (found != node.by_key.end()) return found->second;
  const bool fits = nodes_ < limits_.nodes_max && table.nodes < limits_.nodes_of_table_max &&
                    node.path.size() + key.size() < limits_.path_bytes_max;
  if (!fits) return nullptr;
  ++table.nodes;
  ShapeNode& child = *node.children.emplace_back(std::make_unique<ShapeNode>());
  child.id = nodes_++;
  child.path = node.path.empty() ? std::string(key) : node.path + "." + std::string(key);
  node.by_key.emplace(key, &child);
  return &child;
}

void JsonShape::settle(ShapeNode& node) {
  if (node.has_arrays && !node.rows) {
    node.keeps_arrays = true;
    node.has_cells = true;
    node.types.see_structure();
  }
  for (const auto& child : node.children) settle(*child);
  if (node.rows) settle(node.rows->item);
}

void JsonShape::skip_until(size_t depth) {
  is_skipping_ = true;
  skip_depth_ = depth;
}

}  // namespace parley::datasets
