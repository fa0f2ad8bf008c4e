// Files: a conversation's uploaded CSV and JSON: stored, read over all rows, summarised, made into
// tables, searched. The shapes of summaries and results are document 004's (CONTRACTS.md section
// 2). What SQL says about them: queries.h.
//
// On disk a file is <media>/<tenant>/<id>: the visitor's name for it is never opened.
// Threads: any. A new upload replaces a former one only when it was read without error.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "base/scope.h"
#include "datasets/import.h"
#include "db/database.h"
#include "formats/byte_source.h"
#include "formats/text_file.h"
#include "net/message.h"

namespace parley::files {

/// JSON that keeps the order of keys: a table's columns come back as they stand in the file.
using OrderedJson = nlohmann::ordered_json;

struct Options {
  std::string media_directory;  ///< made if absent, with its parents
  size_t files_max = 5;         ///< of a conversation; with 1, each upload replaces the former
  int64_t file_bytes_max = 10 * 1024 * 1024;
  /// All files of a tenant together, each with the tables made of it.
  int64_t tenant_bytes_max = 10LL * 1024 * 1024 * 1024;
  int64_t rows_max = 200'000;
  size_t columns_max = 512;
  size_t cell_bytes_max = 1024 * 1024;  ///< of a CSV cell, a JSON string or number
  size_t json_depth_max = 64;
  int64_t json_nodes_max = 2'000'000;
};

using formats::FileType;

struct StoredFile {
  std::string id;
  std::string name;  ///< cleaned: one line, no path, no invisible characters
  FileType type = FileType::csv;
  int64_t size_bytes = 0;
  std::string sha256;
  OrderedJson summary;  ///< the documented shapes, see summary.h
  OrderedJson details;  ///< ours: {encoding, delimiter | layout, sample, notes}; never sent out
  datasets::Dataset dataset;  ///< its tables and what is in their columns
  int64_t tables_bytes = 0;  ///< of the tables on disk; 0 of a file that was stored before this was
  int64_t uploaded_at_ms = 0;
};

/// A file part of a request body: borrowed, read by offset.
struct Upload {
  std::string name;          ///< as sent; shown after cleaning, never opened
  std::string content_type;  ///< as declared; empty: not declared
  const net::RequestBody* body = nullptr;
  int64_t offset = 0;
  int64_t length = 0;
  datasets::OnProgress on_progress = {};  ///< may be empty
  std::stop_token stop = {};              ///< requested before the end: nothing is stored
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

  /// Reads, makes tables whose names no other file of the conversation has, stores (file, then
  /// directory, then the row, each on disk before the next). A file of the same name, whatever the
  /// case, is replaced. The caller has checked that the conversation is the Scope's own. Memory
  /// stays bounded for any size. Errors: invalid "Only JSON and CSV files are allowed", or "Failed
  /// to process file" whose detail ("Failed to process CSV file: CSV file is empty") is made of the
  /// file alone and may be shown, or over files_max; too_large "File size must be less than 10MB";
  /// not_found (the conversation is gone); unavailable (stopped, or other uploads took its tables'
  /// names each time); storage_full. What was there before stays.
  Result<StoredFile> upload(const Scope& scope, const std::string& conversation_id,
                            const Upload& upload);

  /// Newest first.
  Result<std::vector<StoredFile>> list(const Scope& scope, const std::string& conversation_id);

  /// The documented substring search in the newest file: {matchingRows, totalMatches,
  /// searchedColumns} for CSV, {matchingItems, totalMatches} for JSON; the first 10, and at most
  /// 10 MiB of them (then "truncated": true is added). Errors: not_found "No file uploaded for this
  /// session"; invalid (over search_characters_max).
  Result<SearchAnswer> search(const Scope& scope, const std::string& conversation_id,
                              const std::string& text);

  /// Deletes one file, or all if `file_id` is empty, from rows, disk and the results in receipts;
  /// how many there were.
  Result<int64_t> remove(const Scope& scope, const std::string& conversation_id,
                         const std::string& file_id);

  /// What else is to be forgotten of a conversation, in the same transaction, when a file is
  /// deleted: streams that could be replayed. Set once, before the first request.
  using ForgetReplays =
      std::function<void(const db::Tx& tx, const Scope& scope, const std::string& conversation_id)>;
  void on_remove(ForgetReplays forget) { forget_replays_ = std::move(forget); }

  /// The bytes of `file` as they were uploaded. Errors: not_found (it is gone), internal.
  Result<FileDescriptor> open(const Scope& scope, const StoredFile& file) const;

  /// As remove() of all files, in two parts for a caller's transaction: the rows, and after the
  /// commit what is on disk under the ids that were returned.
  std::vector<std::string> remove_rows(const db::Tx& tx, const Scope& scope,
                                       const std::string& conversation_id) const;
  void remove_from_disk(const Scope& scope, const std::vector<std::string>& ids) const;

  /// Where the tables of `file` are. Makes them again from its bytes if they are missing: they can
  /// always be derived. Errors: not_found (the file is gone), storage_full, internal.
  Result<std::string> tables_of(const Scope& scope, const std::string& conversation_id,
                                const StoredFile& file);

  /// Job: deletes disk files of the Scope's tenant that no row names (older than an hour); the
  /// number deleted. Looks at the disk once an hour. One at a time.
  Result<int64_t> sweep(const Scope& scope);

  const Options& options() const { return options_; }

 private:
  /// Returns the ids of the removed files, which are still on disk.
  std::vector<std::string> remove_for_good(const db::Tx& tx, const Scope& scope,
                                           const std::string& conversation_id,
                                           const std::string& file_id) const;

  /// Makes the tables of `file` and then runs `store` in a transaction; again under other names
  /// while that says conflict. Errors: as upload().
  Result<void> make_tables(const Scope& scope, const std::string& conversation_id,
                           formats::ByteSource& source, StoredFile& file,
                           const datasets::OnProgress& on_progress,
                           const std::function<Result<void>(const db::Tx&)>& store);

  Options options_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;
  ForgetReplays forget_replays_;             ///< may be empty
  std::mutex rebuild_mutex_;                 ///< one at a time makes missing tables again
  std::map<std::string, int64_t> swept_ms_;  ///< by tenant; only sweep() uses it
};

}  // namespace parley::files
