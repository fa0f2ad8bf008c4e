// Random bytes from OpenSSL. Threads: any.
#pragma once

#include <string>

#include "base/entropy.h"

namespace parley::crypto {

class OpenSslEntropy final : public Entropy {
 public:
  void fill(std::span<uint8_t> out) override;
};

/// 256 random bits as 43 characters of base64url: fit as a bearer token.
std::string new_token(Entropy& entropy);

}  // namespace parley::crypto
