// Admin: API keys of the installation and of its tenants, and the HTTP calls of its operators.
//
// A key is `pk_` and 256 random bits in base64url. It is shown once; its HMAC is stored. A Scope
// that names no tenant is the installation's.
// Threads: any.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::admin {

inline constexpr size_t label_characters_max = 100;
inline constexpr int64_t keys_max = 100;          ///< of one holder, revoked ones not counted
inline constexpr int64_t revoked_keys_max = 100;  ///< kept to be seen; older ones are forgotten

struct Key {
  std::string id;
  std::string label;
  int64_t created_at_ms = 0;
  std::optional<int64_t> last_used_at_ms;  ///< to the minute
  std::optional<int64_t> revoked_at_ms;
};

struct NewKey {
  Key key;
  std::string secret;  ///< what its holder sends; never to be had again
};

/// Whose key it is.
struct Holder {
  std::string tenant_id;  ///< empty: the installation's
};

/// A new key as its holder sends it.
std::string new_secret(Entropy& entropy);

struct Options {
  std::string hmac_key;      ///< changing it ends every key
  std::string operator_key;  ///< of the installation, kept in a file; empty: none
};

class Keys {
 public:
  /// References must outlive the object.
  Keys(Options options, db::Database& database, const Clock& clock, Entropy& entropy)
      : options_(std::move(options)), database_(database), clock_(clock), entropy_(entropy) {}

  /// A key of the Scope's tenant, or of the installation. Errors: invalid (label empty or too
  /// long), conflict (keys_max).
  Result<NewKey> create(const Scope& scope, const std::string& label);

  /// Newest first, then the revoked ones.
  Result<std::vector<Key>> list(const Scope& scope);

  /// From now on nobody holds it; again is fine. Errors: not_found ("Not found").
  Result<Key> revoke(const Scope& scope, const std::string& id);

  /// Who holds `secret`; nullopt: nobody. The answer may be half a second old, so that a busy
  /// console costs no reads. `scope`: the installation's (the holder is not known yet).
  Result<std::optional<Holder>> authenticate(const Scope& scope, std::string_view secret);

 private:
  struct Cached {
    std::string key_id;
    Holder holder;
    int64_t until_ms = 0;  ///< of the steady clock
  };

  std::optional<Holder> find_cached(const std::string& hash);
  void remember(const std::string& hash, Cached cached);
  void forget(const std::string& key_id);

  Options options_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;

  std::mutex mutex_;
  std::unordered_map<std::string, Cached> cache_;  ///< by hash; guarded by mutex_
};

}  // namespace parley::admin
