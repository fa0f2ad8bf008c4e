#include "providers/failover.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace parley::providers {

namespace {

/// A failover that works leaves no trace in the answer, so the broken endpoint is told here. An
/// open breaker was told when it opened.
void report(const std::string& provider, const Failure& failure) {
  if (failure.kind == Failure::Kind::unavailable && failure.status == 0) return;
  const bool needs_people =
      failure.kind == Failure::Kind::authentication || failure.kind == Failure::Kind::no_credit;
  log::write(needs_people ? log::Level::error : log::Level::warning, "provider_failed",
             {{"provider", provider},
              {"kind", name_of(failure.kind)},
              {"status", failure.status},
              {"upstream_request_id", failure.request_id},
              {"detail", failure.detail}});
}

/// Joins the failures of two endpoints.
void merge(Failure& all, const std::string& provider, Failure&& next) {
  const std::string detail = fmt::format("{}; {}: {}", all.detail, provider, next.detail);
  const bool may_have_cost = next.may_have_cost;
  const Usage spent = std::move(all.usage);
  if (all.kind == Failure::Kind::unavailable || next.kind == Failure::Kind::cancelled) {
    all = std::move(next);
    if (spent.known) all.usage += spent;
  } else {
    all.usage = spent;
    if (next.usage.known) all.usage += next.usage;
  }
  all.detail = detail;
  all.may_have_cost = may_have_cost;
}

}  // namespace

bool may_fail_over(const Failure& failure) {
  return failure.kind != Failure::Kind::bad_request &&
         failure.kind != Failure::Kind::context_too_long &&
         failure.kind != Failure::Kind::cancelled;
}

AnswerResult FailoverProvider::answer(const Request& request, const OnPart& on_part,
                                      std::stop_token stop) {
  const int64_t started_ms = clock_.steady_ms();
  const int64_t total_ms = request.total_ms > 0 ? request.total_ms : total_ms_;
  AnswerResult result = first_.answer(request, on_part, stop);
  if (result || !may_fail_over(result.error())) return result;
  report(first_.name(), result.error());
  result.error().detail = fmt::format("{}: {}", first_.name(), result.error().detail);
  Request other = request;
  other.model.clear();
  for (Provider* provider : others_) {
    other.total_ms = total_ms - (clock_.steady_ms() - started_ms);
    if (other.total_ms <= 0 || stop.stop_requested()) break;
    if (request.may_resend && !request.may_resend(result.error())) break;
    AnswerResult next = provider->answer(other, on_part, stop);
    if (next) {
      if (result.error().usage.known && next->usage.known) next->usage += result.error().usage;
      return next;
    }
    report(provider->name(), next.error());
    const bool may_go_on = may_fail_over(next.error());
    merge(result.error(), provider->name(), std::move(next.error()));
    if (!may_go_on) break;
  }
  return result;
}

}  // namespace parley::providers
