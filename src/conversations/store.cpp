#include "conversations/store.h"

#include <algorithm>

namespace parley::conversations {

namespace {

constexpr std::string_view select_message =
    "SELECT id, seq, author, content, finish, created_at FROM messages ";

Message message_of(const db::Row& row) {
  Message message;
  message.id = row.text(0);
  message.seq = row.integer(1);
  message.author = row.text(2) == name_of(Author::visitor) ? Author::visitor : Author::assistant;
  message.content = row.text(3);
  message.finish = row.optional_text(4).value_or("");
  message.created_at_ms = row.integer(5);
  return message;
}

Conversation conversation_of(const db::Row& row) {
  Conversation conversation;
  conversation.id = row.text(0);
  conversation.config = parse_json(row.text(1)).value_or(Json::object());
  conversation.last_seq = row.integer(2);
  conversation.created_at_ms = row.integer(3);
  conversation.last_activity_ms = row.integer(4);
  conversation.customer_id = row.optional_text(5);
  conversation.kind = row.text(6);
  conversation.mode = row.text(7) == name_of(Mode::waiting) ? Mode::waiting : Mode::bot;
  return conversation;
}

std::string text_of(std::string_view select, std::string_view rest) {
  return std::string(select).append(rest);
}

void add_to_count(const Scope& scope, const db::Tx& tx, const std::string& id, int64_t messages,
                  int64_t bytes) {
  tx.execute(
      "UPDATE conversations SET message_count = message_count + $3, "
      "message_bytes = message_bytes + $4 WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), id, messages, bytes});
}

}  // namespace

void Store::insert(const Scope& scope, const db::Tx& tx, const Conversation& conversation,
                   const std::string& token_hash) {
  tx.execute(
      "INSERT INTO conversations (tenant_id, id, config, token_hash, created_at, "
      "last_activity_at, customer_id, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {scope.tenant_id(), conversation.id, dump(conversation.config), token_hash,
       conversation.created_at_ms, conversation.last_activity_ms,
       db::value_of(conversation.customer_id), conversation.kind});
}

std::optional<Gate> Store::find_gate(const Scope& scope, const db::Reader& reader,
                                     const std::string& id) {
  return reader.first(
      "SELECT token_hash, last_seq, cleared_seq, last_activity_at, message_count, message_bytes "
      "FROM conversations WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), id}, [](const db::Row& row) {
        return Gate{row.text(0),    row.integer(1), row.integer(2),
                    row.integer(3), row.integer(4), row.integer(5)};
      });
}

std::optional<Found> Store::find(const Scope& scope, const db::Reader& reader,
                                 const std::string& id) {
  return reader.first(
      "SELECT id, config, last_seq, created_at, last_activity_at, customer_id, kind, mode, "
      "token_hash, cleared_seq, message_count, message_bytes FROM conversations "
      "WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), id}, [](const db::Row& row) {
        Conversation conversation = conversation_of(row);
        Gate gate{row.text(8),     conversation.last_seq,
                  row.integer(9),  conversation.last_activity_ms,
                  row.integer(10), row.integer(11)};
        return Found{std::move(gate), std::move(conversation)};
      });
}

void Store::set_config(const Scope& scope, const db::Tx& tx, const std::string& id,
                       const std::string& config) {
  tx.execute("UPDATE conversations SET config = $3 WHERE tenant_id = $1 AND id = $2",
             {scope.tenant_id(), id, config});
}

void Store::set_activity(const Scope& scope, const db::Tx& tx, const Activity::Entry& entry) {
  tx.execute(
      "UPDATE conversations SET last_activity_at = $3 "
      "WHERE tenant_id = $1 AND id = $2 AND last_activity_at < $3",
      {scope.tenant_id(), entry.id, entry.at_ms});
}

