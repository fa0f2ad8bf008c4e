#include "datasets/import_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "datasets/json_shape.h"
#include "datasets/json_tables.h"
#include "formats/json_text.h"

namespace parley::datasets {

namespace {

using formats::JsonKind;
using formats::JsonLayout;
using formats::JsonTextWriter;
using formats::JsonToken;
using formats::TextReader;

/// The second pass: every item into the row of its table.
class JsonRows {
 public:
  /// `tables`: in the order of their shapes' index; the outermost may be missing (one object
  /// without values of its own).
  JsonRows(const ShapeTable& root, std::vector<std::optional<JsonTable>>& tables, size_t item_depth,
           size_t cell_bytes_max)
      : root_(root), tables_(tables), item_depth_(item_depth), text_bytes_max_(cell_bytes_max) {}

  void take(const JsonToken& token) {
    if (error_) return;
    if (text_ != nullptr) {
      take_text(token);
      return;
    }
    if (token.depth < item_depth_) return;
    switch (token.kind) {
      case JsonKind::key:
        frames_.back().next = frames_.back().node->find(token.text);
        frames_.back().key = frames_.back().next == nullptr ? token.text : std::string_view();
        break;
      case JsonKind::object_end:
      case JsonKind::array_end:
        end_container();
        break;
      default:
        take_value(token);
    }
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  /// An open object or array.
  struct Frame {
    JsonTable* table = nullptr;
    const ShapeNode* node = nullptr;
    bool is_array = false;
    bool is_item = false;
    const ShapeNode* next = nullptr;
    std::string key = {};  ///< of the next value if it has no node
  };

  void take_value(const JsonToken& token) {
    if (frames_.empty()) {
      JsonTable* table = find_table(root_);
      if (table != nullptr) table->begin_row(0);
      take_at(table, root_.item, token, true);
      if (formats::ends_value(token)) end_row(table);
      return;
    }
    const Frame& frame = frames_.back();
    if (frame.is_array) {
      const int64_t parent = frame.table == nullptr ? 0 : frame.table->row();
      JsonTable* table = find_table(*frame.node->rows);
      table->begin_row(parent);
      frames_.push_back({table, &frame.node->rows->item, false, true, nullptr, {}});
    } else if (frame.next != nullptr) {
      take_at(frame.table, *frame.next, token, false);
    } else {
      const std::string& parent = frame.node->path;
      start_text(frame.table->text_of_other(parent.empty() ? frame.key : parent + "." + frame.key),
                 token);
    }
  }

  void take_at(JsonTable* table, const ShapeNode& node, const JsonToken& token, bool is_item) {
    if (token.kind == JsonKind::object_begin) {
      frames_.push_back({table, &node, false, is_item, nullptr, {}});
    } else if (token.kind == JsonKind::array_begin && node.rows) {
      frames_.push_back({table, &node, true, false, nullptr, {}});
    } else if (token.kind == JsonKind::array_begin) {
      ends_row_ = is_item;
      start_text(table->text_of(node.column), token);
    } else if (token.kind != JsonKind::null) {
      table->set(node.column, token.text);
    }
  }

  void end_container() {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.is_item) end_row(frame.table);
  }

  void end_row(JsonTable* table) {
    if (table == nullptr) return;
    if (auto ended = table->end_row(); !ended) error_ = std::move(ended).error();
  }

  void start_text(std::string& text, const JsonToken& token) {
    text_ = &text;
    text_depth_ = token.depth;
    writer_.emplace(JsonTextWriter::Form::compact, text);
    take_text(token);
  }

  void take_text(const JsonToken& token) {
    if (text_->size() <= text_bytes_max_) writer_->write(token);
    if (token.depth != text_depth_ || !formats::ends_value(token)) return;
    text_ = nullptr;
    if (std::exchange(ends_row_, false)) end_row(find_table(root_));
  }

  JsonTable* find_table(const ShapeTable& shape) {
    auto& table = tables_[shape.index];
    return table ? &*table : nullptr;
  }

