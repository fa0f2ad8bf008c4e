// Authenticate: from a request to the Scope it runs in. One of the two places that make Scopes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/scope.h"
#include "http/request.h"
#include "http/route.h"
#include "tenants/tenants.h"

namespace parley::app {

/// Whose API key it is.
struct KeyHolder {
  std::string tenant_id;  ///< empty: of the installation
};

/// The holder of an API key; the Scope is the installation's, as the holder is not known yet.
/// Errors: unauthorized (nobody's, or revoked); those of the database.
using FindKey = std::function<Result<KeyHolder>(const Scope&, std::string_view key)>;

/// API keys begin with this; visitor tokens never do.
inline constexpr std::string_view api_key_prefix = "pk_";

/// Threads: any; immutable.
class Authenticator {
 public:
  struct Options {
    bool token_required = true;  ///< conversations need their visitor token, unless a tenant's
                                 ///< settings say otherwise
    std::string token_key;       ///< the one conversations::Options has
  };

  /// `tenants` must outlive the authenticator. `find_key` may be empty: then no key is valid.
  Authenticator(Options options, const tenants::Service& tenants, FindKey find_key)
      : options_(std::move(options)), tenants_(tenants), find_key_(std::move(find_key)) {}

  /// By the route's access:
  ///   server      a Scope without a tenant
  ///   open        the Host's tenant; admin or superadmin if a key of theirs was sent
  ///   visitor     the Host's tenant and what the visitor showed (Authorization: Bearer …)
  ///   admin       the tenant that {tenant} names, by id or domain
  ///   superadmin  that tenant; without {tenant} none
  /// Errors: not_found (the Host is no active tenant's; or a key that does not open this, whether
  /// the tenant exists or not), unauthorized (no or a bad key; a scheme other than Bearer).
  Result<Scope> authenticate(const http::Request& request, const http::Route& route) const;

  /// What an installation's key may do to one of its tenants; of other Scopes only themselves.
  static Scope of_tenant(const Scope& scope, const std::string& tenant_id);

 private:
  Result<Scope> by_host(const http::Request& request, http::Access access) const;
  Result<Scope> by_key(const http::Request& request, http::Access access) const;
  Result<KeyHolder> holder_of(std::string_view key) const;

  Options options_;
  const tenants::Service& tenants_;
  FindKey find_key_;
};

}  // namespace parley::app
