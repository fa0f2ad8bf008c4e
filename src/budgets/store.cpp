#include "budgets/store.h"

#include <fmt/format.h>

namespace parley::budgets {

namespace {

std::string text_of(Counter::Kind kind) {
  switch (kind) {
    case Counter::Kind::tenant:
      return "tenant";
    case Counter::Kind::conversation:
      return "conversation";
    case Counter::Kind::visitor:
      return "visitor";
    case Counter::Kind::day:
      return "day";
  }
  return "";
}

constexpr std::string_view reservation_columns =
    "id, conversation_id, subject, provider, model, day, units";

StoredReservation to_reservation(const db::Row& row) {
  return {row.text(0),
          {row.text(1), row.text(2), row.text(3), row.text(4)},
          row.integer(5),
          row.integer(6)};
}

UsageDay to_usage(const db::Row& row) {
  UsageDay usage;
  usage.tenant_id = row.text(0);
  usage.day = row.integer(1);
  usage.provider = row.text(2);
  usage.model = row.text(3);
  usage.calls = row.integer(4);
  usage.unknown_calls = row.integer(5);
  usage.units = row.integer(6);
  usage.input_tokens = row.integer(7);
  usage.cached_tokens = row.integer(8);
  usage.output_tokens = row.integer(9);
  usage.reasoning_tokens = row.integer(10);
  usage.cost_microusd = row.integer(11);
  return usage;
}

}  // namespace

Counters counters_of(const std::string& conversation_id, const std::string& visitor, int64_t day) {
  return {{{Counter::Kind::tenant, ""},
           {Counter::Kind::conversation, conversation_id},
           {Counter::Kind::visitor, fmt::format("{}/{}", day, visitor)},
           {Counter::Kind::day, std::to_string(day)}}};
}

namespace store {

Totals find_totals(const db::Reader& reader, const Scope& scope, const Counter& counter) {
  return reader
      .first("SELECT used, reserved FROM budgets WHERE tenant_id = $1 AND kind = $2 AND name = $3",
             {scope.tenant_id(), text_of(counter.kind), counter.name},
             [](const db::Row& row) {
               return Totals{row.integer(0), row.integer(1)};
             })
      .value_or(Totals{});
}

bool add_reserved(const db::Tx& tx, const Scope& scope, const Counter& counter, int64_t units,
                  int64_t limit) {
  // The condition guards the update only; a first row has nothing but these units.
  if (limit != 0 && units > limit) return false;
  return tx.execute(
             "INSERT INTO budgets (tenant_id, kind, name, used, reserved, updated_at) "
             "VALUES ($1, $2, $3, 0, $4, $5) "
             "ON CONFLICT (tenant_id, kind, name) DO UPDATE SET "
             "reserved = budgets.reserved + excluded.reserved, updated_at = excluded.updated_at "
             "WHERE $6 = 0 OR budgets.used + budgets.reserved + excluded.reserved <= $6",
             {scope.tenant_id(), text_of(counter.kind), counter.name, units, tx.now_ms(), limit}) >
         0;
}

void settle(const db::Tx& tx, const Scope& scope, const Counter& counter, int64_t reserved,
            int64_t used) {
  tx.execute(
      "UPDATE budgets SET reserved = reserved - $4, used = used + $5, updated_at = $6 "
      "WHERE tenant_id = $1 AND kind = $2 AND name = $3",
      {scope.tenant_id(), text_of(counter.kind), counter.name, reserved, used, tx.now_ms()});
}

void insert_reservation(const db::Tx& tx, const Scope& scope,
                        const StoredReservation& reservation) {
  const Subject& subject = reservation.subject;
  tx.execute(
      "INSERT INTO reservations (tenant_id, id, conversation_id, subject, day, units, provider, "
      "model, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {scope.tenant_id(), reservation.id, subject.conversation_id, subject.visitor, reservation.day,
       reservation.units, subject.provider, subject.model, tx.now_ms()});
}

std::optional<StoredReservation> find_reservation(const db::Reader& reader, const Scope& scope,
                                                  const std::string& id) {
  return reader.first(std::string("SELECT ")
                          .append(reservation_columns)
                          .append(" FROM reservations WHERE tenant_id = $1 AND id = $2"),
                      {scope.tenant_id(), id}, to_reservation);
}

void extend_reservation(const db::Tx& tx, const Scope& scope, const std::string& id,
                        int64_t units) {
  tx.execute("UPDATE reservations SET units = units + $3 WHERE tenant_id = $1 AND id = $2",
             {scope.tenant_id(), id, units});
}

std::optional<StoredReservation> take_reservation(const db::Tx& tx, const Scope& scope,
                                                  const std::string& id) {
  return tx.first(
      std::string("DELETE FROM reservations WHERE tenant_id = $1 AND id = $2 RETURNING ")
          .append(reservation_columns),
      {scope.tenant_id(), id}, to_reservation);
}

std::vector<std::string> list_reservations(const db::Reader& reader, const Scope& scope,
                                           int64_t before_day) {
  std::vector<std::string> ids;
  reader.query("SELECT id FROM reservations WHERE tenant_id = $1 AND day < $2",
               {scope.tenant_id(), before_day},
               [&](const db::Row& row) { ids.push_back(row.text(0)); });
  return ids;
}

void add_usage(const db::Tx& tx, const Scope& scope, const UsageDay& usage) {
  tx.execute(
      "INSERT INTO usage_days (tenant_id, day, provider, model, calls, unknown_calls, units, "
      "input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_microusd) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
      "ON CONFLICT (tenant_id, day, provider, model) DO UPDATE SET "
      "calls = usage_days.calls + excluded.calls, "
      "unknown_calls = usage_days.unknown_calls + excluded.unknown_calls, "
      "units = usage_days.units + excluded.units, "
      "input_tokens = usage_days.input_tokens + excluded.input_tokens, "
      "cached_tokens = usage_days.cached_tokens + excluded.cached_tokens, "
      "output_tokens = usage_days.output_tokens + excluded.output_tokens, "
      "reasoning_tokens = usage_days.reasoning_tokens + excluded.reasoning_tokens, "
      "cost_microusd = usage_days.cost_microusd + excluded.cost_microusd",
      {scope.tenant_id(), usage.day, usage.provider, usage.model, usage.calls, usage.unknown_calls,
       usage.units, usage.input_tokens, usage.cached_tokens, usage.output_tokens,
       usage.reasoning_tokens, usage.cost_microusd});
}

std::vector<UsageDay> list_usage(const db::Reader& reader, const Scope& scope, int64_t from_day,
                                 int64_t to_day) {
  std::vector<UsageDay> out;
  reader.query(
      "SELECT tenant_id, day, provider, model, calls, unknown_calls, units, input_tokens, "
      "cached_tokens, output_tokens, reasoning_tokens, cost_microusd FROM usage_days "
      "WHERE tenant_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, provider, model",
      {scope.tenant_id(), from_day, to_day},
      [&](const db::Row& row) { out.push_back(to_usage(row)); });
  return out;
}

int64_t forget(const db::Tx& tx, const Scope& scope, int64_t until_ms) {
  const int64_t days = tx.execute(
      "DELETE FROM budgets WHERE tenant_id = $1 AND kind IN ('day', 'visitor') "
      "AND reserved = 0 AND updated_at < $2",
      {scope.tenant_id(), until_ms});
  return days + tx.execute(
                    "DELETE FROM budgets WHERE tenant_id = $1 AND kind = 'conversation' "
                    "AND reserved = 0 AND NOT EXISTS (SELECT 1 FROM conversations "
                    "WHERE conversations.tenant_id = $1 AND conversations.id = budgets.name)",
                    {scope.tenant_id()});
}

void forget_conversation(const db::Tx& tx, const Scope& scope, const std::string& conversation_id) {
  tx.execute("DELETE FROM budgets WHERE tenant_id = $1 AND kind = 'conversation' AND name = $2",
             {scope.tenant_id(), conversation_id});
  tx.execute(
      "UPDATE reservations SET conversation_id = '', subject = '' "
      "WHERE tenant_id = $1 AND conversation_id = $2",
      {scope.tenant_id(), conversation_id});
}

void forget_visitor(const db::Tx& tx, const Scope& scope, const std::string& visitor) {
  // Names are day/visitor; visitors are UUIDs, so nothing in them is a wildcard.
  tx.execute("DELETE FROM budgets WHERE tenant_id = $1 AND kind = 'visitor' AND name LIKE $2",
             {scope.tenant_id(), "%/" + visitor});
}

}  // namespace store

}  // namespace parley::budgets
