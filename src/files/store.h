// Store: all SQL of files. Rows belong to a conversation and vanish with it.
//
// Threads: any; every function runs inside the caller's read or write.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>

#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"
#include "files/files.h"

namespace parley::files::store {

std::optional<StoredFile> find(const db::Reader& reader, const Scope& scope,
                               const std::string& conversation_id);

/// Puts `file` in the place of the conversation's former one; the former's id, empty if none.
/// Errors: not_found "Session not found"; storage_full (over `tenant_bytes_max`).
Result<std::string> replace(const db::Tx& tx, const Scope& scope,
                            const std::string& conversation_id, const StoredFile& file,
                            int64_t tenant_bytes_max);

/// The id of the removed file, or nullopt.
std::optional<std::string> remove(const db::Tx& tx, const Scope& scope,
                                  const std::string& conversation_id);

/// Ids of all files of the tenant.
std::unordered_set<std::string> list_ids(const db::Reader& reader, const Scope& scope);

}  // namespace parley::files::store
