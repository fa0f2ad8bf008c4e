// Spending: reserves what a turn may cost before a provider is asked, and settles what it did cost.
// What a visitor meets at the limit is decided here.
//
// A plan that counts calls takes 1 for an answer. One that counts tokens takes the most that the
// next attempt can cost: every byte that is sent, what protocols add, and the bound on the output,
// which is lowered to what is left. So nothing that a provider does can overspend.
// Threads: any; holds no state between calls.
#pragma once

#include <optional>

#include "base/json.h"
#include "base/result.h"
#include "chat/bill.h"
#include "chat/chat.h"
#include "chat/turn.h"
#include "db/database.h"

namespace parley::chat {

class Spending {
 public:
  Spending(const Options& options, const Service::Parts& parts)
      : options_(options), parts_(parts) {}

  /// In step ①, once the facts of `turn` are complete: fills `turn.facts.allowance`. At the limit
  /// a cheaper model takes the turn over, or `turn.facts.said` becomes what is said in place of an
  /// answer: the plan's text once, then nothing while a person is waited for. A conversation waits
  /// for want of budget only, so the first message that can be paid again ends it. Errors:
  /// rate_limited (the plan's text, or the document's).
  Result<void> begin(const db::Tx& tx, LiveTurn& turn) const;

  /// Before a further tool step with `request`; sets its bound. In a transaction of its own.
  /// Errors: rate_limited, and those of the database.
  Result<void> extend_step(LiveTurn& turn, providers::Request& request) const;

  /// Before the present step is tried once more. Errors: as extend_step.
  Result<void> extend_attempt(const LiveTurn& turn) const;

  /// In step ④. A bill of nothing frees what was reserved.
  void settle(const db::Tx& tx, const LiveTurn& turn, const Bill& bill) const;

  /// Units left to the turn's visitor; null: there is no limit.
  Json remaining(const db::Tx& tx, const LiveTurn& turn) const;

  /// False: nothing is ever refused.
  bool is_limited(const Scope& scope) const;

  /// Why a turn of `subject` would be refused now, as it stands before anything is reserved for
  /// it. nullopt: it can be tried.
  std::optional<Error> refusal(const db::Reader& reader, const Scope& scope,
                               const budgets::Subject& subject, bool is_call) const;

 private:
  Result<void> reserve(const db::Tx& tx, LiveTurn& turn) const;
  Result<void> reserve_tokens(const db::Tx& tx, LiveTurn& turn, providers::Request& request) const;
  Result<void> use_cheaper_model(const db::Tx& tx, LiveTurn& turn, const tenants::Plan& plan) const;
  Result<void> hand_over(const db::Tx& tx, LiveTurn& turn, const tenants::Plan& plan) const;
  Result<void> let_bot_answer(const db::Tx& tx, LiveTurn& turn) const;

  const Options& options_;
  const Service::Parts& parts_;
};

budgets::Limits limits_of(const tenants::Plan& plan);

}  // namespace parley::chat
