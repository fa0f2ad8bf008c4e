#include "sessions/store.h"

namespace parley::sessions::store {

bool use_identity(const db::Tx& tx, const Scope& scope, const std::string& one_use_id,
                  int64_t expires_at_ms) {
  tx.execute("DELETE FROM used_identities WHERE tenant_id = $1 AND expires_at < $2",
             {scope.tenant_id(), tx.now_ms()});
  return tx.execute(
             "INSERT INTO used_identities (tenant_id, id, expires_at) VALUES ($1, $2, $3) "
             "ON CONFLICT DO NOTHING",
             {scope.tenant_id(), one_use_id, expires_at_ms}) > 0;
}

}  // namespace parley::sessions::store
