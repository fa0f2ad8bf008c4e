// Digests and comparison. Threads: any; a Sha256 object belongs to one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace parley::crypto {

/// SHA-256 (FIPS 180-4) as 64 lowercase hex digits.
std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104) as 64 lowercase hex digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// SHA-256 over pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view bytes);
  /// Ends it; call once.
  std::string hex();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes the same time wherever the difference lies; false for different lengths.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace parley::crypto
