#include "files/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/json.h"
#include "formats/case_fold.h"

namespace parley::files::store {

namespace {

// Both parts of what a read found out share one column: {"summary": …, "details": …}.
std::string pack(const StoredFile& file) {
  const OrderedJson packed = {{"summary", file.summary}, {"details", file.details}};
  return packed.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

StoredFile file_of(const db::Row& row) {
  StoredFile file;
  file.id = row.text(0);
  file.name = row.text(1);
  file.type = row.text(2) == "csv" ? FileType::csv : FileType::json;
  file.size_bytes = row.integer(3);
  file.sha256 = row.text(4);
  const OrderedJson packed = OrderedJson::parse(row.text(5), nullptr, false);
  if (packed.is_object()) {
    file.summary = packed.value("summary", OrderedJson::object());
    file.details = packed.value("details", OrderedJson::object());
  }
  file.uploaded_at_ms = row.integer(6);
  const OrderedJson dataset = OrderedJson::parse(row.text(7), nullptr, false);
  file.dataset = datasets::from_json(dataset).value_or(datasets::Dataset{});
  file.tables_bytes = row.integer(8);
  return file;
}

std::string text_of(const datasets::Dataset& dataset) {
  return to_json(dataset).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

/// What does not parse was not written by us; it shows as empty.
std::vector<ReceiptFile> receipt_files_of(const std::string& text) {
  std::vector<ReceiptFile> files;
  for (const Json& file : parse_json(text).value_or(Json::array())) {
    files.push_back({find_string(file, "fileId").value_or(""),
                     find_string(file, "fileName").value_or(""),
                     find_string(file, "sha256").value_or("")});
  }
  return files;
}

Receipt receipt_of(const db::Row& row) {
  Receipt receipt;
  receipt.id = row.text(0);
  receipt.sql = row.text(1);
  receipt.files = receipt_files_of(row.text(2));
  for (const Json& column : parse_json(row.text(3)).value_or(Json::array())) {
    receipt.result.columns.push_back(
        {find_string(column, "name").value_or(""), find_string(column, "type").value_or("")});
  }
  receipt.result.rows = parse_json(row.text(4)).value_or(Json::array());
  receipt.row_count = row.integer(5);
  receipt.result.truncated = row.integer(6) != 0;
  receipt.result.rows_scanned = row.integer(7);
  receipt.result.milliseconds = row.integer(8);
  receipt.created_at_ms = row.integer(9);
  for (const Json& note : parse_json(row.text(10)).value_or(Json::array())) {
    if (note.is_string()) receipt.notes.push_back(note.get<std::string>());
  }
  receipt.is_file_deleted = row.integer(11) != 0;
  return receipt;
}

/// Two uploads at the same time may have named their tables alike, each before the other was there.
/// Errors: conflict.
Result<void> check_table_names(const std::vector<StoredFile>& present, const StoredFile& file,
                               const std::vector<std::string>& replaced) {
  std::unordered_set<std::string> taken;
  for (const StoredFile& other : present) {
    const bool goes = std::find(replaced.begin(), replaced.end(), other.id) != replaced.end();
    if (goes || other.id == file.id) continue;
    for (const datasets::Table& table : other.dataset.tables) {
      taken.insert(formats::to_lower(table.name));
    }
  }
  for (const datasets::Table& table : file.dataset.tables) {
    if (taken.count(formats::to_lower(table.name)) == 0) continue;
    return fail(ErrorCode::conflict, "Another upload took the same table name. Please try again.");
  }
  return {};
}

}  // namespace

std::vector<StoredFile> list(const db::Reader& reader, const Scope& scope,
                             const std::string& conversation_id) {
  std::vector<StoredFile> files;
  reader.query(
      "SELECT id, name, type, size_bytes, sha256, summary, uploaded_at, dataset, "
      "tables_bytes FROM files "
      "WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY uploaded_at DESC, id",
      {scope.tenant_id(), conversation_id},
      [&files](const db::Row& row) { files.push_back(file_of(row)); });
  return files;
}

Result<std::vector<std::string>> make_room(const std::vector<StoredFile>& present,
                                           const StoredFile& file, size_t files_max) {
  std::vector<std::string> replaced;
  for (const StoredFile& former : present) {
    const bool is_same = formats::to_lower(former.name) == formats::to_lower(file.name);
    if (is_same || files_max == 1) replaced.push_back(former.id);
  }
  if (present.size() - replaced.size() < files_max) return replaced;
  return fail(ErrorCode::invalid,
              fmt::format("A session can have at most {} files. Delete one first.", files_max));
}

Result<std::vector<std::string>> add(const db::Tx& tx, const Scope& scope,
                                     const std::string& conversation_id, const StoredFile& file,
                                     const Capacity& capacity) {
  const auto exists =
      tx.first("SELECT 1 FROM conversations WHERE tenant_id = $1 AND id = $2",
               {scope.tenant_id(), conversation_id}, [](const db::Row&) { return true; });
  if (!exists) return fail(ErrorCode::not_found, "Session not found");
  const std::vector<StoredFile> present = list(tx, scope, conversation_id);
  ASSIGN_OR_RETURN(const std::vector<std::string> replaced,
                   make_room(present, file, capacity.files_max));
  TRY(check_table_names(present, file, replaced));
  for (const std::string& id : replaced) remove(tx, scope, conversation_id, id);
  const auto used =
      tx.first("SELECT COALESCE(SUM(size_bytes + tables_bytes), 0) FROM files WHERE tenant_id = $1",
               {scope.tenant_id()}, [](const db::Row& row) { return row.integer(0); });
  if (used.value_or(0) + file.size_bytes + file.tables_bytes > capacity.tenant_bytes_max) {
    return fail(ErrorCode::storage_full, "The space for uploaded files is used up");
  }
  tx.execute(
      "INSERT INTO files (tenant_id, conversation_id, id, name, type, size_bytes, sha256, summary, "
      "uploaded_at, dataset, tables_bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {scope.tenant_id(), conversation_id, file.id, file.name, std::string(name_of(file.type)),
       file.size_bytes, file.sha256, pack(file), file.uploaded_at_ms, text_of(file.dataset),
       file.tables_bytes});
  return replaced;
}

Result<void> set_dataset(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                         const StoredFile& file) {
  TRY(check_table_names(list(tx, scope, conversation_id), file, {}));
  const int64_t changed = tx.execute(
      "UPDATE files SET dataset = $4, tables_bytes = $5 "
      "WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3",
      {scope.tenant_id(), conversation_id, file.id, text_of(file.dataset), file.tables_bytes});
  if (changed == 0) return fail(ErrorCode::not_found, "The file was deleted");
  return {};
}

std::vector<std::string> remove(const db::Tx& tx, const Scope& scope,
                                const std::string& conversation_id, const std::string& file_id) {
  std::vector<std::string> ids;
  tx.query(
      "DELETE FROM files WHERE tenant_id = $1 AND conversation_id = $2 AND ($3 = '' OR id = $3) "
      "RETURNING id",
      {scope.tenant_id(), conversation_id, file_id},
      [&ids](const db::Row& row) { ids.push_back(row.text(0)); });
  return ids;
}

bool has_file(const db::Reader& reader, const Scope& scope, const std::string& file_id) {
  return reader
      .first("SELECT 1 FROM files WHERE tenant_id = $1 AND id = $2", {scope.tenant_id(), file_id},
             [](const db::Row&) { return true; })
      .has_value();
}

void insert_receipt(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                    const std::string& message_id, const Receipt& receipt) {
  const Json shown = to_json(receipt, listed_rows_max);
  tx.execute(
      "INSERT INTO receipts (tenant_id, conversation_id, id, number, message_id, statement, files, "
      "columns, result, first_rows, row_count, is_truncated, rows_scanned, engine_ms, created_at, "
      "notes) "
      "SELECT $1, $2, $3, COALESCE(MAX(number), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
      "$13, $14, $15 FROM receipts WHERE tenant_id = $1 AND conversation_id = $2",
      {scope.tenant_id(), conversation_id, receipt.id, message_id, receipt.sql,
       dump(shown["files"]), dump(shown["columns"]), dump(receipt.result.rows), dump(shown["rows"]),
       receipt.row_count, int64_t{receipt.result.truncated}, receipt.result.rows_scanned,
       receipt.result.milliseconds, receipt.created_at_ms, dump(shown["notes"])});
}

void remove_receipts(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                     const std::string& message_id) {
  tx.execute(
      "DELETE FROM receipts WHERE tenant_id = $1 AND conversation_id = $2 "
      "AND ($3 = '' OR message_id = $3)",
      {scope.tenant_id(), conversation_id, message_id});
}

void forget_results(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                    const ReceiptFile& file) {
  const auto is_it = [&file](const ReceiptFile& one) {
    return one.id == file.id || formats::to_lower(one.name) == formats::to_lower(file.name);
  };
  for (const auto& [message_id, receipts] : list_receipts(tx, scope, conversation_id)) {
    for (const Receipt& receipt : receipts) {
      if (std::none_of(receipt.files.begin(), receipt.files.end(), is_it)) continue;
      tx.execute(
          "UPDATE receipts SET result = '[]', first_rows = '[]', is_file_deleted = 1 "
          "WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3",
          {scope.tenant_id(), conversation_id, receipt.id});
    }
  }
}

void forget_results(const db::Tx& tx, const Scope& scope, const std::string& conversation_id) {
  tx.execute(
      "UPDATE receipts SET result = '[]', first_rows = '[]', is_file_deleted = 1 "
      "WHERE tenant_id = $1 AND conversation_id = $2",
      {scope.tenant_id(), conversation_id});
}

std::optional<Receipt> find_receipt(const db::Reader& reader, const Scope& scope,
                                    const std::string& conversation_id,
                                    const std::string& receipt_id) {
  return reader.first(
      "SELECT id, statement, files, columns, result, row_count, is_truncated, rows_scanned, "
      "engine_ms, created_at, notes, is_file_deleted FROM receipts "
      "WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3",
      {scope.tenant_id(), conversation_id, receipt_id}, receipt_of);
}

ReceiptsByMessage list_receipts(const db::Reader& reader, const Scope& scope,
                                const std::string& conversation_id) {
  ReceiptsByMessage receipts;
  reader.query(
      "SELECT id, statement, files, columns, first_rows, row_count, is_truncated, rows_scanned, "
      "engine_ms, created_at, notes, is_file_deleted, message_id FROM receipts "
      "WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY number",
      {scope.tenant_id(), conversation_id},
      [&receipts](const db::Row& row) { receipts[row.text(12)].push_back(receipt_of(row)); });
  return receipts;
}

}  // namespace parley::files::store
