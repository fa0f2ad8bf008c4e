#include "app/authenticate.h"

#include "base/text.h"
#include "crypto/digest.h"

namespace parley::app {

namespace {

using http::Access;
using tenants::TenantPtr;

constexpr std::string_view bearer = "bearer ";

/// What follows "Bearer "; nullopt: another scheme.
std::optional<std::string_view> bearer_of(std::string_view header) {
  if (to_lower_ascii(header.substr(0, bearer.size())) != bearer) return std::nullopt;
  return trim(header.substr(bearer.size()));
}

Error tenant_not_found() {
  Error error{ErrorCode::not_found, "Tenant not found or inactive"};
  error.advice = "Please check your domain configuration";
  return error;
}

Error key_required() {
  return {ErrorCode::unauthorized, "API key required"};
}

}  // namespace

Result<KeyHolder> Authenticator::holder_of(std::string_view key) const {
  if (!key.starts_with(api_key_prefix) || !find_key_) return fail(key_required());
  auto holder = find_key_(Scope("", Actor::system, {}), key);
  if (!holder && holder.error().code == ErrorCode::unauthorized) return fail(key_required());
  return holder;
}

Scope Authenticator::of_tenant(const Scope& scope, const std::string& tenant_id) {
  if (scope.actor() != Actor::superadmin) return scope;
  return Scope(tenant_id, Actor::superadmin, {});
}

Result<Scope> Authenticator::by_host(const http::Request& request, Access access) const {
  const TenantPtr tenant = tenants_.find_by_host(request.header("host").value_or(""));
  if (tenant == nullptr) return fail(tenant_not_found());
  const auto header = request.header("authorization");
  const auto token = header ? bearer_of(*header) : std::nullopt;
  if (access == Access::open && token && token->starts_with(api_key_prefix)) {
    ASSIGN_OR_RETURN(const KeyHolder holder, holder_of(*token));
    if (holder.tenant_id.empty()) return Scope(tenant->id, Actor::superadmin, {});
    if (holder.tenant_id != tenant->id) return fail(key_required());
    return Scope(tenant->id, Actor::admin, {});
  }
  const auto& openness = tenant->settings.openness;
  // An open route names no conversation of a visitor's: what it makes is its own.
  const bool needs_proof = openness.visitor_token_required.value_or(options_.token_required);
  VisitorProof proof{access == Access::visitor && needs_proof, ""};
  if (header && access == Access::visitor) {
    if (!token) return fail(ErrorCode::unauthorized, "Visitor token required");
    proof.token_hash = crypto::hmac_sha256_hex(options_.token_key, *token);
  }
  return Scope(tenant->id, Actor::visitor, std::move(proof));
}

Result<Scope> Authenticator::by_key(const http::Request& request, Access access) const {
  const auto token = bearer_of(request.header("authorization").value_or(""));
  if (!token) return fail(key_required());
  ASSIGN_OR_RETURN(const KeyHolder holder, holder_of(*token));
  const bool is_of_installation = holder.tenant_id.empty();
  const std::string& name = request.parameter("tenant");
  if (name.empty() && access == Access::superadmin && is_of_installation) {
    return Scope("", Actor::superadmin, {});
  }
  const TenantPtr tenant = tenants_.find_named(name);
  if (tenant != nullptr && is_of_installation) return Scope(tenant->id, Actor::superadmin, {});
  const bool is_own = tenant != nullptr && tenant->id == holder.tenant_id &&
                      tenant->status == tenants::Status::active;
  if (!is_own || access != Access::admin) return fail(ErrorCode::not_found, "Not found");
  return Scope(tenant->id, Actor::admin, {});
}

Result<Scope> Authenticator::authenticate(const http::Request& request,
                                          const http::Route& route) const {
  switch (route.access) {
    case Access::server:
      return Scope("", Actor::visitor, {});
    case Access::open:
    case Access::visitor:
      return by_host(request, route.access);
    case Access::admin:
    case Access::superadmin:
      return by_key(request, route.access);
  }
  return fail(ErrorCode::internal, "");
}

}  // namespace parley::app
