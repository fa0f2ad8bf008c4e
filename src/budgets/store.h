// Budgets in the database: what is reserved, the running totals, and the usage report.
//
// All inside the caller's transaction.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "budgets/budgets.h"

namespace parley::budgets {

/// One row of running totals; a call counts in one of each kind.
struct Counter {
  enum class Kind { tenant, conversation, visitor, day };
  Kind kind;
  std::string name;  ///< '' of the tenant; conversation; day/visitor; day
};

/// In the order in which limits are told: those that time does not heal first.
using Counters = std::array<Counter, 4>;
Counters counters_of(const std::string& conversation_id, const std::string& visitor, int64_t day);

struct StoredReservation {
  std::string id;
  Subject subject;
  int64_t day = 0;
  int64_t units = 0;
};

namespace store {

Totals find_totals(const db::Reader& reader, const Scope& scope, const Counter& counter);

/// Reserves in one statement, only if used and reserved stay within `limit` (0: none). False: not.
bool add_reserved(const db::Tx& tx, const Scope& scope, const Counter& counter, int64_t units,
                  int64_t limit);

/// Moves `reserved` units out of what is reserved, and `used` into what is used.
void settle(const db::Tx& tx, const Scope& scope, const Counter& counter, int64_t reserved,
            int64_t used);

void insert_reservation(const db::Tx& tx, const Scope& scope, const StoredReservation& reservation);
std::optional<StoredReservation> find_reservation(const db::Reader& reader, const Scope& scope,
                                                  const std::string& id);
void extend_reservation(const db::Tx& tx, const Scope& scope, const std::string& id, int64_t units);
/// It, as it was; nullopt: it is gone already.
std::optional<StoredReservation> take_reservation(const db::Tx& tx, const Scope& scope,
                                                  const std::string& id);
/// Ids of those made before `day`.
std::vector<std::string> list_reservations(const db::Reader& reader, const Scope& scope,
                                           int64_t before_day);

/// Adds `usage` to the day's row of its provider and model.
void add_usage(const db::Tx& tx, const Scope& scope, const UsageDay& usage);
std::vector<UsageDay> list_usage(const db::Reader& reader, const Scope& scope, int64_t from_day,
                                 int64_t to_day);

/// Counters that nothing is reserved in: of days and visitors, last changed before `until_ms`; of
/// conversations that do not exist any more. The number.
int64_t forget(const db::Tx& tx, const Scope& scope, int64_t until_ms);

/// Removes the counter, and takes the names out of reservations.
void forget_conversation(const db::Tx& tx, const Scope& scope, const std::string& conversation_id);
/// Removes the counters of all its days.
void forget_visitor(const db::Tx& tx, const Scope& scope, const std::string& visitor);

}  // namespace store

}  // namespace parley::budgets
