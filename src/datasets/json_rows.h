// JsonRows: every item of a JSON file into the row of its table. The second pass of import_json.h.
//
// Threads: one; borrows the shape and the tables. Memory: the rows in progress.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/json_excerpt.h"
#include "datasets/json_shape.h"
#include "datasets/json_tables.h"

namespace parley::datasets {

class JsonRows {
 public:
  struct Limits {
    size_t cell_bytes_max = 0;
    int64_t rows_max = 0;  ///< of all tables together
  };

  /// `tables`: in the order of their shapes' index; the outermost may be missing (one object
  /// without values of its own). `item_depth`: as JsonShape had it.
  JsonRows(JsonShape& shape, std::vector<std::optional<JsonTable>>& tables, size_t item_depth,
           const Limits& limits)
      : root_(shape.root()),
        tables_(tables),
        item_depth_(item_depth),
        limits_(limits),
        seen_in_(shape.nodes()) {}

  /// Does nothing after an error.
  void take(const formats::JsonToken& token);

  /// invalid: more than rows_max rows, or a key that stands twice in an object where the last one
  /// cannot replace the first, as rows were made of it. Errors of TableWriter::insert().
  const std::optional<Error>& error() const { return error_; }

 private:
  /// An open object or array.
  struct Frame {
    JsonTable* table = nullptr;
    const ShapeNode* node = nullptr;
    bool is_array = false;
    bool is_item = false;
    int64_t object = 0;  ///< its number
    const ShapeNode* next = nullptr;
    std::string key = {};  ///< of the next value if it has no node
  };

  void take_key(std::string_view key);
  void take_value(const formats::JsonToken& token);
  void take_at(JsonTable* table, const ShapeNode& node, const formats::JsonToken& token,
               bool is_item);
  void take_json(const formats::JsonToken& token);
  void open(JsonTable* table, const ShapeNode& node, bool is_array, bool is_item);
  void begin_row(JsonTable* table, int64_t parent);
  void end_row(JsonTable* table);
  void start_json(JsonTable* table, const ShapeNode* node, const formats::JsonToken& token);
  void end_container();
  JsonTable* find_table(const ShapeTable& shape);
  bool has_lasting_values(const ShapeNode& node, int64_t row);

  const ShapeTable& root_;
  std::vector<std::optional<JsonTable>>& tables_;
  size_t item_depth_;
  Limits limits_;
  std::vector<Frame> frames_;
  std::string name_;              ///< of the member that is the next item
  std::vector<int64_t> seen_in_;  ///< of each node: the last object that had its key
  int64_t objects_ = 0;
  int64_t rows_ = 0;
  std::unique_ptr<JsonExcerpt> json_;  ///< a value that is kept as JSON text, in progress
  JsonTable* json_table_ = nullptr;
  const ShapeNode* json_node_ = nullptr;  ///< null: it has no column of its own
  bool ends_row_ = false;                 ///< with that value
  std::optional<Error> error_;
};

}  // namespace parley::datasets
