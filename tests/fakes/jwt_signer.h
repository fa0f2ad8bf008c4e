// JwtSigner: signs tokens as a tenant's own site would, and as a forger would.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/base64.h"

namespace parley {

/// The key pair of RFC 8037, appendix A.
struct JwtTestKeys {
  static constexpr std::string_view ed25519_private =
      "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4"
      "\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60";
  static constexpr const char* ed25519_public =
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
      "-----END PUBLIC KEY-----\n";
  static constexpr const char* secret = "a secret of the tenant's own site, 43 bytes";
};

/// The signature of `text` under HMAC-SHA-256, raw.
inline std::string hs256_of(std::string_view text, std::string_view secret) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The signature of `text` under Ed25519, raw.
inline std::string ed25519_of(std::string_view text, std::string_view private_key) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                   reinterpret_cast<const unsigned char*>(private_key.data()),
                                   private_key.size()),
      &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::array<unsigned char, 64> signature{};
  size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
  if (EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    throw std::runtime_error("cannot sign");
  }
  return {reinterpret_cast<const char*>(signature.data()), size};
}

/// Header and payload are texts, so that they may be as odd as a test wants.
inline std::string unsigned_jwt(std::string_view header, std::string_view payload) {
  return to_base64url(header) + "." + to_base64url(payload);
}

inline std::string jwt_hs256(std::string_view payload, std::string_view secret,
                             std::string_view header = R"({"alg":"HS256","typ":"JWT"})") {
  const std::string text = unsigned_jwt(header, payload);
  return text + "." + to_base64url(hs256_of(text, secret));
}

inline std::string jwt_ed25519(std::string_view payload,
                               std::string_view private_key = JwtTestKeys::ed25519_private,
                               std::string_view header = R"({"alg":"EdDSA","typ":"JWT"})") {
  const std::string text = unsigned_jwt(header, payload);
  return text + "." + to_base64url(ed25519_of(text, private_key));
}

}  // namespace parley
