// Runner: runs SQL that nobody trusts, in processes that can do nothing else.
//
// A small process (worker.h) is started once and forks a child for each statement. The child opens
// the named dataset files, gives up everything else (no network, no files, no execve; memory and
// CPU bounded: sandbox.h), runs the one statement under an authorizer's allow-list and the engine's
// limits (SECURITY 3.3), writes the result into a pipe and ends. It is killed when its deadline
// passes. What it writes is parsed as foreign bytes. Nothing of a statement outlives it, so one
// conversation's data cannot reach another's.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/query.h"

namespace parley::datasets {

struct RunnerOptions {
  /// The program and arguments that end up in run_worker(); "/proc/self/exe": this program.
  std::vector<std::string> worker_command = {"/proc/self/exe", "sql-worker"};
  int running_max = 4;          ///< statements at once
  int per_owner_max = 2;        ///< of one owner
  int64_t wait_ms_max = 5'000;  ///< for a place; then unavailable
};

struct RunnerStatistics {
  int64_t queries_total = 0;
  int64_t killed_total = 0;  ///< at their deadline
  int64_t running = 0;
};

/// Threads: any.
class Runner {
 public:
  /// Starts the worker at the first query, and again whenever it is gone.
  explicit Runner(RunnerOptions options);
  ~Runner();

  /// Blocks until the statement ended, its deadline passed, or `stop` is requested. `owner`: whose
  /// share of the places it takes, e.g. a tenant.
  /// Errors: invalid: what the writer of the statement should read ("no such column: regoin", "only
  /// one SELECT statement is allowed", "the query took longer than 1.0 s: aggregate or filter
  /// more", "the query needs too much memory"); not_found (a dataset file is gone); unavailable
  /// (too many queries, or stopped); internal (the worker broke).
  Result<QueryResult> run(const std::string& owner, const Query& query,
                          const std::stop_token& stop);

  RunnerStatistics statistics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::datasets
