#include "files/uploads.h"

#include <utility>

namespace parley::files {

namespace {

tl::unexpected<Error> too_many() {
  return fail(ErrorCode::unavailable,
              "Too many files are being read. Please try again in a moment.");
}

}  // namespace

Uploads::~Uploads() {
  std::unique_lock lock(mutex_);
  is_ending_ = true;
  const auto refused = std::exchange(waiting_, {});
  lock.unlock();
  for (const Job& job : refused) job.done(too_many());
}

Result<void> Uploads::start(Job job) {
  const std::scoped_lock lock(mutex_);
  if (running_ == running_max_ || !threads_.reserve()) {
    if (is_ending_ || running_ == 0 || waiting_.size() >= waiting_max) return too_many();
    waiting_.push_back(std::move(job));
    return {};
  }
  ++running_;
  threads_.start([this, job = std::move(job)]() mutable { run(std::move(job)); });
  return {};
}

void Uploads::run(Job job) {
  while (true) {
    job.done(files_.upload(job.scope, job.conversation_id, job.upload));
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) {
      --running_;
      return;
    }
    job = std::move(waiting_.front());
    waiting_.pop_front();
  }
}

}  // namespace parley::files
