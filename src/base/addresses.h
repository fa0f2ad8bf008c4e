// AddressList: IP addresses and CIDR blocks, for "is this peer one of ours". Immutable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley {

class AddressList {
 public:
  AddressList() = default;

  /// "10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8". Errors: invalid (the message quotes the item).
  static Result<AddressList> parse(const std::vector<std::string>& items);

  /// False for what is no address. An IPv4 address is itself also as "::ffff:10.0.0.1".
  bool contains(std::string_view address) const;

  bool empty() const { return blocks_.empty(); }

 private:
  using Bytes = std::array<uint8_t, 16>;  ///< IPv4 is mapped into IPv6
  struct Block {
    Bytes bytes;
    size_t bits;  ///< of them count
  };
  static std::optional<Bytes> bytes_of(std::string_view address);

  std::vector<Block> blocks_;
};

/// True for an IPv4 or IPv6 address, without brackets, port or zone.
bool is_address(std::string_view text);

}  // namespace parley
