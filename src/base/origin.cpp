#include "base/origin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley {

namespace {

constexpr size_t name_characters_max = 253;  // RFC 1035
constexpr size_t label_characters_max = 63;
constexpr size_t port_digits_max = 5;

bool is_port(std::string_view text) {
  return text.size() <= port_digits_max &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_characters_max && label.front() != '-' &&
         label.back() != '-' &&
         label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string_view::npos;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > name_characters_max) return false;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    if (!is_label(name.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

/// `text` begins with '['.
std::string address_of(std::string_view text) {
  const size_t end = text.find(']');
  if (end == std::string_view::npos) return {};
  const std::string_view rest = text.substr(end + 1);
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
  in6_addr address{};
  const std::string inner(text.substr(1, end - 1));
  std::array<char, INET6_ADDRSTRLEN> shortest{};
  if (inet_pton(AF_INET6, inner.c_str(), &address) != 1) return {};
  inet_ntop(AF_INET6, &address, shortest.data(), shortest.size());
  return "[" + std::string(shortest.data()) + "]";
}

}  // namespace

std::string normal_host(std::string_view host) {
  if (host.starts_with('[')) return address_of(host);
  const size_t colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) return {};
  std::string name = to_lower_ascii(host.substr(0, colon));
  if (name.ends_with('.')) name.pop_back();
  return is_name(name) ? name : std::string();
}

bool is_origin(std::string_view text) {
  const bool is_https = text.starts_with("https://");
  if (!is_https && !text.starts_with("http://")) return false;
  text.remove_prefix(is_https ? 8 : 7);
  const std::string host = normal_host(text);
  if (host.empty() || !text.starts_with(host)) return false;
  const std::string_view port = text.substr(host.size());
  if (port.empty()) return true;
  return port.size() > 1 && port.front() == ':' && port[1] != '0' &&
         port != (is_https ? ":443" : ":80");
}

std::string origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view origin = url.substr(0, url.find_first_of("/?#", scheme + 3));
  // What could end a directive of a policy has no place in an origin.
  return origin.find_first_of(" ;,'\"") == std::string_view::npos ? std::string(origin)
                                                                  : std::string();
}

}  // namespace parley
