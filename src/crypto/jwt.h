// JWT: verifies signed identities (RFC 7519 in JWS compact form, RFC 7515). Verifying only.
//
// The algorithm is the caller's choice by the key it brings, never the token's: HS256 (RFC 7518,
// 3.2) or EdDSA with Ed25519 (RFC 8037). A header may have `alg`, `typ` (JWT) and `kid` (a text
// that decides nothing) and nothing else: so no `crit`, `jku`, `jwk`, `x5u`, `x5c`, `b64` or `zip`.
// Refused: more than 4 KiB, base64url that is not strict, repeated JSON keys.
// Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace parley::crypto {

/// At least one is set.
struct JwtKeys {
  std::string hs256_secret;        ///< raw bytes; shorter than hs256_secret_bytes_min: not set
  std::string ed25519_public_key;  ///< PEM (SubjectPublicKeyInfo)
};

inline constexpr size_t jwt_bytes_max = 4 * 1024;
inline constexpr size_t hs256_secret_bytes_min = 32;  ///< RFC 7518, 3.2

/// The claims of `token` if its signature is good; what they say (exp, aud, …) is the caller's to
/// check. Errors: unauthorized; `detail` says why.
Result<Json> verify_jwt(std::string_view token, const JwtKeys& keys);

/// True for a PEM that verify_jwt() can use.
bool is_ed25519_public_key(const std::string& pem);

}  // namespace parley::crypto
