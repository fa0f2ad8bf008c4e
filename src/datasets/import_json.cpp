#include "datasets/import_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "datasets/json_members.h"
#include "datasets/json_rows.h"
#include "datasets/json_shape.h"
#include "datasets/json_tables.h"

namespace parley::datasets {

namespace {

using formats::JsonKind;
using formats::JsonLayout;
using formats::JsonToken;
using formats::TextReader;

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

/// What the rows of a file are, as far as that was found out.
enum class Items {
  unknown,  ///< the elements of an array if it begins with one, else its values
  values,
  members,  ///< of its one object
};

Result<FoundShape> find_shape(const Source& source, Items items) {
  FoundShape found;
  JsonMembers members;
  int values = 0;
  const auto see = [&](const JsonToken& token) {
    const bool is_end = token.kind == JsonKind::object_end || token.kind == JsonKind::array_end;
    if (token.depth == 0 && !is_end && values < 2) ++values;
    if (!found.shape) {
      const bool is_array = items == Items::unknown && token.kind == JsonKind::array_begin;
      found.item_depth = is_array || items == Items::members ? 1 : 0;
      found.shape = std::make_unique<JsonShape>(limits_of(source.options), found.item_depth);
    }
    if (found.item_depth == 0 || values == 1) found.shape->see(token);
    if (found.item_depth == 0 && values == 1) members.see(token);
  };
  ASSIGN_OR_RETURN(found.layout, read_all(source, see));
  // Several arrays, one a line: the lines are the items. Only the end could tell.
  if (found.item_depth == 1 && found.layout == JsonLayout::lines) {
    return find_shape(source, Items::values);
  }
  if (found.item_depth == 0 && found.layout == JsonLayout::object && members.are_rows()) {
    return find_shape(source, Items::members);
  }
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
  ASSIGN_OR_RETURN(const FoundShape found, find_shape(source, Items::unknown));
  ShapeTable& root = found.shape->root();
  const bool is_one_object = found.layout == JsonLayout::object && found.item_depth == 0;
  auto plans = plan_tables(root, options, is_one_object);
  ASSIGN_OR_RETURN(auto tables, create_tables(std::move(plans), options, database));
  JsonRows rows(*found.shape, tables, found.item_depth,
                {options.cell_bytes_max, options.limits.csv.rows_max});
  TRY(read_all(source, [&rows](const JsonToken& token) { rows.take(token); }));
  if (rows.error()) return fail(*rows.error());

  Dataset dataset;
  for (const auto& table : tables) {
    if (table) dataset.tables.push_back(table->describe());
  }
  if (format.has_faults) {
    dataset.tables.front().notes.emplace_back("Broken characters were replaced by \uFFFD.");
  }
  if (found.shape->has_too_many_tables()) {
    dataset.tables.front().notes.push_back(
        fmt::format("Lists beyond {} tables are kept as JSON text.", options.tables_max));
  }
  return dataset;
}

}  // namespace parley::datasets
