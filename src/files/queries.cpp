#include "files/queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ids.h"
#include "files/receipt_notes.h"
#include "files/store.h"
#include "formats/case_fold.h"

namespace parley::files {

namespace {

Error no_receipt() {
  return {ErrorCode::not_found, "Receipt not found"};
}

/// The engine's words for the writer of the statement, in the shape of the other file errors.
tl::unexpected<Error> failed_query(Error error) {
  if (error.code != ErrorCode::invalid) return fail(std::move(error));
  return fail(ErrorCode::invalid, "Query failed", std::move(error.message));
}

bool is_same_data(const Receipt& one, const Receipt& other) {
  if (one.is_file_deleted) {  // its rows are gone: the same bytes give the same
    return std::equal(one.files.begin(), one.files.end(), other.files.begin(), other.files.end(),
                      [](const auto& a, const auto& b) { return a.sha256 == b.sha256; });
  }
  return one.result.rows == other.result.rows && one.result.truncated == other.result.truncated;
}

}  // namespace

Queries::Queries(const QueryOptions& options, Service& files, datasets::Runner& runner,
                 db::Database& database, const Clock& clock, Entropy& entropy)
    : options_(options),
      files_(files),
      runner_(runner),
      database_(database),
      clock_(clock),
      entropy_(entropy) {}

Result<Receipt> Queries::run(const Scope& scope, const std::string& conversation_id,
                             const std::string& sql, const datasets::QueryLimits& limits,
                             const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const std::vector<StoredFile> files, list_with_tables(scope, conversation_id));
  if (files.empty()) return fail(ErrorCode::not_found, "No file uploaded for this session");
  Receipt receipt;
  receipt.sql = sql;
  receipt.notes = notes_of(files, sql);
  datasets::Query query;
  query.sql = sql;
  query.limits = limits;
  for (const StoredFile& file : files) {
    ASSIGN_OR_RETURN(std::string path, files_.tables_of(scope, conversation_id, file));
    query.paths.push_back(std::move(path));
    receipt.files.push_back({file.id, file.name, file.sha256});
  }
  auto result = runner_.run(scope.tenant_id(), query, stop);
  if (!result) return failed_query(std::move(result).error());
  receipt.result = std::move(*result);
  receipt.row_count = static_cast<int64_t>(receipt.result.rows.size());
  receipt.created_at_ms = clock_.now_ms();
  return receipt;
}

Result<Receipt> Queries::answer(const Scope& scope, const std::string& conversation_id,
                                const std::string& message_id, const std::string& sql,
                                const std::stop_token& stop) {
  ASSIGN_OR_RETURN(Receipt receipt, run(scope, conversation_id, sql, options_.shown, stop));
  receipt.id = new_uuid(entropy_);
  TRY(database_.write<bool>(scope, [&](const db::Tx& tx) -> Result<bool> {
    store::insert_receipt(tx, scope, conversation_id, message_id, receipt);
    // Files that were deleted while the statement ran.
    const std::vector<StoredFile> present = store::list(tx, scope, conversation_id);
    for (const ReceiptFile& file : receipt.files) {
      const auto is_it = [&file](const StoredFile& one) {
        return one.id == file.id || formats::to_lower(one.name) == formats::to_lower(file.name);
      };
      if (std::any_of(present.begin(), present.end(), is_it)) continue;
      store::forget_results(tx, scope, conversation_id, file);
    }
    return true;
  }));
  return receipt;
}

Result<Rerun> Queries::run_again(const Scope& scope, const std::string& conversation_id,
                                 const std::string& receipt_id, const datasets::QueryLimits& limits,
                                 const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const Receipt former, find(scope, conversation_id, receipt_id));
  ASSIGN_OR_RETURN(Receipt receipt, run(scope, conversation_id, former.sql, limits, stop));
  receipt.id = former.id;
  const bool is_changed = !is_same_data(former, receipt);
  return Rerun{std::move(receipt), is_changed};
}

