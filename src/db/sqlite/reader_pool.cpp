#include "db/sqlite/reader_pool.h"

#include <chrono>

namespace parley::db::sqlite {

ReaderPool::ReaderPool(const DatabaseOptions& options, const Clock& clock)
    : options_(options), clock_(clock) {
  for (int i = 0; i < options.readers; ++i) {
    idle_.push_back(
        std::make_unique<Connection>(options.path, Role::reader, options.busy_timeout_ms));
  }
}

ReaderPool::~ReaderPool() {
  close();
}

Result<void> ReaderPool::run(const std::function<void(const Reader&)>& work) {
  std::unique_ptr<Connection> connection = borrow();
  if (connection == nullptr) {
    return fail(ErrorCode::unavailable, "The server is busy. Please try again.",
                "no database reader is free");
  }
  // A reader that stays in its transaction keeps the WAL from being reset.
  const int64_t until_ms = clock_.steady_ms() + options_.read_ms_max;
  connection->set_deadline([this, until_ms] { return clock_.steady_ms() >= until_ms; });
  Result<void> outcome = {};
  try {
    connection->run("BEGIN", {});
    work(Reader(connection.get()));
    connection->run("COMMIT", {});
  } catch (const std::exception& exception) {
    outcome = fail(connection->failure(exception));
    connection->set_deadline({});
    connection->rollback();
  }
  give_back(std::move(connection));
  return outcome;
}

std::unique_ptr<Connection> ReaderPool::borrow() {
  std::unique_lock lock(mutex_);
  const auto patience = std::chrono::milliseconds(options_.busy_timeout_ms);
  returned_.wait_for(lock, patience, [this] { return closed_ || !idle_.empty(); });
  if (closed_ || idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  ++borrowed_;
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  --borrowed_;
  // All: a waiting close() must not take the place of a waiting borrow().
  returned_.notify_all();
}

void ReaderPool::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  returned_.notify_all();
  returned_.wait(lock, [this] { return borrowed_ == 0; });
  idle_.clear();
}

}  // namespace parley::db::sqlite
