// Queries: exact answers. One read-only SQL statement over the tables of a conversation's files,
// run where it can harm nothing (datasets/runner.h), and the receipt that shows what was done.
//
// A receipt of an answer is stored at once, with the id of the message that it belongs to; it goes
// with that message or its conversation. Its rows go when a file that it names is deleted, but not
// when a new upload replaces that file. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "datasets/runner.h"
#include "db/database.h"
#include "files/files.h"

namespace parley::files {

struct QueryOptions {
  datasets::QueryLimits shown;     ///< of what is shown: in an answer or by the API
  datasets::QueryLimits download;  ///< of a result that is saved as CSV; a cut one says so
};

struct ReceiptFile {
  std::string id;
  std::string name;
  std::string sha256;  ///< of the upload's bytes
};

struct Receipt {
  std::string id;  ///< empty: of a statement that a visitor ran; such are not stored
  std::string sql;
  datasets::QueryResult result;
  int64_t row_count = 0;           ///< of the whole result; `result` may hold the first rows only
  std::vector<ReceiptFile> files;  ///< whose tables the statement could read
  std::vector<std::string> notes;  ///< what import did to the values it read, receipt_notes.h
  int64_t created_at_ms = 0;
  bool is_file_deleted = false;  ///< a file was deleted since, and the rows with it
};

/// In the order of asking.
using ReceiptsByMessage = std::map<std::string, std::vector<Receipt>>;

/// How many rows of a result stand in histories.
inline constexpr size_t listed_rows_max = 20;

/// A receipt's statement run again, and whether the data gave something else this time.
struct Rerun {
  Receipt receipt;
  bool is_changed = false;
};

class Queries {
 public:
  /// References must outlive it.
  Queries(const QueryOptions& options, Service& files, datasets::Runner& runner,
          db::Database& database, const Clock& clock, Entropy& entropy);

  /// Runs `sql`. Errors: invalid "Query failed", whose detail says why and may be shown;
  /// not_found "No file uploaded for this session"; unavailable; internal.
  Result<Receipt> run(const Scope& scope, const std::string& conversation_id,
                      const std::string& sql, const datasets::QueryLimits& limits,
                      const std::stop_token& stop = {});

  /// As run(), for the answer `message_id`: the receipt is stored.
  Result<Receipt> answer(const Scope& scope, const std::string& conversation_id,
                         const std::string& message_id, const std::string& sql,
                         const std::stop_token& stop);

  /// Errors: not_found "Receipt not found"; those of run().
  Result<Rerun> run_again(const Scope& scope, const std::string& conversation_id,
                          const std::string& receipt_id, const datasets::QueryLimits& limits,
                          const std::stop_token& stop = {});

  /// Without rows if `is_file_deleted`. Errors: not_found "Receipt not found".
  Result<Receipt> find(const Scope& scope, const std::string& conversation_id,
                       const std::string& receipt_id);

  /// The receipts of all answers by message id, in the order of asking; of each result the first
  /// listed_rows_max rows.
  Result<ReceiptsByMessage> by_message(const Scope& scope, const std::string& conversation_id);
  ReceiptsByMessage by_message(const db::Reader& reader, const Scope& scope,
                               const std::string& conversation_id) const;

  /// Inside a caller's transaction (chat): deletes the receipts of one answer, or of all if
  /// `message_id` is empty.
  void forget(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
              const std::string& message_id = "") const;

  /// {"tables": […]} as datasets::to_json, of all files, or of the one table called `table` if that
  /// is not empty. Errors: not_found (the message names the tables that there are); those of
  /// Service::tables_of.
  Result<OrderedJson> describe(const Scope& scope, const std::string& conversation_id,
                               const std::string& table);

  const QueryOptions& options() const { return options_; }

 private:
  /// A file from before there were tables gets them now.
  Result<std::vector<StoredFile>> list_with_tables(const Scope& scope,
                                                   const std::string& conversation_id);

  QueryOptions options_;
  Service& files_;
  datasets::Runner& runner_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;
};

/// The wire form: {receiptId?, sql, columns, rows, rowCount, truncated, rowsScanned, milliseconds,
/// files: [{fileId, fileName, sha256}], notes: [sentence], createdAt,
/// fileDeleted?: true}; at most `rows_max` rows.
Json to_json(const Receipt& receipt, size_t rows_max);

/// The JSON array of each message's receipts, as histories show them: listed_rows_max rows of each.
std::map<std::string, std::string> to_texts(const ReceiptsByMessage& by_message);

}  // namespace parley::files
