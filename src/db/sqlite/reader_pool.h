// ReaderPool: read-only connections, borrowed for one read at a time by any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "db/sqlite/connection.h"

namespace parley::db::sqlite {

class ReaderPool {
 public:
  /// `clock` must outlive the pool. Throws what Connection's constructor throws.
  ReaderPool(const DatabaseOptions& options, const Clock& clock);
  ~ReaderPool();

  /// Runs `work` in one read transaction on the calling thread. Errors: unavailable (no reader free
  /// within busy_timeout_ms, longer than read_ms_max, closed), internal.
  Result<void> run(const std::function<void(const Reader&)>& work);

  /// Waits for running reads and closes the connections. Idempotent.
  void close();

 private:
  std::unique_ptr<Connection> borrow();
  void give_back(std::unique_ptr<Connection> connection);

  DatabaseOptions options_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  ///< guarded by mutex_; the last used is warmest
  size_t borrowed_ = 0;                            ///< guarded by mutex_
  bool closed_ = false;                            ///< guarded by mutex_
};

}  // namespace parley::db::sqlite
