#include "base/addresses.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/numbers.h"

namespace parley {

namespace {

constexpr size_t mapped_bits = 96;  // of ::ffff:0:0, before an IPv4 address
constexpr size_t bits_max = 128;

bool is_ip_4(std::string_view text) {
  return text.find(':') == std::string_view::npos;
}

/// nullopt unless `text` is a number up to `max`.
std::optional<size_t> parse_bits(std::string_view text, size_t max) {
  const auto bits = parse_number<size_t>(text);
  return bits && *bits <= max ? bits : std::nullopt;
}

}  // namespace

std::optional<AddressList::Bytes> AddressList::bytes_of(std::string_view address) {
  const std::string text(address);
  if (text.find('\0') != std::string::npos) return std::nullopt;
  Bytes out{};
  if (!is_ip_4(text)) {
    if (inet_pton(AF_INET6, text.c_str(), out.data()) != 1) return std::nullopt;
    return out;
  }
  out[10] = out[11] = 0xFF;
  if (inet_pton(AF_INET, text.c_str(), out.data() + mapped_bits / 8) != 1) return std::nullopt;
  return out;
}

Result<AddressList> AddressList::parse(const std::vector<std::string>& items) {
  AddressList out;
  for (const std::string& item : items) {
    const std::string_view text = item;
    const size_t slash = text.find('/');
    const std::string_view address = text.substr(0, slash);
    const size_t before = is_ip_4(address) ? mapped_bits : 0;
    const auto bytes = bytes_of(address);
    const auto bits = slash == std::string_view::npos
                          ? std::optional(bits_max - before)
                          : parse_bits(text.substr(slash + 1), bits_max - before);
    if (!bytes || !bits) {
      return fail(ErrorCode::invalid, "\"" + item + "\", which is no address and no CIDR block");
    }
    out.blocks_.push_back({*bytes, before + *bits});
  }
  return out;
}

bool AddressList::contains(std::string_view address) const {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
    for (size_t bit = 0; bit < block.bits; ++bit) {
      const auto mask = static_cast<uint8_t>(0x80U >> (bit % 8));
      if (((block.bytes[bit / 8] ^ (*bytes)[bit / 8]) & mask) != 0) return false;
    }
    return true;
  });
}

bool is_address(std::string_view text) {
  Result<AddressList> list = AddressList::parse({std::string(text)});
  return list && text.find('/') == std::string_view::npos;
}

}  // namespace parley
