#include "app/jobs.h"

#include <nlohmann/json.hpp>

#include "app/memory.h"
#include "base/log.h"

namespace parley::app {

namespace {

constexpr auto memory_interval = std::chrono::seconds(5);
constexpr auto sweep_interval = std::chrono::minutes(1);
constexpr const char* default_tenant_name = "Parley";

/// A job that fails is tried again at its next turn; until then the log says why.
void report(const char* job, const Scope& scope, const Result<int64_t>& result) {
  if (!result) {
    log::error("job_failed",
               {{"job", job}, {"tenant", scope.tenant_id()}, {"detail", result.error().detail}});
  } else if (*result > 0) {
    log::info("job", {{"job", job}, {"tenant", scope.tenant_id()}, {"count", *result}});
  }
}

}  // namespace

Result<void> Jobs::prepare() {
  const Scope installation("", Actor::system, {});
  TRY(parts_.tenants.load(installation));
  TRY(parts_.tenants.ensure_first(installation, default_tenant_name, default_domains_));
  for (const auto& tenant : parts_.tenants.list()) {
    const Scope scope(tenant->id, Actor::system, {});
    ASSIGN_OR_RETURN(const int64_t interrupted, parts_.chat.recover(scope));
    if (interrupted == 0) continue;
    log::warning("answers_interrupted", {{"tenant", tenant->id}, {"count", interrupted}});
  }
  return {};
}

void Jobs::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    using std::chrono::steady_clock;
    MemoryKeeper memory;
    auto sweep_at = steady_clock::now() + sweep_interval;
    std::unique_lock lock(mutex_);
    for (;;) {
      memory.give_back_in_time();
      wake_.wait_for(lock, stop, memory_interval, [] { return false; });
      if (stop.stop_requested()) return;
      if (steady_clock::now() < sweep_at) continue;
      sweep_locked();
      sweep_at = steady_clock::now() + sweep_interval;
    }
  });
}

void Jobs::sweep() {
  const std::lock_guard lock(mutex_);
  sweep_locked();
}

void Jobs::sweep_locked() {
  for (const auto& tenant : parts_.tenants.list()) {
    const Scope scope(tenant->id, Actor::system, {});
    report("sweep_conversations", scope, parts_.conversations.sweep(scope));
    report("sweep_files", scope, parts_.files.sweep(scope));
    report("sweep_turns", scope, parts_.chat.sweep(scope));
  }
}

}  // namespace parley::app
