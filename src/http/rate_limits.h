// Rate limits: which requests are refused with 429, and the header fields that tell clients how
// much is left (draft-ietf-httpapi-ratelimit-headers-11).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/rate_limiter.h"
#include "base/result.h"
#include "http/request.h"
#include "http/route.h"
#include "net/message.h"

namespace parley::http {

/// One limit that a request counts into.
struct AppliedRate {
  std::string policy;  ///< "visitor", "address", "tenant": as the header fields name it
  std::string key;     ///< who it is; unique among all policies' keys
  Rate rate;
};

/// The limits of a request, narrowest first, so that what one visitor is refused does not count
/// for the others. Any thread.
using RatesOf = std::function<std::vector<AppliedRate>(const Request&, const Route&, const Scope&)>;

/// Counts the request into each of `rates` until one refuses, and appends RateLimit and
/// RateLimit-Policy to `headers`. The refusal: rate_limited, with retry_after_ms.
std::optional<Error> take_all(RateLimiter& limiter, const std::vector<AppliedRate>& rates,
                              net::HeaderFields& headers);

}  // namespace parley::http
