// Store: all SQL of files and receipts. Rows belong to a conversation and vanish with it.
//
// Threads: any; every function runs inside the caller's read or write.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"
#include "files/queries.h"

namespace parley::files::store {

/// Newest first.
std::vector<StoredFile> list(const db::Reader& reader, const Scope& scope,
                             const std::string& conversation_id);

/// Of the files that are `present`, the ids of those that `file` takes the place of: with the same
/// name, whatever the case; with `files_max` 1, any. Errors: invalid (more than files_max).
Result<std::vector<std::string>> make_room(const std::vector<StoredFile>& present,
                                           const StoredFile& file, size_t files_max);

struct Capacity {
  size_t files_max = 0;          ///< of the conversation; 1: any former file gives way
  int64_t tenant_bytes_max = 0;  ///< of all files of the tenant and their tables
};

/// Adds `file`; the ids of those that gave way, as make_room() says.
/// Errors: not_found "Session not found"; invalid (files_max); conflict (the name of one of its
/// tables was taken meanwhile); storage_full.
Result<std::vector<std::string>> add(const db::Tx& tx, const Scope& scope,
                                     const std::string& conversation_id, const StoredFile& file,
                                     const Capacity& capacity);

/// Errors: conflict, as add(); not_found (the file is gone).
Result<void> set_dataset(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                         const StoredFile& file);

/// One file, or all if `file_id` is empty: the ids of those removed. Receipts stay as they are.
std::vector<std::string> remove(const db::Tx& tx, const Scope& scope,
                                const std::string& conversation_id, const std::string& file_id);

/// In any conversation of the tenant.
bool has_file(const db::Reader& reader, const Scope& scope, const std::string& file_id);

void insert_receipt(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                    const std::string& message_id, const Receipt& receipt);

/// Those of one answer, or of all if `message_id` is empty.
void remove_receipts(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                     const std::string& message_id);

/// Takes the rows from the receipts that name `file` or, by name, one that it replaced.
void forget_results(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                    const ReceiptFile& file);
/// The same of all receipts.
void forget_results(const db::Tx& tx, const Scope& scope, const std::string& conversation_id);

std::optional<Receipt> find_receipt(const db::Reader& reader, const Scope& scope,
                                    const std::string& conversation_id,
                                    const std::string& receipt_id);

/// By message id, in the order in which they were inserted.
ReceiptsByMessage list_receipts(const db::Reader& reader, const Scope& scope,
                                const std::string& conversation_id);

}  // namespace parley::files::store
