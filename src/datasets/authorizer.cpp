#include "datasets/authorizer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::datasets {
namespace {

constexpr std::string_view only_select =
    "only one SELECT statement is allowed: the data can be read, not changed";

// Sorted. Left out on purpose: load_extension, randomblob, zeroblob, sqlite_*, changes,
// last_insert_rowid, total_changes, subtype, match and whatever full text search brings along.
constexpr auto functions = std::to_array<std::string_view>({
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "median",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "percentile",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "random",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "soundex",
    "sqrt",
    "stddev",
    "stdev",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
    "variance",
});
static_assert(std::is_sorted(functions.begin(), functions.end()));

constexpr std::array<std::string_view, 2> table_functions = {"json_each", "json_tree"};

std::string_view view_of(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

Authorizer::Authorizer(sqlite3* connection, const Catalog& catalog) : connection_(connection) {
  const Statement modules = prepare(connection, "SELECT lower(name) FROM pragma_module_list");
  while (modules && sqlite3_step(modules.get()) == SQLITE_ROW) {
    modules_.insert(reinterpret_cast<const char*>(sqlite3_column_text(modules.get(), 0)));
  }
  for (const std::string_view name : table_functions) {
    prepare(connection, "SELECT 1 FROM " + std::string(name) + "('[]')");
    modules_.erase(std::string(name));
    tables_.emplace(name);
  }
  for (const CatalogTable& table : catalog.tables) tables_.insert(to_lower_ascii(table.name));
  sqlite3_set_authorizer(connection, &Authorizer::decide, this);
}

Authorizer::~Authorizer() {
  sqlite3_set_authorizer(connection_, nullptr, nullptr);
}

int Authorizer::decide(void* self, int action, const char* first, const char* second,
                       const char* schema, const char*) {
  auto& authorizer = *static_cast<Authorizer*>(self);
  bool allowed = false;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      allowed = authorizer.may_read(view_of(first), view_of(second), schema);
      break;
    case SQLITE_FUNCTION:
      allowed = authorizer.may_call(view_of(second));
      break;
    default:
      authorizer.refusal_ = only_select;
      break;
  }
  return allowed ? SQLITE_OK : SQLITE_DENY;
}

bool Authorizer::may_read(std::string_view table, std::string_view column, const char* schema) {
  const std::string name = to_lower_ascii(table);
  if (tables_.contains(name)) return true;
  // A table of which no column is used ("SELECT count(*) FROM …") comes without its schema and by
  // the name that the statement gives it: a common table expression may have any.
  const bool is_expression = column.empty() && schema == nullptr && !modules_.contains(name) &&
                             !name.starts_with("sqlite_") && !name.starts_with("pragma_");
  if (!is_expression) refusal_ = "no such table: " + std::string(table);
  return is_expression;
}

bool Authorizer::may_call(std::string_view function) {
  if (std::binary_search(functions.begin(), functions.end(), to_lower_ascii(function))) return true;
  refusal_ = "the function " + std::string(function) + "() is not available";
  return false;
}

}  // namespace parley::datasets
