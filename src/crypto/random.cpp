#include "crypto/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>

#include "base/base64.h"

namespace parley::crypto {

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
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace parley::crypto
