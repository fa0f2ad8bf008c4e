#include "chat/meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley::chat {

Result<void> Meter::begin_step(providers::Request& request) {
  attempts_ = 1;
  unknown_attempts_ = 0;
  // Step ① reserved for the first.
  if (std::exchange(is_first_step_, false)) return {};
  return spending_.extend_step(turn_, request);
}

bool Meter::may_resend(const providers::Failure& failure) {
  if (failure.may_have_cost || failure.usage.known) {
    if (!spending_.extend_attempt(turn_)) return false;
    ++attempts_;
  }
  if (failure.may_have_cost) ++unknown_attempts_;
  return true;
}

void Meter::add(const providers::Answer& answer) {
  // What a vendor counted before an answer broke off leaves out what it said last.
  const bool is_whole = answer.finish != providers::Finish::truncated &&
                        answer.finish != providers::Finish::cancelled;
  bill_.spent.provider = answer.provider;
  bill_.spent.model = answer.model;
  const bool is_known = answer.usage.known && is_whole;
  add(answer.usage, answer.provider, is_known ? unknown_attempts_ : attempts_);
}

void Meter::add(const providers::Failure& failure) {
  if (bill_.spent.provider.empty()) {
    bill_.spent.provider = turn_.facts.provider->name();
    bill_.spent.model = turn_.facts.model;
  }
  add(failure.usage, turn_.facts.provider->name(),
      unknown_attempts_ + (failure.may_have_cost ? 1 : 0));
}

void Meter::add(const providers::Usage& usage, const std::string& provider,
                int64_t unknown_attempts) {
  if (turn_.facts.allowance.unit == tenants::Unit::tokens) {
    const int64_t bound = turn_.facts.allowance.attempt_units;
    const int64_t counted = usage.known ? usage.input() + usage.output : 0;
    // What is counted may be a part of what is charged whole.
    bill_.units += unknown_attempts == 0
                       ? counted
                       : std::min(counted + unknown_attempts * bound, attempts_ * bound);
  }
  is_known_ = is_known_ && unknown_attempts == 0;
  cost_microusd_ += cost_microusd(options_.prices, provider, usage);
  budgets::Spent& spent = bill_.spent;
  spent.is_known = is_known_;
  spent.input_tokens += usage.input();
  spent.cached_tokens += usage.input_cache_read;
  spent.output_tokens += usage.output;
  spent.reasoning_tokens += usage.reasoning;
  spent.cost_microusd = std::llround(cost_microusd_);
}

}  // namespace parley::chat
