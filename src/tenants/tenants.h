// Tenants: whose bot, data and budget it is. Everything stored belongs to one.
//
// For now one tenant serves every Host; routes and stores carry the Scope all the same.
#pragma once

#include <string>

#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::tenants {

inline constexpr const char* default_tenant_id = "default";

/// Threads: any.
class Service {
 public:
  explicit Service(db::Database& database) : database_(database) {}

  /// Makes the Scope's tenant if it is absent. Errors: those of the database.
  Result<void> ensure(const Scope& scope, const std::string& name);

 private:
  db::Database& database_;
};

}  // namespace parley::tenants
