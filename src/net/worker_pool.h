// WorkerPool: a fixed number of threads that hand requests to the application, behind a bounded
// queue. Threads: submit() from the loop; the pool joins its threads at its end.
#pragma once

#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "net/message.h"

namespace parley::net {

class WorkerPool {
 public:
  struct Job {
    Request request;
    Respond respond;
  };

  /// `handler` must outlive the pool. Threads have stacks of at least 8 MiB: the application
  /// server matches paths with std::regex, which recurses once per character.
  WorkerPool(int threads, size_t queue_max, RequestHandler& handler);

  /// Requests that still wait are dropped; running ones end first.
  ~WorkerPool();

  /// Takes `job`; false, and `job` untouched, if the queue is full.
  bool submit(Job& job) { return queue_.push(std::move(job)); }

  /// Handles `job` on the calling thread.
  void run_here(Job job);

  size_t queue_length() const { return queue_.size(); }

 private:
  void run();

  RequestHandler& handler_;
  BoundedQueue<Job> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace parley::net
