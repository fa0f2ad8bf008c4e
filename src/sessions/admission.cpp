#include "sessions/admission.h"

#include "base/log.h"
#include "sessions/store.h"

namespace parley::sessions {

using conversations::Created;

Result<Created> Admission::create(const Scope& scope, const Json& config,
                                  const std::optional<std::string>& identity) {
  const auto tenant = parts_.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return fail(ErrorCode::not_found, "Not found");
  if (!identity) {
    if (!tenant->settings.identity.is_enforced) return parts_.sessions.create(scope, config);
    return fail(ErrorCode::forbidden, "Signed identity required");
  }
  auto created = read_identity(*identity, *tenant, parts_.clock.now_ms())
                     .and_then([&](const SignedIdentity& known) {
                       return create_known(scope, config, known);
                     });
  // The visitor is not told what is wrong; whoever runs the tenant's site must find out.
  if (!created && created.error().code == ErrorCode::unauthorized) {
    log::info("identity_refused", {{"tenant", tenant->id}, {"detail", created.error().detail}});
  }
  return created;
}

Result<Created> Admission::create_known(const Scope& scope, const Json& config,
                                        const SignedIdentity& identity) {
  ASSIGN_OR_RETURN(const Json whole, parts_.sessions.config_of(scope, config));
  return parts_.database.write<Created>(scope, [&](const db::Tx& tx) -> Result<Created> {
    const bool is_new = identity.one_use_id.empty() ||
                        store::use_identity(tx, scope, identity.one_use_id, identity.expires_at_ms);
    if (!is_new) return fail(bad_identity("jti was used before"));
    const auto customer = parts_.customers.recognise(tx, scope, identity.known);
    if (!customer && customer.error().code == ErrorCode::invalid) {
      return fail(bad_identity(customer.error().message + ": " + customer.error().advice));
    }
    if (!customer) return fail(customer.error());
    return parts_.conversations.create(tx, scope, whole, customer->id);
  });
}

}  // namespace parley::sessions
