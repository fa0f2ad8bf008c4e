// RetryingProvider: one endpoint with its breaker and the only retry loop there is.
//
// Nothing is tried again after visible text; waiting honours Retry-After, the stop token and the
// total of the request. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/entropy.h"
#include "providers/breaker.h"
#include "providers/provider.h"
#include "providers/registry.h"
#include "providers/waiter.h"

namespace parley::providers {

class RetryingProvider final : public Provider {
 public:
  /// All references must outlive it.
  RetryingProvider(Provider& inner, Breaker& breaker, RetryPolicy policy, Waiter& waiter,
                   const Clock& clock, Entropy& entropy)
      : inner_(inner),
        breaker_(breaker),
        policy_(policy),
        waiter_(waiter),
        clock_(clock),
        entropy_(entropy) {}

  const std::string& name() const override { return inner_.name(); }
  const std::string& label() const override { return inner_.label(); }
  const std::string& default_model() const override { return inner_.default_model(); }

  /// Failure::unavailable, with `retry_after_ms`, while the breaker is open.
  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token stop) override;

 private:
  AnswerResult attempt(const Request& request, const OnPart& on_part, std::stop_token stop);
  std::optional<int64_t> wait_before_retry(const Failure& failure, int attempts) const;

  Provider& inner_;
  Breaker& breaker_;
  const RetryPolicy policy_;
  Waiter& waiter_;
  const Clock& clock_;
  Entropy& entropy_;
};

/// True if the same request may succeed at the same endpoint later (PROVIDERS.md section 6).
bool is_retryable(const Failure& failure);

}  // namespace parley::providers
