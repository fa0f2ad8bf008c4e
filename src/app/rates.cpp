#include "app/rates.h"

#include <algorithm>

#include "net/address.h"

namespace parley::app {

namespace {

constexpr int64_t minute_s = 60;
constexpr int64_t hour_s = 3'600;

/// Half of it at once.
Rate rate_of(int64_t count, int64_t per_s) {
  return {count, per_s, std::max<int64_t>(count / 2, 1)};
}

int64_t own_or(int64_t own, int64_t installations) {
  return own > 0 ? own : installations;
}

}  // namespace

RateSettings rate_settings(const Settings& settings) {
  return {
      settings.integer("rate_messages_per_visitor"), settings.integer("rate_messages_per_address"),
      settings.integer("rate_sessions_per_address"), settings.integer("rate_sessions_per_tenant"),
      settings.integer("rate_requests_per_tenant")};
}

std::vector<http::AppliedRate> Rates::of(const http::Request& request, const http::Route& route,
                                         const Scope& scope) const {
  using http::Access, http::RateClass;
  const bool is_public = route.access == Access::open || route.access == Access::visitor;
  if (!is_public || route.limits.rate == RateClass::none) return {};
  const tenants::TenantPtr tenant = tenants_.find(scope.tenant_id());
  const tenants::Rates own = tenant ? tenant->settings.rates : tenants::Rates();
  std::vector<http::AppliedRate> out;
  const auto add = [&](const char* policy, const char* kind, const std::string& who, int64_t count,
                       int64_t per_s) {
    if (count <= 0) return;
    out.push_back(
        {policy, std::string(kind) + "|" + scope.tenant_id() + "|" + who, rate_of(count, per_s)});
  };
  const std::string client = net::client_of(request.peer_address);
  // Who holds a key spends the tenant's own budget, all of it from one address.
  if (route.limits.rate == RateClass::message && scope.actor() == Actor::visitor) {
    const std::string& visitor = scope.proof().token_hash;
    if (!visitor.empty()) {
      add("visitor", "v", visitor, own_or(own.messages_per_visitor, settings_.messages_per_visitor),
          minute_s);
    }
    if (!client.empty()) {
      add("address", "a", client, own_or(own.messages_per_address, settings_.messages_per_address),
          minute_s);
    }
  }
  if (route.limits.rate == RateClass::session) {
    if (!client.empty()) add("address", "s", client, settings_.sessions_per_address, hour_s);
    add("sessions", "n", "", settings_.sessions_per_tenant, minute_s);
  }
  add("tenant", "t", "", own_or(own.requests, settings_.requests_per_tenant), minute_s);
  return out;
}

}  // namespace parley::app
