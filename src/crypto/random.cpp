#include "crypto/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>

namespace parley::crypto {

namespace {

/// RFC 4648 section 5.
constexpr std::string_view base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

void OpenSslEntropy::fill(std::span<uint8_t> out) {
  constexpr size_t step_max = 1 << 20;  // RAND_bytes counts in int
  while (!out.empty()) {
    const auto step = out.first(std::min(out.size(), step_max));
    if (RAND_bytes(step.data(), static_cast<int>(step.size())) != 1) std::abort();
    out = out.subspan(step.size());
  }
}

std::string new_token(Entropy& entropy) {
  std::array<uint8_t, 32> bytes{};
  entropy.fill(bytes);
  std::string text;
  uint32_t buffer = 0;
  int bits = 0;
  for (const uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    for (bits += 8; bits >= 6; bits -= 6) text += base64url[(buffer >> (bits - 6)) & 0x3F];
  }
  if (bits > 0) text += base64url[(buffer << (6 - bits)) & 0x3F];
  return text;
}

}  // namespace parley::crypto
