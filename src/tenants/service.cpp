#include "tenants/store.h"
#include "tenants/tenants.h"

namespace parley::tenants {

Result<void> Service::ensure(const Scope& scope, const std::string& name) {
  return database_.write<void>(scope, [&](const db::Tx& tx) -> Result<void> {
    store::insert(tx, scope, name);
    return {};
  });
}

}  // namespace parley::tenants
