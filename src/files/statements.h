// Statements: runs the SQL that visitors send beside the workers, so that one that is slow, or
// waits for its turn, delays nobody's request. A bounded number at once; beyond, refused.
//
// Threads: any. At its end what runs is told to stop, and waited for.
#pragma once

#include <functional>
#include <stop_token>

#include "base/result.h"
#include "base/thread_group.h"

namespace parley::files {

class Statements {
 public:
  /// Most of them wait: the runner (datasets/runner.h) has its own, lower limits.
  static constexpr size_t running_max = 32;

  Statements() = default;
  ~Statements() { stop_.request_stop(); }

  using Job = std::function<void(const std::stop_token& stop)>;

  /// Runs `job` on a thread of its own. Errors: unavailable (running_max, or the system
  /// has no thread left); it does not run then.
  Result<void> start(Job job);

 private:
  std::stop_source stop_;
  ThreadGroup threads_{running_max};  ///< last: joined before anything above goes
};

}  // namespace parley::files
