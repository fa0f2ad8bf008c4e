#include "chat/spending.h"

#include <algorithm>
#include <limits>

#include "chat/request.h"

namespace parley::chat {

namespace {

using tenants::AtLimit;
using tenants::Plan;
using tenants::Unit;

/// With less an answer is not worth its input.
constexpr int64_t output_tokens_min = 64;
constexpr int64_t no_limit = std::numeric_limits<int64_t>::max();
constexpr const char* handed_over =
    "Thank you for your message. A person will read it and answer you here.";

int64_t raised(int64_t limit, int64_t by) {
  return limit == 0 ? 0 : limit + by;
}

/// While a cheaper model answers.
budgets::Limits raised_limits(const Plan& plan) {
  const int64_t more = plan.cheaper_limit;
  return {raised(plan.limit, more), raised(plan.limit_per_day, more),
          raised(plan.limit_per_visitor, more), raised(plan.limit_per_conversation, more)};
}

Error refused(Error error, const Plan& plan) {
  if (!plan.limit_text.empty()) error.advice = plan.limit_text;
  return error;
}

}  // namespace

double cost_microusd(const std::map<std::string, providers::Price>& prices,
                     const std::string& provider, const providers::Usage& usage) {
  const auto price = prices.find(provider);
  if (price == prices.end()) return 0;
  const auto paid_in_full = static_cast<double>(usage.input_uncached + usage.input_cache_write);
  return paid_in_full * price->second.input +
         static_cast<double>(usage.input_cache_read) * price->second.cached_input +
         static_cast<double>(usage.output) * price->second.output;
}

budgets::Limits limits_of(const Plan& plan) {
  return {plan.limit, plan.limit_per_day, plan.limit_per_visitor, plan.limit_per_conversation};
}

Result<void> Spending::begin(const db::Tx& tx, LiveTurn& turn) const {
  TurnFacts& facts = turn.facts;
  const Plan& plan = facts.tenant->settings.plan;
  Allowance& allowance = facts.allowance;
  allowance.unit = plan.unit;
  allowance.plan = allowance.limits = limits_of(plan);
  allowance.subject = {turn.message.conversation_id, facts.visitor_subject, facts.provider->name(),
                       facts.model};
  auto reserved = reserve(tx, turn);
  const auto is_at_limit = [&] {
    return !reserved && reserved.error().code == ErrorCode::rate_limited;
  };
  if (is_at_limit() && plan.at_limit == AtLimit::cheaper_model) {
    reserved = use_cheaper_model(tx, turn, plan);
  }
  if (is_at_limit() && plan.at_limit == AtLimit::human && !turn.message.is_call) {
    return hand_over(tx, turn, plan);
  }
  if (is_at_limit()) return fail(refused(std::move(reserved).error(), plan));
  TRY(reserved);
  return let_bot_answer(tx, turn);
}

Result<void> Spending::reserve(const db::Tx& tx, LiveTurn& turn) const {
  TurnFacts& facts = turn.facts;
  Allowance& allowance = facts.allowance;
  if (allowance.unit == Unit::tokens) {
    facts.request = make_request(turn, options_);
    return reserve_tokens(tx, turn, *facts.request);
  }
  ASSIGN_OR_RETURN(const auto reservation,
                   parts_.budgets.reserve(tx, turn.scope, allowance.subject, allowance.limits, 1));
  allowance.reservation_id = reservation.id;
  return {};
}

Result<void> Spending::reserve_tokens(const db::Tx& tx, LiveTurn& turn,
                                      providers::Request& request) const {
  Allowance& allowance = turn.facts.allowance;
  const int64_t input = input_tokens_max(request);
  const int64_t wanted = request.output_tokens_max + options_.reasoning_headroom_tokens;
  const int64_t least = std::min(wanted, output_tokens_min);
  const int64_t left =
      parts_.budgets.remaining(tx, turn.scope, allowance.subject, allowance.limits, tx.now_ms());
  if (left != no_limit && left < input + least) {
    return fail(parts_.budgets
                    .refusal(tx, turn.scope, allowance.subject, allowance.limits, input + least,
                             tx.now_ms())
                    .value_or(Error{ErrorCode::rate_limited, "Token limit exceeded"}));
  }
  request.output_tokens_cap = left == no_limit ? wanted : std::min(wanted, left - input);
  allowance.attempt_units = input + request.output_tokens_cap;
  if (!allowance.reservation_id.empty()) {
    return parts_.budgets.extend(tx, turn.scope, allowance.reservation_id, allowance.limits,
                                 allowance.attempt_units);
  }
  ASSIGN_OR_RETURN(const auto reservation,
                   parts_.budgets.reserve(tx, turn.scope, allowance.subject, allowance.limits,
                                          allowance.attempt_units));
  allowance.reservation_id = reservation.id;
  return {};
}

Result<void> Spending::use_cheaper_model(const db::Tx& tx, LiveTurn& turn, const Plan& plan) const {
  TurnFacts& facts = turn.facts;
  providers::Provider* provider =
      plan.cheaper_provider.empty() ? facts.provider : parts_.providers.find(plan.cheaper_provider);
  if (provider == nullptr) {
    return fail(ErrorCode::rate_limited, "Token limit exceeded", "no cheaper provider");
  }
  facts.provider = provider;
  facts.model = plan.cheaper_model.empty() ? provider->default_model() : plan.cheaper_model;
  Allowance& allowance = facts.allowance;
  allowance.limits = raised_limits(plan);
  allowance.subject.provider = provider->name();
  allowance.subject.model = facts.model;
  return reserve(tx, turn);
}

Result<void> Spending::hand_over(const db::Tx& tx, LiveTurn& turn, const Plan& plan) const {
  TurnFacts& facts = turn.facts;
  if (facts.mode == conversations::Mode::waiting) {
    facts.said = "";  // the visitor was told with the first message
    return {};
  }
  TRY(parts_.conversations.set_mode(tx, turn.scope, turn.message.conversation_id,
                                    conversations::Mode::waiting));
  facts.mode = conversations::Mode::waiting;
  facts.said = plan.limit_text.empty() ? handed_over : plan.limit_text;
  return {};
}

Result<void> Spending::let_bot_answer(const db::Tx& tx, LiveTurn& turn) const {
  if (turn.facts.mode != conversations::Mode::waiting) return {};
  turn.facts.mode = conversations::Mode::bot;
  return parts_.conversations.set_mode(tx, turn.scope, turn.message.conversation_id,
                                       conversations::Mode::bot);
}

Result<void> Spending::extend_step(LiveTurn& turn, providers::Request& request) const {
  if (turn.facts.allowance.unit == Unit::calls) return {};
  return parts_.database.write<void>(
      turn.scope, [&](const db::Tx& tx) { return reserve_tokens(tx, turn, request); });
}

Result<void> Spending::extend_attempt(const LiveTurn& turn) const {
  const Allowance& allowance = turn.facts.allowance;
  if (allowance.unit == Unit::calls) return {};
  return parts_.database.write<void>(turn.scope, [&](const db::Tx& tx) {
    return parts_.budgets.extend(tx, turn.scope, allowance.reservation_id, allowance.limits,
                                 allowance.attempt_units);
  });
}

void Spending::settle(const db::Tx& tx, const LiveTurn& turn, const Bill& bill) const {
  const std::string& id = turn.facts.allowance.reservation_id;
  if (id.empty()) return;
  const budgets::Spent& spent = bill.spent;
  const bool is_nothing = bill.units == 0 && spent.input_tokens == 0 && spent.output_tokens == 0;
  if (is_nothing) return parts_.budgets.release(tx, turn.scope, id);
  parts_.budgets.settle(tx, turn.scope, id, bill.units, spent);
}

Json Spending::remaining(const db::Tx& tx, const LiveTurn& turn) const {
  const Allowance& allowance = turn.facts.allowance;
  const int64_t left =
      parts_.budgets.remaining(tx, turn.scope, allowance.subject, allowance.plan, tx.now_ms());
  return left == no_limit ? Json() : Json(left);
}

bool Spending::is_limited(const Scope& scope) const {
  const auto tenant = parts_.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return false;
  const budgets::Limits limits = limits_of(tenant->settings.plan);
  return limits.tenant != 0 || limits.per_day != 0 || limits.per_visitor != 0 ||
         limits.per_conversation != 0;
}

std::optional<Error> Spending::refusal(const db::Reader& reader, const Scope& scope,
                                       const budgets::Subject& subject, bool is_call) const {
  const auto tenant = parts_.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return std::nullopt;  // the authenticator's to say
  const Plan& plan = tenant->settings.plan;
  if (plan.at_limit == AtLimit::human && !is_call) return std::nullopt;
  const bool has_more = plan.at_limit == AtLimit::cheaper_model;
  const budgets::Limits limits = has_more ? raised_limits(plan) : limits_of(plan);
  const auto refusal =
      parts_.budgets.refusal(reader, scope, subject, limits, 1, parts_.clock.now_ms());
  if (!refusal) return std::nullopt;
  return refused(*refusal, plan);
}

}  // namespace parley::chat
