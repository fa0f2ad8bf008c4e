// Budgets: what tenants may spend, what they have spent, and on what. Exact under races: units are
// reserved before a provider is called, settled to what it counted, or released.
//
// Used and reserved together never exceed a limit. Every call that changes something runs inside
// the caller's transaction, so that a turn and its cost are stored together or not at all.
// Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::budgets {

/// In units (calls or tokens, as the plan counts); 0: no limit of that kind.
struct Limits {
  int64_t tenant = 0;
  int64_t per_day = 0;
  int64_t per_visitor = 0;  ///< and day
  int64_t per_conversation = 0;
};

/// Whose units, spent where. Counted for all four kinds of limits, set or not: one that is set
/// later counts what was spent before.
struct Subject {
  std::string conversation_id;
  std::string visitor;   ///< customer id, else the conversation's
  std::string provider;  ///< these two: what the report says if a crash leaves nobody to settle
  std::string model;
};

/// What a provider counted for one answer, all its steps together.
struct Spent {
  std::string provider;
  std::string model;
  bool is_known = false;  ///< false: it told nothing; the whole reservation is charged
  int64_t input_tokens = 0;
  int64_t cached_tokens = 0;
  int64_t output_tokens = 0;
  int64_t reasoning_tokens = 0;
  int64_t cost_microusd = 0;
};

struct Reservation {
  std::string id;
  int64_t units = 0;
};

struct Totals {
  int64_t used = 0;      ///< settled
  int64_t reserved = 0;  ///< by answers that run
};

/// One row of the usage report.
struct UsageDay {
  std::string tenant_id;
  int64_t day = 0;  ///< since the epoch, UTC
  std::string provider;
  std::string model;
  int64_t calls = 0;
  int64_t unknown_calls = 0;
  int64_t units = 0;
  int64_t input_tokens = 0;
  int64_t cached_tokens = 0;
  int64_t output_tokens = 0;
  int64_t reasoning_tokens = 0;
  int64_t cost_microusd = 0;
};

class Service {
 public:
  /// References must outlive the service.
  Service(db::Database& database, Entropy& entropy) : database_(database), entropy_(entropy) {}

  /// Units free under every limit on the day of `now_ms`, ≥ 0; INT64_MAX without one.
  int64_t remaining(const db::Reader& reader, const Scope& scope, const Subject& subject,
                    const Limits& limits, int64_t now_ms) const;

  /// `units` ≥ 0. A refusal changes nothing, so the caller's transaction may go on.
  /// Errors: rate_limited (see refusal()).
  Result<Reservation> reserve(const db::Tx& tx, const Scope& scope, const Subject& subject,
                              const Limits& limits, int64_t units) const;

  /// More for a running answer (a further tool step), counted on the day it began.
  /// Errors: as reserve(); not_found (the reservation is gone).
  Result<void> extend(const db::Tx& tx, const Scope& scope, const std::string& reservation_id,
                      const Limits& limits, int64_t units) const;

  /// Why a call of `units` does not fit: rate_limited "Token limit exceeded", advice "Tenant has
  /// used 1000/1000 tokens" or which other limit it is; retry_after_ms until the day ends where
  /// that helps. nullopt: it fits.
  std::optional<Error> refusal(const db::Reader& reader, const Scope& scope, const Subject& subject,
                               const Limits& limits, int64_t units, int64_t now_ms) const;

  /// Charges `units`, frees the rest, and counts the usage report. More than was reserved is
  /// charged, too: what a provider counted is the truth. A reservation that is gone already changes
  /// nothing.
  void settle(const db::Tx& tx, const Scope& scope, const std::string& reservation_id,
              int64_t units, const Spent& spent) const;

  /// Nothing was spent.
  void release(const db::Tx& tx, const Scope& scope, const std::string& reservation_id) const;

  /// Somebody is erased: no counter and no reservation names the conversation any more. What the
  /// tenant and the day have used stays; a reservation that is still open frees those two only.
  void forget_conversation(const db::Tx& tx, const Scope& scope,
                           const std::string& conversation_id) const;
  /// Likewise for the daily counters of a visitor.
  void forget_visitor(const db::Tx& tx, const Scope& scope, const std::string& visitor) const;

  Totals totals(const db::Reader& reader, const Scope& scope) const;
  Result<Totals> totals(const Scope& scope);

  /// Oldest day first; days inclusive.
  Result<std::vector<UsageDay>> report(const Scope& scope, int64_t from_day, int64_t to_day);

  /// At start-up (system scope, per tenant): what a crash left reserved is charged whole, as
  /// nobody knows what the provider did. The number.
  Result<int64_t> recover(const Scope& scope);

  /// Job: forgets the counters of days before `before_day` and of conversations that are gone.
  /// Reservations from before it, whose end could not be stored, are charged whole. The number of
  /// rows forgotten.
  Result<int64_t> sweep(const Scope& scope, int64_t before_day);

 private:
  int64_t charge_whole(const db::Tx& tx, const Scope& scope, int64_t before_day) const;

  db::Database& database_;
  Entropy& entropy_;
};

/// Days since the epoch, UTC.
int64_t day_of(int64_t epoch_ms);
/// "2026-11-21" of it, and back. Errors: invalid.
std::string date_of(int64_t day);
Result<int64_t> day_of_date(const std::string& date);

}  // namespace parley::budgets