Result<Receipt> Queries::find(const Scope& scope, const std::string& conversation_id,
                              const std::string& receipt_id) {
  ASSIGN_OR_RETURN(auto receipt,
                   database_.read<std::optional<Receipt>>(
                       [&](const db::Reader& reader) -> Result<std::optional<Receipt>> {
                         return store::find_receipt(reader, scope, conversation_id, receipt_id);
                       }));
  if (!receipt) return fail(no_receipt());
  return std::move(*receipt);
}

Result<ReceiptsByMessage> Queries::by_message(const Scope& scope,
                                              const std::string& conversation_id) {
  return database_.read<ReceiptsByMessage>(
      [&](const db::Reader& reader) -> Result<ReceiptsByMessage> {
        return by_message(reader, scope, conversation_id);
      });
}

ReceiptsByMessage Queries::by_message(const db::Reader& reader, const Scope& scope,
                                      const std::string& conversation_id) const {
  return store::list_receipts(reader, scope, conversation_id);
}

void Queries::forget(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
                     const std::string& message_id) const {
  store::remove_receipts(tx, scope, conversation_id, message_id);
}

Result<std::vector<StoredFile>> Queries::list_with_tables(const Scope& scope,
                                                          const std::string& conversation_id) {
  ASSIGN_OR_RETURN(std::vector<StoredFile> files, files_.list(scope, conversation_id));
  bool is_changed = false;
  for (const StoredFile& file : files) {
    if (!file.dataset.tables.empty()) continue;
    TRY(files_.tables_of(scope, conversation_id, file));
    is_changed = true;
  }
  if (is_changed) return files_.list(scope, conversation_id);
  return files;
}

Result<OrderedJson> Queries::describe(const Scope& scope, const std::string& conversation_id,
                                      const std::string& table) {
  ASSIGN_OR_RETURN(const std::vector<StoredFile> files, list_with_tables(scope, conversation_id));
  datasets::Dataset found;
  std::string names;
  for (const StoredFile& file : files) {
    for (const datasets::Table& one : file.dataset.tables) {
      names += (names.empty() ? "" : ", ") + one.name;
      const bool is_wanted =
          table.empty() || formats::to_lower(one.name) == formats::to_lower(table);
      if (is_wanted) found.tables.push_back(one);
    }
  }
  if (files.empty()) return fail(ErrorCode::not_found, "No file uploaded for this session");
  if (found.tables.empty()) {
    return fail(ErrorCode::not_found, fmt::format("There is no such table. Tables: {}", names));
  }
  return to_json(found);
}

Json to_json(const Receipt& receipt, size_t rows_max) {
  const Json& all = receipt.result.rows;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(rows_max, all.size()));
  Json rows = Json::array();
  std::copy_n(all.begin(), shown, std::back_inserter(rows));
  Json columns = Json::array();
  for (const auto& column : receipt.result.columns) {
    columns.push_back({{"name", column.name}, {"type", column.type}});
  }
  Json files = Json::array();
  for (const ReceiptFile& file : receipt.files) {
    files.push_back({{"fileId", file.id}, {"fileName", file.name}, {"sha256", file.sha256}});
  }
  Json out = {{"sql", receipt.sql},
              {"columns", std::move(columns)},
              {"rows", std::move(rows)},
              {"rowCount", receipt.row_count},
              {"truncated", receipt.result.truncated},
              {"rowsScanned", receipt.result.rows_scanned},
              {"milliseconds", receipt.result.milliseconds},
              {"files", std::move(files)},
              {"notes", receipt.notes},
              {"createdAt", receipt.created_at_ms}};
  if (!receipt.id.empty()) out["receiptId"] = receipt.id;
  if (receipt.is_file_deleted) out["fileDeleted"] = true;
  return out;
}

std::map<std::string, std::string> to_texts(const ReceiptsByMessage& by_message) {
  std::map<std::string, std::string> texts;
  for (const auto& [message_id, receipts] : by_message) {
    Json shown = Json::array();
    for (const Receipt& receipt : receipts) shown.push_back(to_json(receipt, listed_rows_max));
    texts.emplace(message_id, dump(shown));
  }
  return texts;
}

}  // namespace parley::files
