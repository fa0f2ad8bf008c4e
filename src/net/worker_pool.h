// WorkerPool: a fixed number of threads that hand requests to the application, behind a bounded
// queue that serves tenants in turn. A tenant takes at most three quarters of the threads and of
// the queue. Threads: submit() from the loop; the pool joins its threads at its end.
#pragma once

#include <string_view>
#include <thread>
#include <vector>

#include "net/fair_queue.h"
#include "net/message.h"

namespace parley::net {

class WorkerPool {
 public:
  struct Job {
    Request request;
    Respond respond;
  };

  /// `handler` must outlive the pool. Throws std::system_error: the system has no thread left.
  WorkerPool(int threads, size_t queue_max, RequestHandler& handler);

  /// Requests that still wait are dropped; running ones end first.
  ~WorkerPool();

  /// Takes `job` of `party`; false, and `job` untouched, if the queue is full.
  bool submit(std::string_view party, Job& job) { return queue_.push(party, std::move(job)); }

  /// Handles `job` on the calling thread.
  void run_here(Job job);

  size_t queue_length() const { return queue_.size(); }

 private:
  void run();

  RequestHandler& handler_;
  FairQueue<Job> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace parley::net
