#include "sessions/identity.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/jwt.h"

namespace parley::sessions {

namespace {

constexpr int64_t ms_per_second = 1'000;
constexpr int64_t leeway_s = 30;
constexpr int64_t lifetime_max_s = 60 * 60;
constexpr size_t jti_characters_max = 200;

bool is_absent(const Json& claims, std::string_view name) {
  const Json* member = find_member(claims, name);
  return member == nullptr || member->is_null();
}

/// An optional text. Errors: it is something else.
Result<std::optional<std::string>> text_of(const Json& claims, std::string_view name) {
  if (is_absent(claims, name)) return std::nullopt;
  auto text = find_string(claims, name);
  if (!text) return fail(bad_identity(std::string(name) + " is no text"));
  return text;
}

/// True if the optional time `name` is absent, or whole and not after `latest_s`.
bool is_not_after(const Json& claims, std::string_view name, int64_t latest_s) {
  if (is_absent(claims, name)) return true;
  const auto time_s = find_integer(claims, name);
  return time_s && *time_s >= 0 && *time_s <= latest_s;
}

/// When it expires, in seconds.
Result<int64_t> check_times(const Json& claims, int64_t now_s) {
  const auto expires_s = find_integer(claims, "exp");
  if (!expires_s) return fail(bad_identity("exp is missing or no whole number"));
  if (*expires_s <= now_s - leeway_s) return fail(bad_identity("expired"));
  if (*expires_s > now_s + lifetime_max_s + leeway_s) {
    return fail(bad_identity("exp is more than an hour ahead"));
  }
  for (const char* name : {"nbf", "iat"}) {
    if (!is_not_after(claims, name, now_s + leeway_s)) {
      return fail(bad_identity(std::string(name) + " lies ahead or is no time"));
    }
  }
  return *expires_s;
}

bool is_for(const Json& audience, const tenants::Tenant& tenant) {
  if (!audience.is_string()) return false;
  const auto name = audience.get<std::string>();
  const auto& domains = tenant.domains;
  return name == tenant.id || std::find(domains.begin(), domains.end(), name) != domains.end();
}

Result<void> check_audience(const Json& claims, const tenants::Tenant& tenant) {
  const Json* audience = find_member(claims, "aud");
  if (audience == nullptr) return fail(bad_identity("aud is missing"));
  const bool is_ours = audience->is_array()
                           ? std::any_of(audience->begin(), audience->end(),
                                         [&](const Json& one) { return is_for(one, tenant); })
                           : is_for(*audience, tenant);
  if (!is_ours) return fail(bad_identity("aud names another tenant"));
  return {};
}

}  // namespace

Error bad_identity(std::string detail) {
  return {ErrorCode::unauthorized, "Invalid identity", std::move(detail)};
}

Result<SignedIdentity> read_identity(std::string_view token, const tenants::Tenant& tenant,
                                     int64_t now_ms) {
  const tenants::Identity& keys = tenant.settings.identity;
  const auto claims = crypto::verify_jwt(token, {keys.hs256_secret, keys.ed25519_public_key});
  if (!claims) return fail(bad_identity(claims.error().detail));
  SignedIdentity out;
  ASSIGN_OR_RETURN(const int64_t expires_s, check_times(*claims, now_ms / ms_per_second));
  out.expires_at_ms = (expires_s + leeway_s) * ms_per_second;
  TRY(check_audience(*claims, tenant));
  out.known.external_id = find_string(*claims, "sub").value_or("");
  ASSIGN_OR_RETURN(out.known.name, text_of(*claims, "name"));
  ASSIGN_OR_RETURN(out.known.email, text_of(*claims, "email"));
  ASSIGN_OR_RETURN(const auto jti, text_of(*claims, "jti"));
  if (jti && (jti->empty() || count_characters(*jti) > jti_characters_max)) {
    return fail(bad_identity("jti is empty or too long"));
  }
  if (jti) out.one_use_id = crypto::sha256_hex(*jti);
  return out;
}

}  // namespace parley::sessions