std::optional<int64_t> Store::take_seq(const Scope& scope, const db::Tx& tx,
                                       const std::string& id) {
  set_activity(scope, tx, {id, tx.now_ms()});
  return tx.first(
      "UPDATE conversations SET last_seq = last_seq + 1 WHERE tenant_id = $1 AND id = $2 "
      "RETURNING last_seq",
      {scope.tenant_id(), id}, [](const db::Row& row) { return row.integer(0); });
}

void Store::release_seqs(const Scope& scope, const db::Tx& tx, const std::string& id,
                         int64_t expected_last_seq, int64_t count) {
  // Numbers that a message has, or that were cleared away, stay taken.
  tx.execute(
      "UPDATE conversations SET last_seq = $4 "
      "WHERE tenant_id = $1 AND id = $2 AND last_seq = $3 AND cleared_seq <= $4 AND NOT EXISTS ("
      "SELECT 1 FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $4)",
      {scope.tenant_id(), id, expected_last_seq, expected_last_seq - count});
}

Statistics Store::count(const Scope& scope, const db::Reader& reader, int64_t alive_after_ms,
                        int64_t recent_from_ms) {
  Statistics statistics;
  reader.query(
      "SELECT count(*), coalesce(sum(CASE WHEN last_activity_at >= $3 THEN 1 ELSE 0 END), 0) "
      "FROM conversations WHERE tenant_id = $1 AND kind = 'chat' AND last_activity_at > $2",
      {scope.tenant_id(), alive_after_ms, recent_from_ms}, [&](const db::Row& row) {
        statistics = {row.integer(0), row.integer(1)};
      });
  return statistics;
}

void Store::set_mode(const Scope& scope, const db::Tx& tx, const std::string& id, Mode mode) {
  tx.execute("UPDATE conversations SET mode = $3 WHERE tenant_id = $1 AND id = $2",
             {scope.tenant_id(), id, std::string(name_of(mode))});
}

std::vector<Call> Store::calls(const Scope& scope, const db::Reader& reader, int64_t limit,
                               int64_t offset) {
  std::vector<Call> calls;
  reader.query(
      "SELECT answer.id, question.content, answer.content, answer.model, answer.usage, "
      "answer.response_ms, answer.created_at FROM conversations "
      "JOIN messages AS question ON question.tenant_id = conversations.tenant_id "
      "AND question.conversation_id = conversations.id AND question.author = 'visitor' "
      "JOIN messages AS answer ON answer.tenant_id = conversations.tenant_id "
      "AND answer.conversation_id = conversations.id AND answer.author = 'assistant' "
      "WHERE conversations.tenant_id = $1 AND conversations.kind = 'call' "
      "ORDER BY conversations.created_at DESC, conversations.id DESC LIMIT $2 OFFSET $3",
      {scope.tenant_id(), limit, offset}, [&](const db::Row& row) {
        calls.push_back({row.text(0), row.text(1), row.text(2), row.text(3),
                         parse_json(row.text(4)).value_or(Json::object()), row.integer(5),
                         row.integer(6)});
      });
  return calls;
}

int64_t Store::count_calls(const Scope& scope, const db::Reader& reader) {
  // A call has one question; with another message it is answered.
  return reader
      .first(
          "SELECT count(*) FROM conversations "
          "WHERE tenant_id = $1 AND kind = 'call' AND message_count > 1",
          {scope.tenant_id()}, [](const db::Row& row) { return row.integer(0); })
      .value_or(0);
}

void Store::insert_message(const Scope& scope, const db::Tx& tx, const std::string& id,
                           const Message& message, const AnswerFacts* facts) {
  const auto of_answer = [&](const auto& member) {
    return facts == nullptr ? db::Value(nullptr) : db::Value(facts->*member);
  };
  tx.execute(
      "INSERT INTO messages (tenant_id, conversation_id, seq, id, author, content, finish, "
      "provider, model, usage, response_ms, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {scope.tenant_id(), id, message.seq, message.id, std::string(name_of(message.author)),
       message.content, of_answer(&AnswerFacts::finish), of_answer(&AnswerFacts::provider),
       of_answer(&AnswerFacts::model),
       facts == nullptr ? db::Value(nullptr) : db::Value(dump(facts->usage)),
       of_answer(&AnswerFacts::response_ms), message.created_at_ms});
  add_to_count(scope, tx, id, 1, std::ssize(message.content));
}

