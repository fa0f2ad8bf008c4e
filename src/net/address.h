// Address: who counts as one client, for limits per address.
#pragma once

#include <string>

namespace parley::net {

/// The IPv4 address, or the /64 that one IPv6 customer has ("v6:" and 8 bytes). Empty for loopback,
/// where a proxy or the operator is, and for what is no address.
std::string client_of(const std::string& address);

}  // namespace parley::net
