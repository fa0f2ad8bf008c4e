// Retry-After: how long a server asks us to wait (RFC 9110 10.2.3, and both vendors' own header).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/upstream.h"

namespace parley::providers::transport {

/// What a vendor's own client takes seriously (PROVIDERS.md section 2); the rest is ignored.
/// A wait longer than ours is kept: the retry policy then fails over in place of waiting.
struct RetryAfterRule {
  bool zero_counts = false;  ///< "0" means at once; else it means nothing
};

/// `retry-after-ms` (float) before `retry-after` (float seconds or an HTTP date); milliseconds from
/// `now_ms` (Unix epoch), rounded up. nullopt: neither header is there and sound.
std::optional<int64_t> retry_after_ms(const net::UpstreamHead& head, RetryAfterRule rule,
                                      int64_t now_ms);

/// `x-should-retry`: nullopt unless it is "true" or "false".
std::optional<bool> should_retry(const net::UpstreamHead& head);

/// Unix epoch milliseconds of an HTTP date in any of the three forms of RFC 9110 5.6.7.
std::optional<int64_t> parse_http_date(std::string_view text);

}  // namespace parley::providers::transport
