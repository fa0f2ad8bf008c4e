#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/ids.h"
#include "budgets/budgets.h"
#include "budgets/store.h"

namespace parley::budgets {

namespace {

constexpr int64_t day_ms = 24LL * 3600 * 1000;
/// When only running answers stand in the way: about how long one takes.
constexpr int64_t running_answers_ms = 5'000;
constexpr int64_t every_day = std::numeric_limits<int64_t>::max();

int64_t limit_of(const Limits& limits, Counter::Kind kind) {
  switch (kind) {
    case Counter::Kind::tenant:
      return limits.tenant;
    case Counter::Kind::conversation:
      return limits.per_conversation;
    case Counter::Kind::visitor:
      return limits.per_visitor;
    case Counter::Kind::day:
      return limits.per_day;
  }
  return 0;
}

const char* owner_of(Counter::Kind kind) {
  switch (kind) {
    case Counter::Kind::tenant:
      return "Tenant has used";
    case Counter::Kind::conversation:
      return "This conversation has used";
    case Counter::Kind::visitor:
      return "You have used today";
    case Counter::Kind::day:
      return "Tenant has used today";
  }
  return "";
}

Error refused(Counter::Kind kind, const Totals& totals, int64_t limit, int64_t units,
              int64_t now_ms) {
  Error error{ErrorCode::rate_limited, "Token limit exceeded"};
  error.advice =
      fmt::format("{} {}/{} tokens", owner_of(kind), totals.used + totals.reserved, limit);
  const bool ends_with_day = kind == Counter::Kind::visitor || kind == Counter::Kind::day;
  if (totals.used + units <= limit) {
    error.retry_after_ms = running_answers_ms;
  } else if (ends_with_day) {
    error.retry_after_ms = (day_of(now_ms) + 1) * day_ms - now_ms;
  }
  return error;
}

/// Reserves in every counter, or in none.
Result<void> add_reserved(const db::Tx& tx, const Scope& scope, const Counters& counters,
                          const Limits& limits, int64_t units) {
  for (auto counter = counters.begin(); counter != counters.end(); ++counter) {
    const int64_t limit = limit_of(limits, counter->kind);
    if (store::add_reserved(tx, scope, *counter, units, limit)) continue;
    std::for_each(counters.begin(), counter,
                  [&](const Counter& reserved) { store::settle(tx, scope, reserved, units, 0); });
    const Totals totals = store::find_totals(tx, scope, *counter);
    return fail(refused(counter->kind, totals, limit, units, tx.now_ms()));
  }
  return {};
}

/// Ends a reservation in every counter. nullopt: it is gone already.
std::optional<StoredReservation> end(const db::Tx& tx, const Scope& scope, const std::string& id,
                                     std::optional<int64_t> units) {
  auto reservation = store::take_reservation(tx, scope, id);
  if (!reservation) return std::nullopt;
  const Subject& subject = reservation->subject;
  for (const Counter& counter :
       counters_of(subject.conversation_id, subject.visitor, reservation->day)) {
    store::settle(tx, scope, counter, reservation->units, units.value_or(reservation->units));
  }
  return reservation;
}

void add_to_report(const db::Tx& tx, const Scope& scope, int64_t day, int64_t units,
                   const Spent& spent) {
  UsageDay usage;
  usage.day = day;
  usage.provider = spent.provider;
  usage.model = spent.model;
  usage.calls = 1;
  usage.unknown_calls = spent.is_known ? 0 : 1;
  usage.units = units;
  usage.input_tokens = spent.input_tokens;
  usage.cached_tokens = spent.cached_tokens;
  usage.output_tokens = spent.output_tokens;
  usage.reasoning_tokens = spent.reasoning_tokens;
  usage.cost_microusd = spent.cost_microusd;
  store::add_usage(tx, scope, usage);
}

}  // namespace

int64_t Service::remaining(const db::Reader& reader, const Scope& scope, const Subject& subject,
                           const Limits& limits, int64_t now_ms) const {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (const Counter& counter :
       counters_of(subject.conversation_id, subject.visitor, day_of(now_ms))) {
    const int64_t limit = limit_of(limits, counter.kind);
    if (limit == 0) continue;
    const Totals totals = store::find_totals(reader, scope, counter);
    least = std::min(least, std::max<int64_t>(0, limit - totals.used - totals.reserved));
  }
  return least;
}

std::optional<Error> Service::refusal(const db::Reader& reader, const Scope& scope,
                                      const Subject& subject, const Limits& limits, int64_t units,
                                      int64_t now_ms) const {
  for (const Counter& counter :
       counters_of(subject.conversation_id, subject.visitor, day_of(now_ms))) {
    const int64_t limit = limit_of(limits, counter.kind);
    if (limit == 0) continue;
    const Totals totals = store::find_totals(reader, scope, counter);
    if (totals.used + totals.reserved + units <= limit) continue;
    return refused(counter.kind, totals, limit, units, now_ms);
  }
  return std::nullopt;
}

Result<Reservation> Service::reserve(const db::Tx& tx, const Scope& scope, const Subject& subject,
                                     const Limits& limits, int64_t units) const {
  const int64_t day = day_of(tx.now_ms());
  TRY(add_reserved(tx, scope, counters_of(subject.conversation_id, subject.visitor, day), limits,
                   units));
  const StoredReservation reservation{new_uuid(entropy_), subject, day, units};
  store::insert_reservation(tx, scope, reservation);
  return Reservation{reservation.id, units};
}

Result<void> Service::extend(const db::Tx& tx, const Scope& scope,
                             const std::string& reservation_id, const Limits& limits,
                             int64_t units) const {
  const auto reservation = store::find_reservation(tx, scope, reservation_id);
  if (!reservation) return fail(ErrorCode::not_found, "Reservation not found");
  const Subject& subject = reservation->subject;
  TRY(add_reserved(tx, scope,
                   counters_of(subject.conversation_id, subject.visitor, reservation->day), limits,
                   units));
  store::extend_reservation(tx, scope, reservation_id, units);
  return {};
}

void Service::settle(const db::Tx& tx, const Scope& scope, const std::string& reservation_id,
                     int64_t units, const Spent& spent) const {
  const auto reservation = end(tx, scope, reservation_id, units);
  if (reservation) add_to_report(tx, scope, reservation->day, units, spent);
}

void Service::release(const db::Tx& tx, const Scope& scope,
                      const std::string& reservation_id) const {
  end(tx, scope, reservation_id, 0);
}

void Service::forget_conversation(const db::Tx& tx, const Scope& scope,
                                  const std::string& conversation_id) const {
  store::forget_conversation(tx, scope, conversation_id);
}

void Service::forget_visitor(const db::Tx& tx, const Scope& scope,
                             const std::string& visitor) const {
  store::forget_visitor(tx, scope, visitor);
}

Totals Service::totals(const db::Reader& reader, const Scope& scope) const {
  return store::find_totals(reader, scope, {Counter::Kind::tenant, ""});
}

Result<Totals> Service::totals(const Scope& scope) {
  return database_.read<Totals>(
      [&](const db::Reader& reader) -> Result<Totals> { return totals(reader, scope); });
}

Result<std::vector<UsageDay>> Service::report(const Scope& scope, int64_t from_day,
                                              int64_t to_day) {
  return database_.read<std::vector<UsageDay>>(
      [&](const db::Reader& reader) -> Result<std::vector<UsageDay>> {
        return store::list_usage(reader, scope, from_day, to_day);
      });
}

int64_t Service::charge_whole(const db::Tx& tx, const Scope& scope, int64_t before_day) const {
  int64_t charged = 0;
  for (const std::string& id : store::list_reservations(tx, scope, before_day)) {
    const auto reservation = end(tx, scope, id, std::nullopt);
    if (!reservation) continue;
    Spent spent;
    spent.provider = reservation->subject.provider;
    spent.model = reservation->subject.model;
    add_to_report(tx, scope, reservation->day, reservation->units, spent);
    ++charged;
  }
  return charged;
}

Result<int64_t> Service::recover(const Scope& scope) {
  return database_.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    return charge_whole(tx, scope, every_day);
  });
}

Result<int64_t> Service::sweep(const Scope& scope, int64_t before_day) {
  return database_.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    charge_whole(tx, scope, before_day);
    return store::forget(tx, scope, before_day * day_ms);
  });
}

int64_t day_of(int64_t epoch_ms) {
  return epoch_ms / day_ms - (epoch_ms % day_ms < 0 ? 1 : 0);
}

std::string date_of(int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Result<int64_t> day_of_date(const std::string& date) {
  constexpr std::string_view shape = "0000-00-00";
  const auto fits = [](char wanted, char c) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  };
  if (std::equal(shape.begin(), shape.end(), date.begin(), date.end(), fits)) {
    const std::chrono::year_month_day parsed{
        std::chrono::year(std::stoi(date.substr(0, 4))),
        std::chrono::month(static_cast<unsigned>(std::stoi(date.substr(5, 2)))),
        std::chrono::day(static_cast<unsigned>(std::stoi(date.substr(8, 2))))};
    if (parsed.ok()) return std::chrono::sys_days{parsed}.time_since_epoch().count();
  }
  return fail(ErrorCode::invalid, "A date is written as 2026-11-21");
}

}  // namespace parley::budgets
