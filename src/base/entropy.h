// Entropy: the only door to randomness. crypto/random.h implements it on OpenSSL.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <span>

namespace parley {

class Entropy {
 public:
  virtual ~Entropy() = default;

  /// Fills `out` with bytes fit for secrets. Never fails: a machine without entropy ends the
  /// process.
  virtual void fill(std::span<uint8_t> out) = 0;
};

}  // namespace parley
