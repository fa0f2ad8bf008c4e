// Store: all SQL of API keys. A Scope that names no tenant is the installation's.
//
// Threads: any; every function runs inside the caller's read or write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/admin.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::admin::store {

struct Found {
  std::string key_id;
  std::string tenant_id;  ///< empty: the installation's
  int64_t last_used_at_ms = 0;
};

void insert(const db::Tx& tx, const Scope& scope, const Key& key, const std::string& hash);

/// Keys that are not revoked.
int64_t count(const db::Reader& reader, const Scope& scope);

std::vector<Key> list(const db::Reader& reader, const Scope& scope, int64_t limit);

std::optional<Key> revoke(const db::Tx& tx, const Scope& scope, const std::string& id);

/// Erases all revoked keys but the `kept` that were revoked last.
void forget_revoked(const db::Tx& tx, const Scope& scope, int64_t kept);

/// Whoever holds it, if it is not revoked.
std::optional<Found> find_by_hash(const db::Reader& reader, const Scope& scope,
                                  const std::string& hash);

void set_used(const db::Tx& tx, const Scope& scope, const Found& found);

}  // namespace parley::admin::store
