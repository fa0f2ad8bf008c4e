// Tenants in the database. They are the rows that all others belong to: the Scope says who acts.
#pragma once

#include <string>
#include <vector>

#include "base/scope.h"
#include "db/database.h"
#include "tenants/tenants.h"

namespace parley::tenants::store {

/// One as it is stored: settings are JSON text.
struct Stored {
  Tenant tenant;
  std::string settings;
};

/// All, earliest first.
std::vector<Stored> all(const db::Reader& reader, const Scope& scope);

/// The row, made or replaced, and its domains.
void save(const db::Tx& tx, const Scope& scope, const Tenant& tenant, const std::string& settings);

}  // namespace parley::tenants::store
