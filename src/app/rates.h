// Rates: which limits a request counts into: its visitor's, its address's, its tenant's.
#pragma once

#include <cstdint>
#include <vector>

#include "app/settings.h"
#include "http/rate_limits.h"
#include "tenants/tenants.h"

namespace parley::app {

/// A tenant's own settings go before these; 0: no limit.
struct RateSettings {
  int64_t messages_per_visitor = 0;  ///< a minute
  int64_t messages_per_address = 0;  ///< a minute
  int64_t sessions_per_address = 0;  ///< an hour
  int64_t sessions_per_tenant = 0;   ///< a minute
  int64_t requests_per_tenant = 0;   ///< a minute
};

RateSettings rate_settings(const Settings& settings);

/// Threads: any; immutable. A visitor is known by the token they showed; without one, and from
/// loopback, where a proxy is, the other limits hold alone.
class Rates {
 public:
  /// `tenants` must outlive it.
  Rates(const RateSettings& settings, const tenants::Service& tenants)
      : settings_(settings), tenants_(tenants) {}

  std::vector<http::AppliedRate> of(const http::Request& request, const http::Route& route,
                                    const Scope& scope) const;

 private:
  RateSettings settings_;
  const tenants::Service& tenants_;
};

}  // namespace parley::app
