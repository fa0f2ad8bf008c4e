#include "http/response_headers.h"

#include <algorithm>

namespace parley::http {

namespace {

bool is_same_name(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
  });
}

net::HeaderFields::iterator find(net::HeaderFields& headers, std::string_view name) {
  return std::find_if(headers.begin(), headers.end(),
                      [name](const auto& header) { return is_same_name(header.first, name); });
}

void add_default(net::HeaderFields& headers, std::string_view name, const char* value) {
  if (find(headers, name) == headers.end()) headers.emplace_back(name, value);
}

bool forbids_framing(net::HeaderFields& headers) {
  const auto policy = find(headers, "Content-Security-Policy");
  return policy != headers.end() &&
         policy->second.find("frame-ancestors 'none'") != std::string::npos;
}

}  // namespace

void add_security_headers(bool tls_in_front, net::HeaderFields& headers) {
  add_default(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  // For what knows no policy. Beside one that lists sites it would keep those out, too.
  if (forbids_framing(headers)) add_default(headers, "X-Frame-Options", "DENY");
  add_default(headers, "Cache-Control", "no-store");
  add_default(headers, "X-Content-Type-Options", "nosniff");
  // "no-referrer" would make same-origin POSTs carry "Origin: null".
  add_default(headers, "Referrer-Policy", "same-origin");
  add_default(headers, "Permissions-Policy",
              "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (tls_in_front) {
    add_default(headers, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  }
}

}  // namespace parley::http
