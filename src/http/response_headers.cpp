#include "http/response_headers.h"

#include <algorithm>

namespace parley::http {

namespace {

bool is_same_name(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
  });
}

void add_default(net::HeaderFields& headers, std::string_view name, const char* value) {
  const bool is_set = std::any_of(headers.begin(), headers.end(), [name](const auto& header) {
    return is_same_name(header.first, name);
  });
  if (!is_set) headers.emplace_back(name, value);
}

}  // namespace

void add_security_headers(bool tls_in_front, net::HeaderFields& headers) {
  add_default(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
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
