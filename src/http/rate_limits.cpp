#include "http/rate_limits.h"

#include <fmt/format.h>

namespace parley::http {

namespace {

constexpr int64_t ms_per_s = 1'000;

int64_t whole_seconds(int64_t ms) {
  return (ms + ms_per_s - 1) / ms_per_s;
}

/// How long a burst takes to come back.
int64_t window_s(const Rate& rate) {
  return (rate.burst * rate.per_s + rate.count - 1) / rate.count;
}

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

Error refused(int64_t retry_after_ms) {
  Error error{ErrorCode::rate_limited, "Too many requests. Please wait a moment."};
  error.retry_after_ms = retry_after_ms;
  return error;
}

}  // namespace

std::optional<Error> take_all(RateLimiter& limiter, const std::vector<AppliedRate>& rates,
                              net::HeaderFields& headers) {
  std::optional<Error> refusal;
  std::string policies;
  std::string states;
  for (const AppliedRate& applied : rates) {
    if (applied.rate.count <= 0) continue;
    append(policies, fmt::format("\"{}\";q={};w={}", applied.policy, applied.rate.burst,
                                 window_s(applied.rate)));
    if (refusal) continue;
    const RateVerdict verdict = limiter.take(applied.key, applied.rate);
    append(states, fmt::format("\"{}\";r={};t={}", applied.policy, verdict.remaining,
                               whole_seconds(verdict.is_allowed ? verdict.reset_ms
                                                                : verdict.retry_after_ms)));
    if (!verdict.is_allowed) refusal = refused(verdict.retry_after_ms);
  }
  if (!policies.empty()) {
    headers.emplace_back("RateLimit-Policy", std::move(policies));
    headers.emplace_back("RateLimit", std::move(states));
  }
  return refusal;
}

}  // namespace parley::http
