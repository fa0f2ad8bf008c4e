#include "tenants/store.h"

namespace parley::tenants::store {

void insert(const db::Tx& tx, const Scope& scope, const std::string& name) {
  tx.execute(
      "INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (id) DO NOTHING",
      {scope.tenant_id(), name, tx.now_ms()});
}

}  // namespace parley::tenants::store
