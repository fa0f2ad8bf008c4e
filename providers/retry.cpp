#include "providers/retry.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace parley::providers {

namespace {

/// Holds what is not text back until the attempt counts, so that a repeated one repeats nothing.
class PartGate {
 public:
  PartGate(const OnPart& on_part, Breaker& breaker) : on_part_(on_part), breaker_(breaker) {}

  void pass(const Part& part) {
    if (!std::exchange(is_alive_, true)) breaker_.succeeded();
    if (!is_open_ && !std::holds_alternative<TextDelta>(part)) {
      held_.push_back(part);
      return;
    }
    open();
    on_part_(part);
  }

  void open() {
    is_open_ = true;
    for (const Part& part : std::exchange(held_, {})) on_part_(part);
  }

 private:
  const OnPart& on_part_;
  Breaker& breaker_;
  std::vector<Part> held_;
  bool is_open_ = false;
  bool is_alive_ = false;
};

void add_known(Usage& sum, const Usage& more) {
  if (!more.known) return;
  if (sum.known) {
    sum += more;
  } else {
    sum = more;
  }
}

/// Uniform in [0, 1).
double random_fraction(Entropy& entropy) {
  std::array<uint8_t, 4> bytes{};
  entropy.fill(bytes);
  uint32_t number = 0;
  for (const uint8_t byte : bytes) number = (number << 8U) | byte;
  return number / 4'294'967'296.0;
}

}  // namespace

bool is_retryable(const Failure& failure) {
  switch (failure.kind) {
    // No word of a server changes these: the key, the money, our own breaker, the caller.
    case Failure::Kind::authentication:
    case Failure::Kind::no_credit:
    case Failure::Kind::unavailable:
    case Failure::Kind::cancelled:
      return false;
    case Failure::Kind::rate_limited:
    case Failure::Kind::overloaded:
    case Failure::Kind::network:
    case Failure::Kind::timeout:
      return failure.should_retry.value_or(true);
    default:
      return failure.should_retry.value_or(false);
  }
}

AnswerResult RetryingProvider::attempt(const Request& request, const OnPart& on_part,
                                       std::stop_token stop) {
  if (const auto wait_ms = breaker_.admit()) {
    return tl::unexpected(Failure{.kind = Failure::Kind::unavailable,
                                  .detail = name() + ": circuit breaker open",
                                  .retry_after_ms = *wait_ms});
  }
  PartGate gate(on_part, breaker_);
  AnswerResult result = inner_.answer(
      request, [&gate](const Part& part) { gate.pass(part); }, std::move(stop));
  if (!result) {
    breaker_.failed(result.error().kind);
    return result;
  }
  gate.open();
  if (result->finish == Finish::truncated) {
    breaker_.failed(Failure::Kind::network);
  } else if (result->finish == Finish::cancelled) {
    breaker_.failed(Failure::Kind::cancelled);
  } else {
    breaker_.succeeded();
  }
  return result;
}

AnswerResult RetryingProvider::answer(const Request& request, const OnPart& on_part,
                                      std::stop_token stop) {
  const int64_t started_ms = clock_.steady_ms();
  const int64_t total_ms = request.total_ms > 0 ? request.total_ms : policy_.total_ms;
  Request bounded = request;
  bounded.total_ms = total_ms;
  Usage spent;
  for (int attempts = 1;; ++attempts) {
    AnswerResult result = attempt(bounded, on_part, stop);
    Usage& usage = result ? result->usage : result.error().usage;
    if (result) {
      // Unknown usage must stay unknown: what failed attempts cost is no substitute for it.
      if (spent.known && usage.known) usage += spent;
      return result;
    }
    add_known(spent, usage);
    usage = spent;
    const auto wait_ms = wait_before_retry(result.error(), attempts);
    const int64_t left_ms = total_ms - (clock_.steady_ms() - started_ms) - wait_ms.value_or(0);
    if (!wait_ms || left_ms <= 0) return result;
    if (request.may_resend && !request.may_resend(result.error())) return result;
    if (!waiter_.wait(*wait_ms, stop)) {
      result.error().kind = Failure::Kind::cancelled;
      result.error().may_have_cost = false;  // may_resend was told
      return result;
    }
    bounded.total_ms = left_ms;
  }
}

/// Full jitter over an exponential bound, but at least what the server asked for.
std::optional<int64_t> RetryingProvider::wait_before_retry(const Failure& failure,
                                                           int attempts) const {
  if (attempts > policy_.retries_max || !is_retryable(failure)) return std::nullopt;
  const int64_t asked_ms = failure.retry_after_ms.value_or(0);
  if (asked_ms > policy_.retry_after_max_ms) return std::nullopt;
  const int64_t bound_ms =
      std::min(policy_.backoff_first_ms << (attempts - 1), policy_.backoff_max_ms);
  const double jittered_ms = static_cast<double>(bound_ms) * random_fraction(entropy_);
  return std::max(asked_ms, static_cast<int64_t>(jittered_ms));
}

}  // namespace parley::providers
