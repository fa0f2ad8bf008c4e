#include "net/address.h"

#include <boost/asio/ip/address.hpp>

namespace parley::net {

namespace ip = boost::asio::ip;

std::string client_of(const std::string& address) {
  boost::system::error_code problem;
  ip::address parsed = ip::make_address(address, problem);
  if (problem) return {};
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    parsed = ip::make_address_v4(ip::v4_mapped, parsed.to_v6());
  }
  if (parsed.is_loopback()) return {};
  if (parsed.is_v4()) return parsed.to_string();
  const auto bytes = parsed.to_v6().to_bytes();
  return "v6:" + std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace parley::net
