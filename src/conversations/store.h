// Store: all SQL of conversations. Every statement binds the Scope's tenant; whether the visitor
// may see a conversation is the Service's question.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/scope.h"
#include "conversations/activity.h"
#include "conversations/conversations.h"
#include "db/database.h"

namespace parley::conversations {

/// What decides about access and life, without the (possibly large) config.
struct Gate {
  std::string token_hash;
  int64_t last_seq = 0;
  int64_t cleared_seq = 0;  ///< numbers up to this one were cleared away
  int64_t last_activity_ms = 0;
  int64_t message_count = 0;
  int64_t message_bytes = 0;  ///< of their texts
};

struct Found {
  Gate gate;
  Conversation conversation;
};

struct Store {
  static void insert(const Scope& scope, const db::Tx& tx, const Conversation& conversation,
                     const std::string& token_hash);
  static std::optional<Gate> find_gate(const Scope& scope, const db::Reader& reader,
                                       const std::string& id);
  static std::optional<Found> find(const Scope& scope, const db::Reader& reader,
                                   const std::string& id);
  static void set_config(const Scope& scope, const db::Tx& tx, const std::string& id,
                         const std::string& config);
  /// Never back in time.
  static void set_activity(const Scope& scope, const db::Tx& tx, const Activity::Entry& entry);
  /// The new last_seq, or nullopt if there is no such conversation. Counts as activity.
  static std::optional<int64_t> take_seq(const Scope& scope, const db::Tx& tx,
                                         const std::string& id);
  static void release_seqs(const Scope& scope, const db::Tx& tx, const std::string& id,
                           int64_t expected_last_seq, int64_t count);
  static Statistics count(const Scope& scope, const db::Reader& reader, int64_t alive_after_ms,
                          int64_t recent_from_ms);

  static void set_mode(const Scope& scope, const db::Tx& tx, const std::string& id, Mode mode);
  static std::vector<Call> calls(const Scope& scope, const db::Reader& reader, int64_t limit,
                                 int64_t offset);
  static int64_t count_calls(const Scope& scope, const db::Reader& reader);

  /// Counts it, as remove_message() and clear() do: Gate::message_count, message_bytes.
  static void insert_message(const Scope& scope, const db::Tx& tx, const std::string& id,
                             const Message& message, const AnswerFacts* facts);
  static std::optional<Message> find_message(const Scope& scope, const db::Reader& reader,
                                             const std::string& id, int64_t seq);
  static std::optional<Message> find_message_by_id(const Scope& scope, const db::Reader& reader,
                                                   const std::string& id,
                                                   const std::string& message_id);
  /// Oldest first.
  static std::vector<Message> messages(const Scope& scope, const db::Reader& reader,
                                       const std::string& id, const Newest& which);
  static void remove_message(const Scope& scope, const db::Tx& tx, const std::string& id,
                             int64_t seq);
  /// The number removed.
  static int64_t clear(const Scope& scope, const db::Tx& tx, const std::string& id);

  /// Oldest first.
  static std::vector<Conversation> list_of_customer(const Scope& scope, const db::Reader& reader,
                                                    const std::string& customer_id, int64_t limit,
                                                    const Place& after);
  static void erase(const Scope& scope, const db::Tx& tx, const std::string& id);
  /// Erases conversations last active at `until_ms` or before; at most `limit`; the number erased.
  static int64_t erase(const Scope& scope, const db::Tx& tx, int64_t until_ms, int64_t limit);
};

}  // namespace parley::conversations
