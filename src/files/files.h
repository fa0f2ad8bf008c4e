// Files: a conversation's uploaded CSV or JSON: stored, read once over all rows, summarised,
// searched. The shapes of summaries and results are document 004's (CONTRACTS.md section 2).
//
// Threads: any. A new upload replaces the former only when it was read without error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"
#include "net/message.h"

namespace parley::files {

struct Options {
  std::string media_directory;  ///< made if absent; files are <tenant>/<id>, ids only
  int64_t file_bytes_max = 10 * 1024 * 1024;
  int64_t rows_max = 200'000;
  int64_t columns_max = 512;
  size_t json_depth_max = 64;
  int64_t json_nodes_max = 2'000'000;
  int64_t cell_bytes_max = 1024 * 1024;
};

enum class FileType { csv, json };
std::string_view name_of(FileType type);

struct StoredFile {
  std::string id;
  std::string name;
  FileType type = FileType::csv;
  int64_t size_bytes = 0;
  std::string sha256;
  Json summary;
  int64_t uploaded_at_ms = 0;
};

/// A file part of a request body: borrowed, read by offset.
struct Upload {
  std::string name;  ///< as sent; shown, never opened
  const net::RequestBody* body = nullptr;
  int64_t offset = 0;
  int64_t length = 0;
};

class Service {
 public:
  Service(Options options, db::Database& database, const Clock& clock, Entropy& entropy);

  /// Stores (fsync file, then directory, then the row), reads and summarises. The caller has
  /// checked that the conversation is the Scope's own. Memory stays bounded for any size.
  /// Errors: invalid with message "Only JSON and CSV files are allowed", or "Failed to process
  /// file" and detail "Failed to process CSV file: CSV file is empty" (shown as details); too_large
  /// "File size must be less than 10MB"; storage_full; the former file stays.
  Result<StoredFile> upload(const Scope& scope, const std::string& conversation_id,
                            const Upload& upload);

  /// The file, or nullopt.
  Result<std::optional<StoredFile>> find(const Scope& scope, const std::string& conversation_id);

  /// The documented substring search: {matchingRows, totalMatches, searchedColumns} for CSV,
  /// {matchingItems, totalMatches} for JSON; the first 10. Errors: not_found (no file).
  Result<Json> search(const Scope& scope, const std::string& conversation_id,
                      const std::string& text);

  /// True if there was one; row and disk file are gone.
  Result<bool> remove(const Scope& scope, const std::string& conversation_id);

  /// Job: deletes disk files that no row names (older than an hour); the number deleted.
  Result<int64_t> sweep(const Scope& scope);

 private:
  Options options_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;
};

}  // namespace parley::files
