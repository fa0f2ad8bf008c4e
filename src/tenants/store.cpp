#include "tenants/store.h"

#include <unordered_map>

namespace parley::tenants::store {

std::vector<Stored> all(const db::Reader& reader, const Scope&) {
  std::unordered_map<std::string, std::vector<std::string>> domains;
  reader.query("SELECT tenant_id, domain FROM tenant_domains ORDER BY tenant_id, position", {},
               [&](const db::Row& row) { domains[row.text(0)].push_back(row.text(1)); });
  std::vector<Stored> out;
  reader.query(
      "SELECT id, name, status, settings, created_at, updated_at FROM tenants "
      "ORDER BY created_at, id",
      {}, [&](const db::Row& row) {
        Stored stored;
        Tenant& tenant = stored.tenant;
        tenant.id = row.text(0);
        tenant.name = row.text(1);
        tenant.status = row.text(2) == "active" ? Status::active : Status::suspended;
        stored.settings = row.text(3);
        tenant.created_at_ms = row.integer(4);
        tenant.updated_at_ms = row.integer(5);
        tenant.domains = std::move(domains[tenant.id]);
        out.push_back(std::move(stored));
      });
  return out;
}

void save(const db::Tx& tx, const Scope&, const Tenant& tenant, const std::string& settings) {
  tx.execute(
      "INSERT INTO tenants (id, name, status, settings, created_at, updated_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (id) DO UPDATE SET name = $2, status = $3, settings = $4, updated_at = $6",
      {tenant.id, tenant.name, tenant.status == Status::active ? "active" : "suspended", settings,
       tenant.created_at_ms, tenant.updated_at_ms});
  tx.execute("DELETE FROM tenant_domains WHERE tenant_id = $1", {tenant.id});
  int64_t position = 0;
  for (const std::string& domain : tenant.domains) {
    tx.execute("INSERT INTO tenant_domains (domain, tenant_id, position) VALUES ($1, $2, $3)",
               {domain, tenant.id, position++});
  }
}

}  // namespace parley::tenants::store
