#include "datasets/catalog.h"

#include <algorithm>

#include "base/text.h"

namespace parley::datasets {
namespace {

std::string text_of(sqlite3_stmt* statement, int column) {
  const auto* text = sqlite3_column_text(statement, column);
  const int bytes = sqlite3_column_bytes(statement, column);
  return text == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(text), static_cast<size_t>(bytes));
}

Result<void> read_schema(sqlite3* connection, const std::string& schema, int number,
                         Catalog& catalog) {
  const Statement objects =
      prepare(connection, "SELECT type, name, tbl_name, rootpage FROM " + schema +
                              ".sqlite_schema WHERE type IN ('table', 'index') ORDER BY type DESC");
  int code = SQLITE_ERROR;
  while (objects && (code = sqlite3_step(objects.get())) == SQLITE_ROW) {
    const std::string table = text_of(objects.get(), 2);
    if (to_lower_ascii(table).starts_with("sqlite_")) continue;
    if (text_of(objects.get(), 0) == "table") catalog.tables.push_back({schema, table});
    const auto found = std::find_if(
        catalog.tables.begin(), catalog.tables.end(),
        [&](const CatalogTable& known) { return known.schema == schema && known.name == table; });
    if (found == catalog.tables.end()) continue;
    const auto place = static_cast<size_t>(found - catalog.tables.begin());
    catalog.pages.push_back({place, number, sqlite3_column_int64(objects.get(), 3)});
  }
  if (code == SQLITE_DONE) return {};
  return fail(ErrorCode::internal, "The file's data cannot be read", sqlite3_errmsg(connection));
}

}  // namespace

const CatalogTable* Catalog::find(std::string_view name) const {
  const std::string wanted = to_lower_ascii(name);
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const CatalogTable& table) {
    return to_lower_ascii(table.name) == wanted;
  });
  return found == tables.end() ? nullptr : &*found;
}

Result<Catalog> read_catalog(const OpenedDatasets& datasets) {
  Catalog catalog;
  for (size_t i = 0; i < datasets.schemas.size(); ++i) {
    const int number = i == 0 ? 0 : static_cast<int>(i) + 1;  // 1 is "temp"
    TRY(read_schema(datasets.connection.get(), datasets.schemas[i], number, catalog));
  }
  return catalog;
}

std::vector<std::string> list_columns(sqlite3* connection, const CatalogTable& table) {
  const Statement all = prepare(
      connection, "SELECT * FROM " + table.schema + "." + quoted_name(table.name) + " LIMIT 0");
  std::vector<std::string> columns;
  for (int i = 0; i < sqlite3_column_count(all.get()); ++i) {
    if (const char* name = sqlite3_column_name(all.get(), i)) columns.emplace_back(name);
  }
  return columns;
}

int64_t count_rows(sqlite3* connection, const CatalogTable& table) {
  const Statement last =
      prepare(connection, "SELECT max(rowid) FROM " + table.schema + "." + quoted_name(table.name));
  if (sqlite3_step(last.get()) != SQLITE_ROW) return 0;
  return std::max<int64_t>(0, sqlite3_column_int64(last.get(), 0));
}

}  // namespace parley::datasets
