#include "net/worker_pool.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/log.h"

namespace parley::net {

namespace {

/// What a single party may have of `all`.
size_t three_quarters(size_t all) {
  return all - all / 4;
}

}  // namespace

WorkerPool::WorkerPool(int threads, size_t queue_max, RequestHandler& handler)
    : handler_(handler),
      queue_({queue_max, three_quarters(queue_max), three_quarters(static_cast<size_t>(threads))}) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    queue_.close();  // for those that run already: they are joined now
    throw;
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
