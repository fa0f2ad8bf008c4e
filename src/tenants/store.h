// Tenants in the database.
#pragma once

#include <string>

#include "base/scope.h"
#include "db/database.h"

namespace parley::tenants::store {

/// Does nothing if the tenant exists.
void insert(const db::Tx& tx, const Scope& scope, const std::string& name);

}  // namespace parley::tenants::store
