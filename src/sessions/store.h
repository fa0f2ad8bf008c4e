// Store: the SQL of sessions: which one-use identities were used.
#pragma once

#include <string>

#include "base/scope.h"
#include "db/database.h"

namespace parley::sessions::store {

/// Notes that `one_use_id` is used, until `expires_at_ms`; false: it was already. Forgets those
/// that have expired, so that no more are kept than sessions were begun in some hour.
bool use_identity(const db::Tx& tx, const Scope& scope, const std::string& one_use_id,
                  int64_t expires_at_ms);

}  // namespace parley::sessions::store
