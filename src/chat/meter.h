// Meter: adds up what one answer costs, over its steps, their retries and failovers.
#pragma once

#include <string>

#include "chat/bill.h"
#include "chat/spending.h"
#include "chat/turn.h"
#include "providers/provider.h"

namespace parley::chat {

/// One thread: the one that runs the turn. References must outlive it.
class Meter {
 public:
  Meter(const Spending& spending, const Options& options, LiveTurn& turn)
      : spending_(spending), options_(options), turn_(turn) {}

  /// Before each step. Errors: as Spending::extend_step.
  Result<void> begin_step(providers::Request& request);

  /// providers::Request::may_resend: false if the limit has no room for another attempt.
  bool may_resend(const providers::Failure& failure);

  /// After each step.
  void add(const providers::Answer& answer);
  void add(const providers::Failure& failure);

  /// Tokens as counted, the bound of each attempt that nobody counted; or, where the plan counts
  /// calls, none: whether something was said decides.
  const Bill& bill() const { return bill_; }

 private:
  void add(const providers::Usage& usage, const std::string& provider, int64_t unknown_attempts);

  const Spending& spending_;
  const Options& options_;
  LiveTurn& turn_;
  int64_t attempts_ = 0;          ///< of the present step, as reserved
  int64_t unknown_attempts_ = 0;  ///< of them: broken off, and nobody says what they cost
  bool is_first_step_ = true;
  bool is_known_ = true;
  double cost_microusd_ = 0;
  Bill bill_;
};

}  // namespace parley::chat
