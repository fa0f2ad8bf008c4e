#include "datasets/table_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file_descriptor.h"
#include "base/text.h"
#include "datasets/names.h"
#include "datasets/notes.h"

namespace parley::datasets {

namespace {

constexpr int64_t page_bytes = 4096;
constexpr int64_t cache_bytes = 4 * 1024 * 1024;

std::string_view declared_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "INTEGER";
    case ColumnType::real:
      return "REAL";
    case ColumnType::boolean:
      return "BOOLEAN";
    case ColumnType::date:
      return "DATE";
    case ColumnType::timestamp:
      return "TIMESTAMP";
    case ColumnType::text:
      break;
  }
  return "TEXT";
}

int bind(sqlite3_stmt* statement, int parameter, const CellValue& value) {
  switch (value.kind) {
    case CellValue::Kind::integer:
      return sqlite3_bind_int64(statement, parameter, value.integer);
    case CellValue::Kind::real:
      return sqlite3_bind_double(statement, parameter, value.real);
    case CellValue::Kind::text:
      return sqlite3_bind_text(statement, parameter, value.text.data(),
                               static_cast<int>(value.text.size()), SQLITE_STATIC);
    case CellValue::Kind::null:
      break;
  }
  return sqlite3_bind_null(statement, parameter);
}

tl::unexpected<Error> disk_failure(const std::string& path) {
  const int code = errno;
  const ErrorCode kind = code == ENOSPC ? ErrorCode::storage_full : ErrorCode::internal;
  return fail(kind, "The table could not be brought onto the disk",
              path + ": " + std::strerror(code));
}

}  // namespace

Result<TableWriter> TableWriter::create(Database& database, std::string name, std::string title,
                                        std::vector<ColumnPlan> columns, size_t columns_of_all,
                                        size_t cell_bytes_max) {
  std::vector<std::string> titles;
  for (const ColumnPlan& column : columns) titles.push_back(column.title);
  const std::vector<std::string> names = column_names(titles);

  TableWriter writer;
  std::string declarations;
  std::string parameters;
  for (size_t at = 0; at < columns.size(); ++at) {
    const Reading& reading = columns[at].reading;
    declarations += fmt::format("{}{} {}", at == 0 ? "" : ", ", quoted_name(names[at]),
                                declared_type(reading.type));
    parameters += at == 0 ? "?" : ",?";
    const auto column_title = first_characters(titles[at], name_characters_max);
    writer.columns_.push_back({std::string(column_title), names[at], reading,
                               CellReader(reading, cell_bytes_max),
                               ColumnProfile(reading.type, columns_of_all)});
  }
  const std::string quoted = quoted_name(name);
  TRY(database.execute(fmt::format("CREATE TABLE {} ({})", quoted, declarations)));
  ASSIGN_OR_RETURN(writer.statement_,
                   database.prepare(fmt::format("INSERT INTO {} VALUES ({})", quoted, parameters)));
  writer.database_ = &database;
  writer.name_ = std::move(name);
  writer.title_ = std::move(title);
  return writer;
}

void TableWriter::set(size_t column, std::string_view cell) {
  store(column, columns_[column].reader.read(cell));
}

void TableWriter::set_empty_text(size_t column) {
  CellValue value;
  value.kind = CellValue::Kind::text;
  value.text = "";
  store(column, value);
}

void TableWriter::store(size_t column, const CellValue& value) {
  ColumnState& state = columns_[column];
  state.profile.see(value);
  const bool is_null = value.kind == CellValue::Kind::null;
  if (is_null && !state.is_bound) return;
  state.is_bound = !is_null;
  bind(statement_.get(), static_cast<int>(column) + 1, value);
}

Result<void> TableWriter::insert() {
  sqlite3_step(statement_.get());
  const int code = sqlite3_reset(statement_.get());
  if (code != SQLITE_OK) return fail(sqlite_error(database_->get(), code));
  ++rows_;
  return {};
}

Table TableWriter::describe() const {
  Table table;
  table.name = name_;
  table.title = title_;
  table.rows = rows_;
  for (const ColumnState& state : columns_) {
    Column column;
    column.name = state.name;
    column.title = state.title;
    column.type = state.reading.type;
    column.unit = state.reading.unit;
    column.note = state.reading.note;
    state.profile.describe(column);
    table.columns.push_back(std::move(column));
  }
  note_changes(table);
  return table;
}

void TableWriter::note_changes(Table& table) const {
  ColumnsNote unnamed;
  ColumnsNote renamed;
  ColumnsNote placeholders;
  ColumnsNote cuts;
  for (const ColumnState& state : columns_) {
    if (state.title.empty()) {
      unnamed.add(state.name, 1);
    } else if (state.title != state.name) {
      renamed.add(state.name, 1);
    }
    placeholders.add(state.name, state.reader.placeholders());
    cuts.add(state.name, state.reader.cuts());
  }
  unnamed.write(table.notes, "Columns without a name, called by their place: {columns}.");
  renamed.write(table.notes, "Columns with another name than in the file: {columns}.");
  placeholders.write(table.notes,
                     "Cells such as \"NA\" or \"-\" that are NULL: {count}, in {columns}.");
  cuts.write(table.notes, "Cells that were too long and are cut: {count}, in {columns}.");
}

Result<Database> open_new_dataset(const std::string& path, int64_t bytes_max) {
  ASSIGN_OR_RETURN(Database database, Database::open(path, SQLITE_OPEN_READWRITE));
  // A file that is not whole is thrown away, so nothing need be undone or be safe before the end.
  TRY(database.execute(
      fmt::format("PRAGMA page_size={0}; PRAGMA max_page_count={1}; PRAGMA journal_mode=OFF;"
                  "PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
                  "PRAGMA cache_size=-{2}; BEGIN",
                  page_bytes, bytes_max / page_bytes, cache_bytes / 1024)));
  return database;
}

bool is_at_bytes_max(const std::string& path, int64_t bytes_max) {
  std::error_code failed;
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path, failed));
  // SQLite has one code for it and for a full disk; the last pages may be in its cache still.
  return !failed && bytes + 2 * cache_bytes >= bytes_max;
}

Result<void> finish_dataset(Database database, const std::string& path) {
  TRY(database.execute("COMMIT"));
  database = Database();
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) return disk_failure(path);
  return {};
}

}  // namespace parley::datasets
