// FailoverProvider: asks one endpoint, and the others when it cannot answer.
//
// Only before visible text, and only for failures that another vendor does not share: a request
// that is malformed or too long fails at once. The Answer says who really answered. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "providers/provider.h"

namespace parley::providers {

class FailoverProvider final : public Provider {
 public:
  /// `first` gives the names; `others` are asked in order, each with its own default model. All
  /// must outlive it. `total_ms` bounds the whole answer when the request does not.
  FailoverProvider(Provider& first, std::vector<Provider*> others, int64_t total_ms,
                   const Clock& clock)
      : first_(first), others_(std::move(others)), total_ms_(total_ms), clock_(clock) {}

  const std::string& name() const override { return first_.name(); }
  const std::string& label() const override { return first_.label(); }
  const std::string& default_model() const override { return first_.default_model(); }

  /// The failure, if all fail, is that of the first endpoint that was really asked; its detail
  /// names all.
  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token stop) override;

 private:
  Provider& first_;
  const std::vector<Provider*> others_;
  const int64_t total_ms_;
  const Clock& clock_;
};

/// True if another vendor may do better.
bool may_fail_over(const Failure& failure);

}  // namespace parley::providers
