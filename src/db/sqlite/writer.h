// Writer: the one thread that writes, commits and checkpoints; commits in groups.
//
// While one commit waits for the disk, the next group gathers in the queue: no delay is added, and
// an idle queue commits at once. Each job runs in its own savepoint, so a job that fails is undone
// without hurting its group; if the commit fails, all of the group fail.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "db/sqlite/connection.h"

namespace parley::db::sqlite {

class Writer {
 public:
  /// True: keep what was done; false: undo it.
  using Work = std::function<bool(const Tx&)>;

  /// `clock` must outlive the writer. The connection is used by the writer's thread alone.
  Writer(std::unique_ptr<Connection> connection, const DatabaseOptions& options,
         const Clock& clock);
  ~Writer();

  /// Blocks until the commit (or the undoing) of `work`; `tenant_id` is for the log. Errors:
  /// unavailable (queue full, stopped, busy), storage_full, conflict, internal (also: called from
  /// inside another job, which could never end).
  Result<void> run(const std::string& tenant_id, const Work& work);

  /// Finishes what is queued, checkpoints (TRUNCATE) and ends the thread. Idempotent.
  void stop();

  int64_t commits_total() const { return commits_total_; }
  int64_t writes_total() const { return writes_total_; }
  int64_t queued() const;

 private:
  struct Job {
    const Work* work;  ///< the caller's, who waits
    const std::string* tenant_id;
    std::promise<Result<void>> done = {};
    Result<void> outcome = {};
    bool kept = false;  ///< its changes are part of the open transaction
  };

  void loop();
  std::vector<Job> take_group();
  void process(std::vector<Job>& group);
  Result<void> begin();
  void run_job(Job& job);
  void run_in_savepoint(Job& job);
  void commit(std::vector<Job>& group);
  void checkpoint_if_due();

  std::unique_ptr<Connection> connection_;
  DatabaseOptions options_;
  const Clock& clock_;
  int64_t frames_at_checkpoint_ = 0;
  std::atomic<int64_t> commits_total_ = 0;
  std::atomic<int64_t> writes_total_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::deque<Job> queue_;  ///< guarded by mutex_
  bool stopping_ = false;  ///< guarded by mutex_

  std::jthread thread_;  ///< last: starts when all else is there
};

}  // namespace parley::db::sqlite
