// Uploads: reads uploaded files beside the workers, a bounded number at once, so that a large file
// delays nobody's request. Others wait their turn.
//
// Threads: any. Ends with what runs done; what waits is refused then.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/scope.h"
#include "base/thread_group.h"
#include "files/files.h"

namespace parley::files {

class Uploads {
 public:
  static constexpr size_t waiting_max = 256;

  /// `files` must outlive it.
  Uploads(Service& files, size_t running_max)
      : files_(files), running_max_(running_max), threads_(2 * running_max) {}
  ~Uploads();

  using Done = std::function<void(const Result<StoredFile>&)>;

  struct Job {
    Scope scope;
    std::string conversation_id;
    std::shared_ptr<const net::RequestBody> body;  ///< what `upload.body` points to
    Upload upload;
    Done done = {};  ///< runs once, on the thread that read the file
  };

  /// Runs Service::upload soon. Errors: unavailable (too many wait, or none runs and the system has
  /// no thread left); `done` is not called then.
  Result<void> start(Job job);

 private:
  void run(Job job);
  Result<StoredFile> read(const Job& job);

  Service& files_;
  const size_t running_max_;
  std::mutex mutex_;  ///< guards the three below
  size_t running_ = 0;
  bool is_ending_ = false;
  std::deque<Job> waiting_;
  ThreadGroup threads_;  ///< has room for threads that end while their successors begin
};

}  // namespace parley::files
