// Identity: who a visitor is, as the tenant's own site signs it: a JWT (crypto/jwt.h) with
//   sub    the site's id of the person, 1 to 200 characters; it becomes the customer's externalId
//   exp    at most one hour ahead
//   aud    the tenant's id or one of its domains (or a list with one of them)
//   nbf, iat, name, email   may be absent or null
//   jti    may be absent; with it the token is good for one session only
// Times are whole seconds since the epoch; clocks may differ by 30 s.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "customers/customers.h"
#include "tenants/tenants.h"

namespace parley::sessions {

struct SignedIdentity {
  customers::Known known;
  std::string one_use_id;  ///< SHA-256 hex of `jti`; empty: it may be shown again until it expires
  int64_t expires_at_ms = 0;  ///< leeway included
};

/// Errors: unauthorized ("Invalid identity", whatever is wrong; `detail` says what).
Result<SignedIdentity> read_identity(std::string_view token, const tenants::Tenant& tenant,
                                     int64_t now_ms);

/// The error of every bad identity; `detail` is for the log.
Error bad_identity(std::string detail);

}  // namespace parley::sessions
