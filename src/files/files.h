// Files: a conversation's uploaded CSV or JSON: stored, read once over all rows, summarised,
// searched. The shapes of summaries and results are document 004's (CONTRACTS.md section 2).
//
// On disk a file is <media>/<tenant>/<id>: the visitor's name for it is never opened.
// Threads: any. A new upload replaces the former only when it was read without error.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"
#include "net/message.h"

namespace parley::files {

/// JSON that keeps the order of keys: a table's columns come back as they stand in the file.
using OrderedJson = nlohmann::ordered_json;

struct Options {
  std::string media_directory;  ///< made if absent, with its parents
  int64_t file_bytes_max = 10 * 1024 * 1024;
  int64_t tenant_bytes_max = 10LL * 1024 * 1024 * 1024;  ///< all files of a tenant together
  int64_t rows_max = 200'000;
  size_t columns_max = 512;
  size_t cell_bytes_max = 1024 * 1024;  ///< of a CSV cell, a JSON string or number
  size_t json_depth_max = 64;
  int64_t json_nodes_max = 2'000'000;
};

enum class FileType { csv, json };
std::string_view name_of(FileType type);

struct StoredFile {
  std::string id;
  std::string name;  ///< cleaned: one line, no path, no invisible characters
  FileType type = FileType::csv;
  int64_t size_bytes = 0;
  std::string sha256;
  OrderedJson summary;  ///< the documented shapes, see summary.h
  OrderedJson details;  ///< ours: {encoding, delimiter | layout, sample, notes}; never sent out
  int64_t uploaded_at_ms = 0;
};

/// A file part of a request body: borrowed, read by offset.
struct Upload {
  std::string name;          ///< as sent; shown after cleaning, never opened
  std::string content_type;  ///< as declared; empty: not declared
  const net::RequestBody* body = nullptr;
  int64_t offset = 0;
  int64_t length = 0;
};

struct SearchAnswer {
  std::string file_name;
  FileType type = FileType::csv;
  std::string results;  ///< JSON text, keys in the file's order
};

inline constexpr size_t search_characters_max = 1'000;

class Service {
 public:
  /// References must outlive the service.
  Service(Options options, db::Database& database, const Clock& clock, Entropy& entropy);

  /// Reads, stores (file, then directory, then the row, each on disk before the next) and
  /// replaces the former file. The caller has checked that the conversation is the Scope's own.
  /// Memory stays bounded for any size.
  /// Errors: invalid "Only JSON and CSV files are allowed", or "Failed to process file" whose
  /// detail ("Failed to process CSV file: CSV file is empty") is made of the file alone and may
  /// be shown; too_large "File size must be less than 10MB"; not_found (the conversation is gone);
  /// storage_full. The former file stays in every case.
  Result<StoredFile> upload(const Scope& scope, const std::string& conversation_id,
                            const Upload& upload);

  /// The file, or nullopt.
  Result<std::optional<StoredFile>> find(const Scope& scope, const std::string& conversation_id);

  /// The documented substring search: {matchingRows, totalMatches, searchedColumns} for CSV,
  /// {matchingItems, totalMatches} for JSON; the first 10, and at most 10 MiB of them (then
  /// "truncated": true is added). Errors: not_found "No file uploaded for this session"; invalid
  /// (over search_characters_max).
  Result<SearchAnswer> search(const Scope& scope, const std::string& conversation_id,
                              const std::string& text);

  /// True if there was one; row and disk file are gone.
  Result<bool> remove(const Scope& scope, const std::string& conversation_id);

  /// Job: deletes disk files of the Scope's tenant that no row names (older than an hour); the
  /// number deleted.
  Result<int64_t> sweep(const Scope& scope);

  const Options& options() const { return options_; }

 private:
  Options options_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;
};

}  // namespace parley::files
