// Tenant changes: what a body asks to change about a tenant, and whether its sender may.
//
//   field                                                     tenant's key   installation's key
//   settings: systemParameter, bot, origins, identity, openness    yes            yes
//   settings: provider, model, plan, rates                          no            yes
//   name, domains, status                                           no            yes
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "tenants/tenants.h"

namespace parley::admin {

/// Errors: invalid (an unknown member, a wrong type), forbidden (not the sender's to change).
Result<tenants::Update> update_of(const Json& body, Actor actor);

struct NewTenant {
  std::string name;
  std::vector<std::string> domains;
  Json settings;
};

/// Errors: invalid.
Result<NewTenant> new_tenant_of(const Json& body);

}  // namespace parley::admin
