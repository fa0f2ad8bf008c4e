// Authenticate: from a request to the Scope it runs in. One of the two places that make Scopes.
#pragma once

#include <string>

#include "base/result.h"
#include "base/scope.h"
#include "http/request.h"
#include "http/route.h"

namespace parley::app {

/// Threads: any; immutable.
class Authenticator {
 public:
  /// `token_required`: conversations need their visitor token (production).
  explicit Authenticator(bool token_required) : token_required_(token_required) {}

  /// The tenant of the Host and what the visitor showed (Authorization: Bearer …).
  /// Errors: unauthorized (a scheme other than Bearer).
  Result<Scope> authenticate(const http::Request& request, const http::Route& route) const;

 private:
  bool token_required_;
};

}  // namespace parley::app
