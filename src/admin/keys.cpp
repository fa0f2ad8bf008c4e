#include <fmt/format.h>

#include "admin/admin.h"
#include "admin/store.h"
#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace parley::admin {

namespace {

constexpr std::string_view prefix = "pk_";
constexpr size_t secret_characters = 46;  ///< the prefix and 43 of base64url
constexpr int64_t cache_ms = 500;         ///< a revoked key is to stop within a second
constexpr size_t cached_keys_max = 1'024;
constexpr int64_t note_use_ms = 60'000;

}  // namespace

std::string new_secret(Entropy& entropy) {
  return std::string(prefix) + crypto::new_token(entropy);
}

Result<NewKey> Keys::create(const Scope& scope, const std::string& label) {
  const std::string_view trimmed = trim(label);
  if (trimmed.empty() || count_characters(trimmed) > label_characters_max ||
      !is_valid_utf8(trimmed)) {
    return fail(ErrorCode::invalid,
                fmt::format("label must be a text of 1 to {} characters", label_characters_max));
  }
  NewKey made{{new_uuid(entropy_), std::string(trimmed), 0, {}, {}}, new_secret(entropy_)};
  const std::string hash = crypto::hmac_sha256_hex(options_.hmac_key, made.secret);
  return database_.write<NewKey>(scope, [&](const db::Tx& tx) -> Result<NewKey> {
    if (store::count(tx, scope) >= keys_max) {
      return fail(ErrorCode::conflict,
                  fmt::format("There are {} keys already. Revoke one first.", keys_max));
    }
    store::forget_revoked(tx, scope, revoked_keys_max);
    made.key.created_at_ms = tx.now_ms();
    store::insert(tx, scope, made.key, hash);
    return made;
  });
}

Result<std::vector<Key>> Keys::list(const Scope& scope) {
  return database_.read<std::vector<Key>>(
      [&](const db::Reader& reader) -> Result<std::vector<Key>> {
        return store::list(reader, scope, keys_max + revoked_keys_max);
      });
}

Result<Key> Keys::revoke(const Scope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(const auto revoked,
                   database_.write<std::optional<Key>>(
                       scope, [&](const db::Tx& tx) -> Result<std::optional<Key>> {
                         return store::revoke(tx, scope, id);
                       }));
  if (!revoked) return fail(ErrorCode::not_found, "Not found");
  forget(id);
  return *revoked;
}

Result<std::optional<Holder>> Keys::authenticate(const Scope& scope, std::string_view secret) {
  if (secret.size() != secret_characters || !secret.starts_with(prefix)) return std::nullopt;
  if (!options_.operator_key.empty() &&
      crypto::equal_constant_time(secret, options_.operator_key)) {
    return Holder{};
  }
  const std::string hash = crypto::hmac_sha256_hex(options_.hmac_key, secret);
  if (auto cached = find_cached(hash)) return cached;
  const int64_t until_ms = clock_.steady_ms() + cache_ms;  // counted from before the read
  ASSIGN_OR_RETURN(const auto found,
                   database_.read<std::optional<store::Found>>(
                       [&](const db::Reader& reader) -> Result<std::optional<store::Found>> {
                         return store::find_by_hash(reader, scope, hash);
                       }));
  if (!found) return std::nullopt;
  if (clock_.now_ms() - found->last_used_at_ms >= note_use_ms) {
    // A note only: a full disk must not lock the operator out.
    (void)database_.write<void>(scope, [&](const db::Tx& tx) -> Result<void> {
      store::set_used(tx, scope, *found);
      return {};
    });
  }
  remember(hash, {found->key_id, {found->tenant_id}, until_ms});
  return Holder{found->tenant_id};
}

std::optional<Holder> Keys::find_cached(const std::string& hash) {
  const std::lock_guard lock(mutex_);
  const auto found = cache_.find(hash);
  if (found == cache_.end() || found->second.until_ms <= clock_.steady_ms()) return std::nullopt;
  return found->second.holder;
}

void Keys::remember(const std::string& hash, Cached cached) {
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= cached_keys_max) cache_.clear();
  cache_.insert_or_assign(hash, std::move(cached));
}

void Keys::forget(const std::string& key_id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(cache_, [&](const auto& entry) { return entry.second.key_id == key_id; });
}

}  // namespace parley::admin
