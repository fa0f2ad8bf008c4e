// JsonShape: which tables and columns a JSON file has, found token by token. The first pass of
// import_json.h.
//
// An item is what becomes a row: an element of the outer array, a line, or the whole value; then
// each object in an array inside an item. Nodes are the keys of items, nested ones too.
// Threads: one. Memory: some 200 bytes a node, at most nodes_max.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/type_finder.h"
#include "formats/json_reader.h"

namespace parley::datasets {

struct ShapeLimits {
  size_t tables_max = 32;
  size_t nodes_max = 2'048;         ///< of all tables; further keys go to the column "other"
  size_t nodes_of_table_max = 512;  ///< likewise
  size_t path_bytes_max = 1'024;    ///< likewise for longer keys
};

struct ShapeTable;

/// A key of a table's items.
struct ShapeNode {
  static constexpr size_t no_column = SIZE_MAX;

  std::string path = {};  ///< dotted: "address.city"; empty: the item itself
  std::map<std::string, ShapeNode*, std::less<>> by_key = {};
  std::vector<std::unique_ptr<ShapeNode>> children = {};  ///< in the order of their appearance
  TypeFinder types = {};
  bool has_cells = false;  ///< values other than null and objects stand here
  bool has_arrays = false;
  bool has_other = false;     ///< keys directly below it that are beyond the limits
  bool keeps_arrays = false;  ///< as JSON text: not all are of objects, or there are many tables
  std::unique_ptr<ShapeTable> rows = {};  ///< of the objects in its arrays; null: they are kept
  size_t column = no_column;
  size_t id = 0;  ///< unique among the nodes of a file, below JsonShape::nodes()

  const ShapeNode* find(std::string_view key) const;
  /// Here or below.
  bool has_tables() const;
};

struct ShapeTable {
  ShapeNode item = {};
  TypeFinder names = {};   ///< of the members, if they are the items
  bool has_names = false;  ///< likewise: they have a column
  size_t nodes = 0;
  bool has_other = false;  ///< keys beyond the limits
  size_t index = 0;        ///< of the table, for the second pass
};

class JsonShape {
 public:
  /// `item_depth`: of the outermost items, as formats::item_depth() says it; 1 also if they are
  /// the members of one object.
  JsonShape(const ShapeLimits& limits, size_t item_depth)
      : limits_(limits), item_depth_(item_depth) {}

  void see(const formats::JsonToken& token);

  /// To be called after the last token: settles which arrays are kept as text.
  void finish() { settle(root_.item); }

  ShapeTable& root() { return root_; }
  size_t nodes() const { return nodes_; }
  bool has_too_many_tables() const { return has_too_many_tables_; }

 private:
  /// An open object or array.
  struct Frame {
    ShapeTable* table = nullptr;
    ShapeNode* node = nullptr;
    bool is_array = false;
    ShapeNode* next = nullptr;  ///< of the key just read; null: it is beyond the limits
  };

  void see_value(const formats::JsonToken& token);
  void see_element(const formats::JsonToken& token);
  void see_at(ShapeTable& table, ShapeNode& node, const formats::JsonToken& token);
  void keep_arrays(ShapeNode& node, size_t array_depth);
  ShapeNode* find_or_add(ShapeTable& table, ShapeNode& node, std::string_view key);
  void settle(ShapeNode& node);
  void skip_until(size_t depth);

  ShapeLimits limits_;
  size_t item_depth_;
  ShapeTable root_;
  std::vector<Frame> frames_;
  bool is_skipping_ = false;
  size_t skip_depth_ = 0;
  size_t tables_ = 1;
  size_t nodes_ = 0;
  bool has_too_many_tables_ = false;
};

}  // namespace parley::datasets