std::optional<Message> Store::find_message(const Scope& scope, const db::Reader& reader,
                                           const std::string& id, int64_t seq) {
  return reader.first(
      text_of(select_message, "WHERE tenant_id = $1 AND conversation_id = $2 AND seq = $3"),
      {scope.tenant_id(), id, seq}, message_of);
}

std::optional<Message> Store::find_message_by_id(const Scope& scope, const db::Reader& reader,
                                                 const std::string& id,
                                                 const std::string& message_id) {
  return reader.first(
      text_of(select_message, "WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3"),
      {scope.tenant_id(), id, message_id}, message_of);
}

std::vector<Message> Store::messages(const Scope& scope, const db::Reader& reader,
                                     const std::string& id, const Newest& which) {
  std::vector<Message> newest_first;
  size_t bytes = 0;
  reader.query(text_of(select_message,
                       "WHERE tenant_id = $1 AND conversation_id = $2 AND seq < $4 "
                       "ORDER BY seq DESC LIMIT $3"),
               {scope.tenant_id(), id, which.messages_max, which.before_seq},
               [&](const db::Row& row) {
                 if (bytes > which.bytes_max) return;
                 Message message = message_of(row);
                 bytes += json_bytes_max(message.content);
                 if (bytes > which.bytes_max && !newest_first.empty()) return;
                 newest_first.push_back(std::move(message));
               });
  std::reverse(newest_first.begin(), newest_first.end());
  return newest_first;
}

void Store::remove_message(const Scope& scope, const db::Tx& tx, const std::string& id,
                           int64_t seq) {
  const std::optional<std::string> removed = tx.first(
      "DELETE FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq = $3 "
      "RETURNING content",
      {scope.tenant_id(), id, seq}, [](const db::Row& row) { return row.text(0); });
  if (removed) add_to_count(scope, tx, id, -1, -std::ssize(*removed));
}

int64_t Store::clear(const Scope& scope, const db::Tx& tx, const std::string& id) {
  tx.execute(
      "UPDATE conversations SET cleared_seq = last_seq, message_count = 0, message_bytes = 0 "
      "WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), id});
  return tx.execute("DELETE FROM messages WHERE tenant_id = $1 AND conversation_id = $2",
                    {scope.tenant_id(), id});
}

std::vector<Conversation> Store::list_of_customer(const Scope& scope, const db::Reader& reader,
                                                  const std::string& customer_id, int64_t limit,
                                                  const Place& after) {
  std::vector<Conversation> conversations;
  reader.query(
      "SELECT id, config, last_seq, created_at, last_activity_at, customer_id, kind, mode "
      "FROM conversations WHERE tenant_id = $1 AND customer_id = $2 "
      "AND (created_at > $4 OR (created_at = $4 AND id > $5)) ORDER BY created_at, id LIMIT $3",
      {scope.tenant_id(), customer_id, limit, after.created_at_ms, after.id},
      [&](const db::Row& row) { conversations.push_back(conversation_of(row)); });
  return conversations;
}

void Store::erase(const Scope& scope, const db::Tx& tx, const std::string& id) {
  tx.execute("DELETE FROM conversations WHERE tenant_id = $1 AND id = $2", {scope.tenant_id(), id});
}

int64_t Store::erase(const Scope& scope, const db::Tx& tx, int64_t until_ms, int64_t limit) {
  return tx.execute(
      "DELETE FROM conversations WHERE tenant_id = $1 AND id IN ("
      "SELECT id FROM conversations WHERE tenant_id = $1 AND last_activity_at <= $2 "
      "ORDER BY last_activity_at LIMIT $3)",
      {scope.tenant_id(), until_ms, limit});
}

}  // namespace parley::conversations
