// Routes of tenants: what a site may know of its own (documents 000/001).
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "base/scope.h"
#include "http/route.h"
#include "tenants/tenants.h"

namespace parley::tenants {

/// What a tenant has spent, in its plan's units.
struct Usage {
  int64_t used = 0;
  int64_t reserved = 0;  ///< by answers that run
};

struct RouteParts {
  const Service& tenants;  ///< must outlive the routes
  std::function<Result<Usage>(const Scope&)> usage;
  /// Anybody may read the bot's instructions (development); else a key of the tenant is needed.
  bool shows_instructions = false;
};

http::Routes routes(const RouteParts& parts);

}  // namespace parley::tenants
