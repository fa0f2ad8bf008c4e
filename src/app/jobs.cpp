#include "app/jobs.h"

#include <nlohmann/json.hpp>

#include "base/log.h"

namespace parley::app {

namespace {

constexpr auto sweep_interval = std::chrono::minutes(1);

/// A job that fails is tried again at its next turn; until then the log says why.
void report(const char* job, const Result<int64_t>& result) {
  if (!result) {
    log::error("job_failed", {{"job", job}, {"detail", result.error().detail}});
  } else if (*result > 0) {
    log::info("job", {{"job", job}, {"count", *result}});
  }
}

}  // namespace

Result<void> Jobs::prepare() {
  const Scope scope(tenants::default_tenant_id, Actor::system, {});
  TRY(parts_.tenants.ensure(scope, "Default"));
  ASSIGN_OR_RETURN(const int64_t interrupted, parts_.chat.recover(scope));
  if (interrupted > 0) log::warning("answers_interrupted", {{"count", interrupted}});
  return {};
}

void Jobs::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, sweep_interval, [] { return false; });
      if (!stop.stop_requested()) sweep_locked();
    }
  });
}

void Jobs::sweep() {
  const std::lock_guard lock(mutex_);
  sweep_locked();
}

void Jobs::sweep_locked() {
  const Scope scope(tenants::default_tenant_id, Actor::system, {});
  report("sweep_conversations", parts_.conversations.sweep(scope));
  report("sweep_files", parts_.files.sweep(scope));
  report("sweep_turns", parts_.chat.sweep(scope));
}

}  // namespace parley::app
