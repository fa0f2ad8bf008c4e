// Forwarded: what a proxy in front says about the client (X-Forwarded-For, X-Forwarded-Host).
// Pure functions.
#pragma once

#include "base/addresses.h"
#include "base/result.h"
#include "http/request.h"

namespace parley::http {

/// If the peer is one of `trusted`, the client's address and the Host it asked for take the place
/// of the proxy's: the last address in X-Forwarded-For that is not trusted, and X-Forwarded-Host.
/// From others these fields mean nothing.
/// Errors: invalid (a trusted peer's X-Forwarded-Host is not one host name).
Result<void> take_forwarded(const AddressList& trusted, Request& request);

}  // namespace parley::http
