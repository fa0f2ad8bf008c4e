#include "http/cors.h"

#include <algorithm>

namespace parley::http {

namespace {

constexpr const char* allowed_headers =
    "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id";
constexpr const char* exposed_headers =
    "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, "
    "X-Result-Truncated";
constexpr const char* preflight_seconds = "600";

bool allows_any(const std::vector<std::string>& allowed) {
  return allowed.size() == 1 && allowed.front() == "*";
}

}  // namespace

bool is_origin_allowed(const std::vector<std::string>& allowed, std::string_view origin) {
  return allows_any(allowed) || std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

void add_cors(const std::vector<std::string>& allowed, const net::HeaderFields& sent,
              net::HeaderFields& headers) {
  const auto origin = net::find_field(sent, "origin");
  if (!allows_any(allowed)) headers.emplace_back("Vary", "Origin");
  if (!origin || !is_origin_allowed(allowed, *origin)) return;
  if (allows_any(allowed)) {
    headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else {
    headers.emplace_back("Access-Control-Allow-Origin", *origin);
    headers.emplace_back("Access-Control-Allow-Credentials", "true");
  }
  headers.emplace_back("Access-Control-Expose-Headers", exposed_headers);
}

Reply options_reply(const std::vector<std::string>& allowed, const net::HeaderFields& sent,
                    const std::string& allow) {
  Reply reply;
  reply.status = 204;
  const auto origin = net::find_field(sent, "origin");
  if (!origin || !net::find_field(sent, "access-control-request-method")) {
    reply.headers.emplace_back("Allow", allow);
    return reply;
  }
  if (!is_origin_allowed(allowed, *origin)) {
    return json_reply(403, {{"error", "Origin not allowed"}});
  }
  reply.headers.emplace_back("Access-Control-Allow-Methods", allow);
  reply.headers.emplace_back("Access-Control-Allow-Headers", allowed_headers);
  reply.headers.emplace_back("Access-Control-Max-Age", preflight_seconds);
  return reply;
}

}  // namespace parley::http
