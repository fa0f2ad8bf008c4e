#include "net/worker_pool.h"

#include <pthread.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "base/log.h"

namespace parley::net {

namespace {

constexpr size_t stack_bytes_min = 8 * 1024 * 1024;

/// std::jthread takes the process default, which is 2 MiB where the stack limit is "unlimited".
void raise_default_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_default_np(&attributes) != 0) return;
  size_t bytes = 0;
  pthread_attr_getstacksize(&attributes, &bytes);
  if (bytes < stack_bytes_min) {
    pthread_attr_setstacksize(&attributes, stack_bytes_min);
    pthread_setattr_default_np(&attributes);
  }
  pthread_attr_destroy(&attributes);
}

/// What a single party may have of `all`.
size_t three_quarters(size_t all) {
  return all - all / 4;
}

}  // namespace

WorkerPool::WorkerPool(int threads, size_t queue_max, RequestHandler& handler)
    : handler_(handler),
      queue_({queue_max, three_quarters(queue_max), three_quarters(static_cast<size_t>(threads))}) {
  raise_default_stack();
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

WorkerPool::~WorkerPool() {
  queue_.close();
  threads_.clear();
}

void WorkerPool::run() {
  while (auto taken = queue_.pop()) {
    run_here(std::move(taken->item));
    queue_.finish(*taken);
  }
}

void WorkerPool::run_here(Job job) {
  // The application turns its own exceptions into answers; what still escapes costs one
  // connection (its Respond dies unanswered), never the thread.
  try {
    handler_.handle(std::move(job.request), std::move(job.respond));
  } catch (const std::exception& error) {
    log::error("handler_threw", {{"what", error.what()}});
  }
}

}  // namespace parley::net
