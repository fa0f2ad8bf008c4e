#include "chat/store.h"

namespace parley::chat::store {

namespace {

constexpr std::string_view turn_columns =
    "number, request_hash, state, transcript, reply_status, reply";

StoredTurn to_turn(const db::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3), static_cast<int>(row.integer(4)),
          row.text(5)};
}

std::string select_turn(std::string_view condition) {
  return std::string("SELECT ")
      .append(turn_columns)
      .append(" FROM turns WHERE tenant_id = $1 AND conversation_id = $2 AND ")
      .append(condition);
}

}  // namespace

int64_t insert_turn(const db::Tx& tx, const Scope& scope, const NewTurn& turn) {
  const auto key =
      turn.idempotency_key.empty() ? std::nullopt : std::optional(turn.idempotency_key);
  return tx
      .first(
          "INSERT INTO turns (tenant_id, conversation_id, number, idempotency_key, "
          "request_hash, state, transcript, created_at) "
          "SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, 'running', $5, $6 "
          "FROM turns WHERE tenant_id = $1 AND conversation_id = $2 RETURNING number",
          {scope.tenant_id(), turn.conversation_id, db::value_of(key), turn.request_hash,
           turn.transcript, tx.now_ms()},
          [](const db::Row& row) { return row.integer(0); })
      .value_or(0);
}

void end_turn(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
              const StoredTurn& turn) {
  tx.execute(
      "UPDATE turns SET state = $4, transcript = $5, reply_status = $6, reply = $7 "
      "WHERE tenant_id = $1 AND conversation_id = $2 AND number = $3",
      {scope.tenant_id(), conversation_id, turn.number, turn.state, turn.transcript,
       int64_t{turn.reply_status}, turn.reply});
}

std::optional<StoredTurn> find_turn(const db::Reader& reader, const Scope& scope,
                                    const std::string& conversation_id, int64_t number) {
  return reader.first(select_turn("number = $3"), {scope.tenant_id(), conversation_id, number},
                      to_turn);
}

std::optional<StoredTurn> find_turn_by_key(const db::Reader& reader, const Scope& scope,
                                           const std::string& conversation_id,
                                           const std::string& key) {
  return reader.first(select_turn("idempotency_key = $3"),
                      {scope.tenant_id(), conversation_id, key}, to_turn);
}

int64_t interrupt_running(const db::Tx& tx, const Scope& scope) {
  return tx.execute(
      "UPDATE turns SET state = 'interrupted' "
      "WHERE tenant_id = $1 AND state = 'running'",
      {scope.tenant_id()});
}

int64_t forget(const db::Tx& tx, const Scope& scope, const std::string& conversation_id) {
  return tx.execute(
      "UPDATE turns SET idempotency_key = NULL, transcript = '[]', reply = '' "
      "WHERE tenant_id = $1 AND conversation_id = $2 AND state <> 'running'",
      {scope.tenant_id(), conversation_id});
}

int64_t forget_before(const db::Tx& tx, const Scope& scope, int64_t created_before_ms) {
  return tx.execute(
      "UPDATE turns SET idempotency_key = NULL, transcript = '[]', reply = '' "
      "WHERE tenant_id = $1 AND created_at < $2 AND transcript <> '[]' "
      "AND state <> 'running'",
      {scope.tenant_id(), created_before_ms});
}

}  // namespace parley::chat::store
