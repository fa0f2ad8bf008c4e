// The functions of conversations::Service that run inside a caller's transaction.
#include "base/ids.h"
#include "conversations/activity.h"
#include "conversations/conversations.h"
#include "conversations/store.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace parley::conversations {

Result<Conversation> Service::touch(const db::Tx& tx, const Scope& scope,
                                    const std::string& id) const {
  ASSIGN_OR_RETURN(Conversation conversation, load(tx, scope, id));
  Store::set_activity(scope, tx, {id, tx.now_ms()});
  conversation.last_activity_ms = tx.now_ms();
  return conversation;
}

Result<Created> Service::create(const db::Tx& tx, const Scope& scope, const Json& config,
                                const std::optional<std::string>& customer_id) const {
  Created created;
  Conversation& conversation = created.conversation;
  ASSIGN_OR_RETURN(conversation.config, checked(config));
  conversation.id = new_uuid(entropy_);
  conversation.customer_id = customer_id;
  conversation.created_at_ms = tx.now_ms();
  conversation.last_activity_ms = tx.now_ms();
  created.visitor_token = crypto::new_token(entropy_);
  Store::insert(scope, tx, conversation,
                crypto::hmac_sha256_hex(options_.token_key, created.visitor_token));
  return created;
}

Result<Conversation> Service::create_call(const db::Tx& tx, const Scope& scope,
                                          const std::string& id, const Json& config,
                                          const std::optional<std::string>& customer_id) const {
  Conversation conversation;
  ASSIGN_OR_RETURN(conversation.config, checked(config));
  conversation.id = id;
  conversation.kind = "call";
  conversation.customer_id = customer_id;
  conversation.created_at_ms = tx.now_ms();
  conversation.last_activity_ms = tx.now_ms();
  Store::insert(scope, tx, conversation, "");
  return conversation;
}

Result<void> Service::set_mode(const db::Tx& tx, const Scope& scope, const std::string& id,
                               Mode mode) const {
  TRY(open_gate(tx, scope, id));
  Store::set_mode(scope, tx, id, mode);
  return {};
}

Result<Conversation> Service::merge_config(const db::Tx& tx, const Scope& scope,
                                           const std::string& id, const Json& changes) const {
  ASSIGN_OR_RETURN(Conversation conversation, touch(tx, scope, id));
  if (!changes.is_object()) return fail(ErrorCode::invalid, "config must be an object");
  Json merged = conversation.config;
  merged.update(changes);
  ASSIGN_OR_RETURN(merged, checked(std::move(merged)));
  if (merged != conversation.config) Store::set_config(scope, tx, id, dump(merged));
  conversation.config = std::move(merged);
  return conversation;
}

Result<Message> Service::append_visitor(const db::Tx& tx, const Scope& scope, const std::string& id,
                                        std::string content) const {
  const std::optional<Gate> gate = Store::find_gate(scope, tx, id);
  TRY(admit_alive(scope, id, gate));
  if (gate->message_bytes + std::ssize(content) > options_.message_bytes_max) {
    return fail(ErrorCode::too_large, "This conversation is full. Start a new one.");
  }
  Message message;
  ASSIGN_OR_RETURN(message.seq, reserve_seq(tx, scope, id));
  message.id = new_uuid(entropy_);
  message.content = std::move(content);
  message.created_at_ms = tx.now_ms();
  Store::insert_message(scope, tx, id, message, nullptr);
  return message;
}

Result<Message> Service::append_answer(const db::Tx& tx, const Scope& scope, const std::string& id,
                                       int64_t seq, const std::string& message_id,
                                       std::string content, const AnswerFacts& facts) const {
  const std::optional<Gate> gate = Store::find_gate(scope, tx, id);
  TRY(admit(scope, gate));
  if (seq <= gate->cleared_seq) {
    return fail(ErrorCode::not_found, "Session not found", "cleared since the answer was begun");
  }
  if (seq > gate->last_seq || Store::find_message(scope, tx, id, seq)) {
    return fail(ErrorCode::conflict, "This clashes with what is stored", "seq is not reserved");
  }
  Message message{message_id,         seq,          Author::assistant,
                  std::move(content), facts.finish, tx.now_ms()};
  Store::insert_message(scope, tx, id, message, &facts);
  Store::set_activity(scope, tx, {id, tx.now_ms()});
  return message;
}

Result<int64_t> Service::reserve_seq(const db::Tx& tx, const Scope& scope,
                                     const std::string& id) const {
  TRY(admit(scope, Store::find_gate(scope, tx, id)));
  const std::optional<int64_t> seq = Store::take_seq(scope, tx, id);
  if (!seq) return fail(ErrorCode::not_found, "Session not found");
  return *seq;
}

std::optional<Message> Service::find_message(const db::Reader& reader, const Scope& scope,
                                             const std::string& id, int64_t seq) const {
  if (!may_see(reader, scope, id)) return std::nullopt;
  return Store::find_message(scope, reader, id, seq);
}

std::optional<Message> Service::find_message_by_id(const db::Reader& reader, const Scope& scope,
                                                   const std::string& id,
                                                   const std::string& message_id) const {
  if (!may_see(reader, scope, id)) return std::nullopt;
  return Store::find_message_by_id(scope, reader, id, message_id);
}

void Service::remove_message(const db::Tx& tx, const Scope& scope, const std::string& id,
                             int64_t seq) const {
  if (may_see(tx, scope, id)) Store::remove_message(scope, tx, id, seq);
}

void Service::release_seqs(const db::Tx& tx, const Scope& scope, const std::string& id,
                           int64_t expected_last_seq, int64_t count) const {
  if (!may_see(tx, scope, id)) return;
  Store::release_seqs(scope, tx, id, expected_last_seq, count);
}

std::vector<Message> Service::messages(const db::Reader& reader, const Scope& scope,
                                       const std::string& id, const Newest& which) const {
  if (!may_see(reader, scope, id)) return {};
  return Store::messages(scope, reader, id, which);
}

int64_t Service::count_messages(const db::Reader& reader, const Scope& scope,
                                const std::string& id) const {
  const std::optional<Gate> gate = Store::find_gate(scope, reader, id);
  return admit(scope, gate) ? gate->message_count : 0;
}

std::vector<Conversation> Service::list_of_customer(const db::Reader& reader, const Scope& scope,
                                                    const std::string& customer_id, int64_t limit,
                                                    const Place& after) const {
  if (scope.actor() == Actor::visitor) return {};
  return Store::list_of_customer(scope, reader, customer_id, limit, after);
}

void Service::erase(const db::Tx& tx, const Scope& scope, const std::string& id) const {
  if (may_see(tx, scope, id)) Store::erase(scope, tx, id);
}

}  // namespace parley::conversations