  const ShapeTable& root_;
  std::vector<std::optional<JsonTable>>& tables_;
  size_t item_depth_;
  size_t text_bytes_max_;
  std::vector<Frame> frames_;
  std::string* text_ = nullptr;  ///< where JSON text goes at present
  size_t text_depth_ = 0;
  std::optional<JsonTextWriter> writer_;
  bool ends_row_ = false;
  std::optional<Error> error_;
};

struct Source {
  formats::ByteSource& bytes;
  formats::TextFormat format;
  const ImportOptions& options;
  Progress& progress;
};

template <class OnToken>
Result<JsonLayout> read_all(const Source& source, OnToken on_token) {
  TextReader text(source.bytes, source.format, TextReader::Faults::keep);
  const auto take = [&](const JsonToken& token) {
    on_token(token);
    source.progress.update();
  };
  ASSIGN_OR_RETURN(const JsonLayout layout,
                   formats::read_json(text, source.options.limits.json, take));
  source.progress.end_pass();
  return layout;
}

ShapeLimits limits_of(const ImportOptions& options) {
  ShapeLimits limits;
  limits.tables_max = options.tables_max;
  // A table may also need columns for its parent, for bare values and for further keys.
  limits.nodes_of_table_max = std::min(options.limits.csv.columns_max, table_columns_max - 3);
  return limits;
}

struct FoundShape {
  std::unique_ptr<JsonShape> shape;
  size_t item_depth = 0;
  JsonLayout layout = JsonLayout::lines;
};

/// `may_be_array`: a file that begins with an array is taken for one array of items.
Result<FoundShape> find_shape(const Source& source, bool may_be_array) {
  FoundShape found;
  int values = 0;
  const auto see = [&](const JsonToken& token) {
    const bool is_end = token.kind == JsonKind::object_end || token.kind == JsonKind::array_end;
    if (token.depth == 0 && !is_end && values < 2) ++values;
    if (!found.shape) {
      found.item_depth = may_be_array && token.kind == JsonKind::array_begin ? 1 : 0;
      found.shape = std::make_unique<JsonShape>(limits_of(source.options), found.item_depth);
    }
    if (found.item_depth == 0 || values == 1) found.shape->see(token);
  };
  ASSIGN_OR_RETURN(found.layout, read_all(source, see));
  // Several arrays, one a line: the lines are the items. Only the end could tell.
  if (found.item_depth == 1 && found.layout == JsonLayout::lines) return find_shape(source, false);
  found.shape->finish();
  return found;
}

Result<std::vector<std::optional<JsonTable>>> create_tables(std::vector<JsonTable::Plan> plans,
                                                            const ImportOptions& options,
                                                            Database& database) {
  size_t columns = 0;
  for (const JsonTable::Plan& plan : plans) columns += plan.columns.size();
  std::vector<std::optional<JsonTable>> tables;
  for (JsonTable::Plan& plan : plans) {
    auto& table = tables.emplace_back();
    if (plan.columns.empty()) continue;
    ASSIGN_OR_RETURN(TableWriter writer,
                     TableWriter::create(database, plan.name, plan.title, plan.columns, columns,
                                         options.cell_bytes_max));
    table.emplace(std::move(plan), std::move(writer), options.cell_bytes_max);
  }
  return tables;
}

}  // namespace

Result<Dataset> import_json(formats::ByteSource& bytes, const formats::TextFormat& format,
                            const ImportOptions& options, Database& database, Progress& progress) {
  const Source source{bytes, format, options, progress};
  ASSIGN_OR_RETURN(const FoundShape found, find_shape(source, true));
  ShapeTable& root = found.shape->root();
  auto plans = plan_tables(root, options, found.layout == JsonLayout::object);
  ASSIGN_OR_RETURN(auto tables, create_tables(std::move(plans), options, database));
  JsonRows rows(root, tables, found.item_depth, options.cell_bytes_max);
  TRY(read_all(source, [&rows](const JsonToken& token) { rows.take(token); }));
  if (rows.error()) return fail(*rows.error());

  Dataset dataset;
  for (const auto& table : tables) {
    if (table) dataset.tables.push_back(table->describe());
  }
  if (found.shape->has_too_many_tables()) {
    dataset.tables.front().notes.push_back(
        fmt::format("Lists beyond {} tables are kept as JSON text.", options.tables_max));
  }
  return dataset;
}

}  // namespace parley::datasets
