// ScopeForTests: the one way for tests to make a Scope (base/scope.h names it a friend).
#pragma once

#include <string>
#include <utility>

#include "base/scope.h"

namespace parley {

struct ScopeForTests {
  /// A visitor of `tenant_id`; by default, as in development, no token is demanded.
  static Scope visitor(std::string tenant_id = "default", VisitorProof proof = {false, ""}) {
    return Scope(std::move(tenant_id), Actor::visitor, std::move(proof));
  }

  /// Who holds a key of the tenant.
  static Scope admin(std::string tenant_id = "default") {
    return Scope(std::move(tenant_id), Actor::admin, {});
  }

  /// A background job of the tenant.
  static Scope system(std::string tenant_id = "default") {
    return Scope(std::move(tenant_id), Actor::system, {});
  }
};

}  // namespace parley
