#include "files/store.h"

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
  return file;
}

}  // namespace

std::optional<StoredFile> find(const db::Reader& reader, const Scope& scope,
                               const std::string& conversation_id) {
  return reader.first(
      "SELECT id, name, type, size_bytes, sha256, summary, uploaded_at FROM files "
      "WHERE tenant_id = $1 AND conversation_id = $2",
      {scope.tenant_id(), conversation_id}, file_of);
}

Result<std::string> replace(const db::Tx& tx, const Scope& scope,
                            const std::string& conversation_id, const StoredFile& file,
                            int64_t tenant_bytes_max) {
  const auto exists =
      tx.first("SELECT 1 FROM conversations WHERE tenant_id = $1 AND id = $2",
               {scope.tenant_id(), conversation_id}, [](const db::Row&) { return true; });
  if (!exists) return fail(ErrorCode::not_found, "Session not found");
  const std::string former = remove(tx, scope, conversation_id).value_or("");
  const auto used =
      tx.first("SELECT COALESCE(SUM(size_bytes), 0) FROM files WHERE tenant_id = $1",
               {scope.tenant_id()}, [](const db::Row& row) { return row.integer(0); });
  if (used.value_or(0) + file.size_bytes > tenant_bytes_max) {
    return fail(ErrorCode::storage_full, "The space for uploaded files is used up");
  }
  tx.execute(
      "INSERT INTO files (tenant_id, conversation_id, id, name, type, size_bytes, sha256, summary, "
      "uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {scope.tenant_id(), conversation_id, file.id, file.name, std::string(name_of(file.type)),
       file.size_bytes, file.sha256, pack(file), file.uploaded_at_ms});
  return former;
}

std::optional<std::string> remove(const db::Tx& tx, const Scope& scope,
                                  const std::string& conversation_id) {
  return tx.first("DELETE FROM files WHERE tenant_id = $1 AND conversation_id = $2 RETURNING id",
                  {scope.tenant_id(), conversation_id},
                  [](const db::Row& row) { return row.text(0); });
}

std::unordered_set<std::string> list_ids(const db::Reader& reader, const Scope& scope) {
  std::unordered_set<std::string> ids;
  reader.query("SELECT id FROM files WHERE tenant_id = $1", {scope.tenant_id()},
               [&ids](const db::Row& row) { ids.insert(row.text(0)); });
  return ids;
}

}  // namespace parley::files::store
