// Authenticate: from a request to the Scope it runs in. One of the two places that make Scopes.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/scope.h"
#include "http/request.h"
#include "http/route.h"

namespace parley::app {

/// Threads: any; immutable.
class Authenticator {
 public:
  /// `token_required`: conversations need their visitor token (production). `token_key`: the
  /// one conversations::Options has.
  Authenticator(bool token_required, std::string token_key)
      : token_required_(token_required), token_key_(std::move(token_key)) {}

  /// The tenant of the Host and what the visitor showed (Authorization: Bearer …).
  /// Errors: unauthorized (a scheme other than Bearer).
  Result<Scope> authenticate(const http::Request& request, const http::Route& route) const;

 private:
  bool token_required_;
  std::string token_key_;
};

}  // namespace parley::app
