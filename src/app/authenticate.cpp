#include "app/authenticate.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "tenants/tenants.h"

namespace parley::app {

namespace {

constexpr std::string_view bearer = "bearer ";

}  // namespace

Result<Scope> Authenticator::authenticate(const http::Request& request,
                                          const http::Route& route) const {
  VisitorProof proof{token_required_, ""};
  const auto header = request.header("authorization");
  if (header && route.access == http::Access::visitor) {
    if (!to_lower_ascii(header->substr(0, bearer.size())).starts_with(bearer)) {
      return fail(ErrorCode::unauthorized, "Visitor token required");
    }
    proof.token_hash = crypto::hmac_sha256_hex(token_key_, trim(header->substr(bearer.size())));
  }
  return Scope(tenants::default_tenant_id, Actor::visitor, std::move(proof));
}

}  // namespace parley::app
