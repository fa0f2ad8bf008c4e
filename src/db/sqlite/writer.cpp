#include "db/sqlite/writer.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"

namespace parley::db::sqlite {

namespace {

constexpr int64_t passive_checkpoint_frames = 1'000;
constexpr int64_t truncate_checkpoint_frames = 64 * 1024 * 1024 / 4'096;
constexpr int64_t slow_job_ms = 250;  // every other write waits meanwhile

/// The writer whose thread this is.
thread_local const Writer* running_here = nullptr;

/// The transaction is gone: those whose changes were part of it fail.
template <class Jobs>
void undo(Jobs& group, const Error& error) {
  for (auto& job : group) {
    if (std::exchange(job.kept, false)) job.outcome = fail(error);
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const DatabaseOptions& options,
               const Clock& clock)
    : connection_(std::move(connection)),
      options_(options),
      clock_(clock),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  stop();
}

Result<void> Writer::run(const std::string& tenant_id, const Work& work) {
  if (running_here == this) {
    return fail(ErrorCode::internal, "Internal error", "a write inside a write");
  }
  std::future<Result<void>> done;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return fail(ErrorCode::unavailable, "The server is shutting down");
    if (queue_.size() >= options_.write_queue_max) {
      return fail(ErrorCode::unavailable, "The server is busy. Please try again.",
                  "the write queue is full");
    }
    done = queue_.emplace_back(Job{&work, &tenant_id}).done.get_future();
  }
  work_arrived_.notify_one();
  return done.get();
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

int64_t Writer::queued() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(queue_.size());
}

void Writer::loop() {
  running_here = this;
  for (auto group = take_group(); !group.empty(); group = take_group()) {
    process(group);
    for (Job& job : group) job.done.set_value(std::move(job.outcome));
    checkpoint_if_due();  // after the callers went on: they need not wait for it
  }
  try {
    connection_->checkpoint(true);
  } catch (const std::exception& exception) {
    log::warning("db.checkpoint_failed", {{"detail", connection_->failure(exception).detail}});
  }
  connection_.reset();
}

/// Waits for work; empty when stopped and nothing is left.
std::vector<Writer::Job> Writer::take_group() {
  std::unique_lock lock(mutex_);
  work_arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.group_max));
  std::vector<Job> group(std::make_move_iterator(queue_.begin()),
                         std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

/// SQLite may end the transaction by itself when a job fails for want of space or memory. What the
/// group did before is then undone too, and the rest gets a new transaction.
void Writer::process(std::vector<Job>& group) {
  Result<void> begun = {};
  for (Job& job : group) {
    if (begun && !connection_->in_transaction()) begun = begin();
    if (!begun) {
      job.outcome = begun;
      continue;
    }
    run_job(job);
    if (!connection_->in_transaction()) undo(group, job.outcome.error());
  }
  writes_total_ += static_cast<int64_t>(group.size());
  if (connection_->in_transaction()) commit(group);
}

Result<void> Writer::begin() {
  try {
    connection_->run("BEGIN IMMEDIATE", {});
    return {};
  } catch (const std::exception& exception) {
    return fail(connection_->failure(exception));
  }
}

void Writer::commit(std::vector<Job>& group) {
  try {
    connection_->run("COMMIT", {});
    ++commits_total_;
  } catch (const std::exception& exception) {
    const Error error = connection_->failure(exception);
    connection_->rollback();
    undo(group, error);
  }
}

void Writer::run_job(Job& job) {
  const int64_t started_ms = clock_.steady_ms();
  try {
    run_in_savepoint(job);
  } catch (const std::exception& exception) {
    job.outcome = fail(connection_->failure(exception));
    connection_->rollback();
  }
  const int64_t took_ms = clock_.steady_ms() - started_ms;
  if (took_ms < slow_job_ms) return;
  log::warning("db.slow_write", {{"tenant", *job.tenant_id}, {"duration_ms", took_ms}});
}

/// Throws when the transaction itself is in doubt; a fault of the job alone is undone here.
void Writer::run_in_savepoint(Job& job) {
  connection_->run("SAVEPOINT job", {});
  try {
    job.kept = (*job.work)(Tx(connection_.get(), clock_.now_ms()));
  } catch (const std::exception& exception) {
    job.outcome = fail(connection_->failure(exception));
    if (!connection_->in_transaction()) return;
  }
  if (!job.kept) connection_->run("ROLLBACK TO job", {});
  connection_->run("RELEASE job", {});
}

void Writer::checkpoint_if_due() {
  const int64_t frames = connection_->wal_frames();
  if (frames < frames_at_checkpoint_) frames_at_checkpoint_ = 0;  // the WAL began anew
  const bool must_empty = connection_->is_log_to_be_emptied();
  if (!must_empty && frames - frames_at_checkpoint_ < passive_checkpoint_frames) return;
  try {
    connection_->checkpoint(must_empty || frames >= truncate_checkpoint_frames);
    frames_at_checkpoint_ = connection_->wal_frames();
  } catch (const std::exception& exception) {
    // Nothing is lost: the WAL keeps the rows, and the next commits try again.
    log::warning("db.checkpoint_failed", {{"detail", connection_->failure(exception).detail}});
    frames_at_checkpoint_ = frames;
  }
}

}  // namespace parley::db::sqlite
