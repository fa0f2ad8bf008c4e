#include "crypto/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "base/base64.h"
#include "base/json_strict.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace parley::crypto {

namespace {

constexpr size_t claims_depth_max = 8;
constexpr size_t pem_bytes_max = 1024;
constexpr size_t digest_bytes = 32;
constexpr std::string_view pem_begin = "-----BEGIN PUBLIC KEY-----";

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct VerificationDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;

/// One code and one text for all, so that a forger learns nothing.
tl::unexpected<Error> refused(std::string why) {
  return fail(ErrorCode::unauthorized, "Invalid token", std::move(why));
}

/// Instead of OpenSSL's own, which asks at the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// nullptr if `pem` is anything else.
KeyPtr read_ed25519(std::string_view pem) {
  pem = trim(pem);
  if (pem.size() > pem_bytes_max || !pem.starts_with(pem_begin)) return nullptr;
  const std::unique_ptr<BIO, BioDeleter> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return nullptr;
  KeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, &no_passphrase, nullptr));
  const bool fits = key != nullptr && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519;
  return fits ? std::move(key) : nullptr;
}

bool is_hs256_good(std::string_view signed_text, std::string_view signature,
                   std::string_view secret) {
  if (secret.size() < hs256_secret_bytes_min) return false;
  std::array<unsigned char, digest_bytes> expected{};
  const unsigned char* made =
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(signed_text),
           signed_text.size(), expected.data(), nullptr);
  return made != nullptr &&
         equal_constant_time({reinterpret_cast<const char*>(expected.data()), expected.size()},
                             signature);
}

bool is_eddsa_good(std::string_view signed_text, std::string_view signature,
                   std::string_view public_key) {
  const KeyPtr key = read_ed25519(public_key);
  if (key == nullptr) return false;
  const std::unique_ptr<EVP_MD_CTX, VerificationDeleter> context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                          bytes_of(signed_text), signed_text.size()) == 1;
}

/// The object that the base64url text `part` stands for.
Result<Json> object_of(std::string_view part, std::string_view name) {
  const auto text = from_base64url(part);
  if (!text) return refused(std::string(name).append(" is not base64url"));
  auto object = parse_json_strictly(*text, claims_depth_max);
  if (!object) return refused(std::string(name).append(": ").append(object.error().message));
  if (!object->is_object()) return refused(std::string(name).append(" is not a JSON object"));
  return object;
}

/// The algorithm that `header` names; all else that it may say changes nothing.
Result<std::string> algorithm_of(const Json& header) {
  for (const auto& [name, value] : header.items()) {
    if (name != "alg" && name != "typ" && name != "kid") return refused("header has " + name);
    if (!value.is_string()) return refused("header: " + name + " is no text");
  }
  const auto type = find_string(header, "typ");
  if (type && to_lower_ascii(*type) != "jwt") return refused("header: typ is not JWT");
  return find_string(header, "alg").value_or("");
}

}  // namespace

Result<Json> verify_jwt(std::string_view token, const JwtKeys& keys) {
  if (token.size() > jwt_bytes_max) return refused("over 4 KiB");
  if (std::count(token.begin(), token.end(), '.') != 2) return refused("not three parts");
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  ASSIGN_OR_RETURN(const Json header, object_of(token.substr(0, first), "header"));
  ASSIGN_OR_RETURN(const std::string algorithm, algorithm_of(header));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!signature) return refused("signature is not base64url");
  const std::string_view signed_text = token.substr(0, second);
  bool is_good = false;
  if (algorithm == "HS256") {
    is_good = is_hs256_good(signed_text, *signature, keys.hs256_secret);
  } else if (algorithm == "EdDSA") {
    is_good = is_eddsa_good(signed_text, *signature, keys.ed25519_public_key);
  }
  if (!is_good) return refused("signature is wrong, or there is no key for " + algorithm);
  return object_of(token.substr(first + 1, second - first - 1), "payload");
}

bool is_ed25519_public_key(const std::string& pem) {
  return read_ed25519(pem) != nullptr;
}

}  // namespace parley::crypto
