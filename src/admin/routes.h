// Routes: the operators' HTTP API under /api/admin: tenants, their usage, and API keys.
#pragma once

#include <functional>
#include <string>

#include "admin/admin.h"
#include "budgets/budgets.h"
#include "http/route.h"
#include "tenants/tenants.h"

namespace parley::admin {

/// All must outlive the routes.
struct RouteParts {
  tenants::Service& tenants;
  budgets::Service& budgets;
  Keys& keys;
  const Clock& clock;
  /// From the Scope of an installation's key to one of its tenants.
  std::function<Scope(const Scope&, const std::string& tenant_id)> of_tenant;
};

http::Routes routes(const RouteParts& parts);

}  // namespace parley::admin
