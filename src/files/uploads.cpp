#include "files/uploads.h"

#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "files/busy.h"

namespace parley::files {

namespace {

tl::unexpected<Error> too_many() {
  return busy("Too many files are being read. Please try again in a moment.");
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
  const auto kept = std::make_shared<Job>(std::move(job));  // by a thread, or to wait for one
  const std::scoped_lock lock(mutex_);
  const bool has_room = running_ < running_max_ && threads_.reserve();
  if (has_room && threads_.start([this, kept] { run(std::move(*kept)); })) {
    ++running_;
    return {};
  }
  if (is_ending_ || running_ == 0 || waiting_.size() >= waiting_max) return too_many();
  waiting_.push_back(std::move(*kept));
  return {};
}

Result<StoredFile> Uploads::read(const Job& job) {
  try {
    return files_.upload(job.scope, job.conversation_id, job.upload);
  } catch (const std::exception& error) {
    log::error("upload_threw", {{"what", error.what()}});
    return fail(ErrorCode::internal, {});
  }
}

void Uploads::run(Job job) {
  while (true) {
    job.done(read(job));
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
