#include "admin/store.h"

namespace parley::admin::store {

namespace {

Key key_of(const db::Row& row) {
  return {row.text(0), row.text(1), row.integer(2), row.optional_integer(3),
          row.optional_integer(4)};
}

db::Value owner_of(const std::string& tenant_id) {
  return tenant_id.empty() ? db::Value(nullptr) : db::Value(tenant_id);
}

}  // namespace

void insert(const db::Tx& tx, const Scope& scope, const Key& key, const std::string& hash) {
  tx.execute(
      "INSERT INTO api_keys (id, tenant_id, label, key_hash, created_at) "
      "VALUES ($1, $2, $3, $4, $5)",
      {key.id, owner_of(scope.tenant_id()), key.label, hash, key.created_at_ms});
}

int64_t count(const db::Reader& reader, const Scope& scope) {
  return *reader.first(
      "SELECT count(*) FROM api_keys "
      "WHERE (tenant_id = $1 OR (tenant_id IS NULL AND $1 = '')) AND revoked_at IS NULL",
      {scope.tenant_id()}, [](const db::Row& row) { return row.integer(0); });
}

std::vector<Key> list(const db::Reader& reader, const Scope& scope, int64_t limit) {
  std::vector<Key> keys;
  reader.query(
      "SELECT id, label, created_at, last_used_at, revoked_at FROM api_keys "
      "WHERE (tenant_id = $1 OR (tenant_id IS NULL AND $1 = '')) "
      "ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id LIMIT $2",
      {scope.tenant_id(), limit}, [&](const db::Row& row) { keys.push_back(key_of(row)); });
  return keys;
}

std::optional<Key> revoke(const db::Tx& tx, const Scope& scope, const std::string& id) {
  return tx.first(
      "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3) "
      "WHERE (tenant_id = $1 OR (tenant_id IS NULL AND $1 = '')) AND id = $2 "
      "RETURNING id, label, created_at, last_used_at, revoked_at",
      {scope.tenant_id(), id, tx.now_ms()}, key_of);
}

void forget_revoked(const db::Tx& tx, const Scope& scope, int64_t kept) {
  tx.execute(
      "DELETE FROM api_keys "
      "WHERE (tenant_id = $1 OR (tenant_id IS NULL AND $1 = '')) AND revoked_at <= ("
      "SELECT old.revoked_at FROM api_keys old "
      "WHERE (old.tenant_id = $1 OR (old.tenant_id IS NULL AND $1 = '')) "
      "AND old.revoked_at IS NOT NULL ORDER BY old.revoked_at DESC LIMIT 1 OFFSET $2)",
      {scope.tenant_id(), kept});
}

std::optional<Found> find_by_hash(const db::Reader& reader, const Scope&, const std::string& hash) {
  return reader.first(
      "SELECT id, coalesce(tenant_id, ''), coalesce(last_used_at, 0) FROM api_keys "
      "WHERE key_hash = $1 AND revoked_at IS NULL",
      {hash}, [](const db::Row& row) {
        return Found{row.text(0), row.text(1), row.integer(2)};
      });
}

void set_used(const db::Tx& tx, const Scope&, const Found& found) {
  tx.execute(
      "UPDATE api_keys SET last_used_at = $3 "
      "WHERE (tenant_id = $1 OR (tenant_id IS NULL AND $1 = '')) AND id = $2",
      {found.tenant_id, found.key_id, tx.now_ms()});
}

}  // namespace parley::admin::store
