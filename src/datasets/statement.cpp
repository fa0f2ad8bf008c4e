#include "datasets/statement.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <new>
#include <utility>

#include "datasets/authorizer.h"
#include "datasets/catalog.h"
#include "datasets/functions.h"
#include "datasets/result_text.h"
#include "datasets/rows_scanned.h"
#include "datasets/sql_errors.h"
#include "datasets/worker_protocol.h"

namespace parley::datasets {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int progress_opcodes = 100;  // between two looks at the clock: 2 % of the time
constexpr const char* one_select = "only one SELECT statement is allowed";

/// SECURITY 3.3.
constexpr std::array<std::pair<int, int>, 12> engine_limits = {{
    {SQLITE_LIMIT_LENGTH, 65'536},
    {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(sql_bytes_max) + 64},  // "EXPLAIN " comes before
    {SQLITE_LIMIT_COLUMN, 512},
    {SQLITE_LIMIT_EXPR_DEPTH, 64},
    {SQLITE_LIMIT_COMPOUND_SELECT, 16},
    {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 32},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
}};

/// Interrupts the connection's statement at its deadline.
class Deadline {
 public:
  Deadline(sqlite3* connection, int64_t deadline_ms)
      : connection_(connection),
        began_(SteadyClock::now()),
        until_(began_ + std::chrono::milliseconds(deadline_ms)) {
    sqlite3_progress_handler(connection, progress_opcodes, &Deadline::is_over, this);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { sqlite3_progress_handler(connection_, 0, nullptr, nullptr); }

  int64_t elapsed_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began_)
        .count();
  }

 private:
  static int is_over(void* self) {
    return SteadyClock::now() >= static_cast<const Deadline*>(self)->until_ ? 1 : 0;
  }

  sqlite3* connection_;
  SteadyClock::time_point began_;
  SteadyClock::time_point until_;
};

struct Run {
  sqlite3* connection;
  const Query& query;
  const Catalog& catalog;
  const Authorizer& authorizer;
};

Error error_of(const Run& run) {
  const int code = sqlite3_errcode(run.connection);
  if (code == SQLITE_INTERRUPT) return deadline_error(run.query.limits);
  if (code == SQLITE_NOMEM || run.authorizer.refusal().empty()) {
    return sql_error(run.connection, run.catalog, run.query.sql);
  }
  return {ErrorCode::invalid, with_table_names(run.authorizer.refusal(), run.catalog)};
}

/// The one statement of the text, compiled; what surrounds it may be comments and semicolons.
Result<Statement> compile(const Run& run) {
  Statement found;
  const char* rest = run.query.sql.c_str();
  const char* const end = rest + run.query.sql.size();
  while (rest != end) {
    sqlite3_stmt* made = nullptr;
    const char* before = rest;
    const int code =
        sqlite3_prepare_v2(run.connection, rest, static_cast<int>(end - rest) + 1, &made, &rest);
    const Statement statement(made);
    // Whatever follows a statement is a second one, even if it does not compile.
    if (found && (statement || code != SQLITE_OK)) return fail(ErrorCode::invalid, one_select);
    if (code != SQLITE_OK) return fail(error_of(run));
    if (rest == before) break;
    if (statement) found.reset(const_cast<Statement&>(statement).release());
  }
  if (!found) return fail(ErrorCode::invalid, "there is no SELECT statement");
  if (sqlite3_stmt_readonly(found.get()) == 0 || sqlite3_stmt_isexplain(found.get()) != 0 ||
      sqlite3_column_count(found.get()) == 0) {
    return fail(ErrorCode::invalid, one_select);
  }
  return found;
}

Result<std::string> run_and_write(const Run& run, const Deadline& deadline) {
  ASSIGN_OR_RETURN(const Statement statement, compile(run));
  ResultText text(statement.get());
  int code = SQLITE_ROW;
  bool truncated = false;
  while (!truncated && (code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    truncated = !text.add_row(run.query.limits);
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(error_of(run));
  const int64_t milliseconds = deadline.elapsed_ms();
  const int64_t rows = count_rows_scanned(run.connection, statement.get(), run.catalog);
  return text.finish(truncated, rows, milliseconds);
}

Result<std::string> run_confined(OpenedDatasets& datasets, const Query& query) {
  sqlite3* connection = datasets.connection.get();
  sqlite3_hard_heap_limit64(query.limits.heap_bytes_max);
  ASSIGN_OR_RETURN(const Catalog catalog, read_catalog(datasets));
  add_functions(connection);
  const Authorizer authorizer(connection, catalog);
  const Deadline deadline(connection, query.limits.deadline_ms);
  for (const auto& [limit, value] : engine_limits) sqlite3_limit(connection, limit, value);
  return run_and_write({connection, query, catalog, authorizer}, deadline);
}

}  // namespace

Error deadline_error(const QueryLimits& limits) {
  const int64_t tenths = limits.deadline_ms / 100;
  return {ErrorCode::invalid, fmt::format("the query took longer than {}.{} s: aggregate or filter "
                                          "more",
                                          tenths / 10, tenths % 10)};
}

std::string run_statement(OpenedDatasets& datasets, const Query& query) {
  try {
    const auto answer = run_confined(datasets, query);
    return answer ? *answer : encode_failure(answer.error());
  } catch (const std::bad_alloc&) {
    return encode_failure({ErrorCode::invalid, "the query needs too much memory"});
  }
}

}  // namespace parley::datasets
