// Origins and host names as browsers write them. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace parley {

/// The host of a Host field without its port, in one form: lower case, no trailing dot, IPv6 as
/// "[::1]" in its shortest form. Empty if it is no host name of letters, digits, '-', '_' and dots
/// (a name of other scripts is known by its punycode), and no address.
std::string normal_host(std::string_view host);

/// True for what browsers send as Origin: scheme (http or https), host and a port if it is not the
/// scheme's own, in lower case, and nothing else. Never "null" and no wildcard.
bool is_origin(std::string_view text);

/// "https://cdn.example" of "https://cdn.example/icon.png"; empty if it has none.
std::string origin_of(std::string_view url);

}  // namespace parley
