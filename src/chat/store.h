// Turns in the database: keys, states, transcripts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/scope.h"
#include "db/database.h"

namespace parley::chat {

struct StoredTurn {
  int64_t number = 0;
  std::string request_hash;
  std::string state;  ///< running, done, failed, interrupted
  std::string transcript;
  int reply_status = 0;
  std::string reply;
};

struct NewTurn {
  std::string conversation_id;
  std::string idempotency_key;  ///< empty: none
  std::string request_hash;
  std::string transcript;  ///< known before the provider is asked: a crashed turn can be replayed
};

/// All inside the caller's transaction.
namespace store {

/// Its number: one more than the conversation's last.
int64_t insert_turn(const db::Tx& tx, const Scope& scope, const NewTurn& turn);

void end_turn(const db::Tx& tx, const Scope& scope, const std::string& conversation_id,
              const StoredTurn& turn);

std::optional<StoredTurn> find_turn(const db::Reader& reader, const Scope& scope,
                                    const std::string& conversation_id, int64_t number);
std::optional<StoredTurn> find_turn_by_key(const db::Reader& reader, const Scope& scope,
                                           const std::string& conversation_id,
                                           const std::string& key);

/// Forgets keys, transcripts and replies: of one conversation, or of all before a time. The rows
/// stay, so that their numbers are not used again. Number of turns forgotten.
int64_t forget(const db::Tx& tx, const Scope& scope, const std::string& conversation_id);
int64_t forget_before(const db::Tx& tx, const Scope& scope, int64_t created_before_ms);

/// Turns that no process runs any more.
int64_t interrupt_running(const db::Tx& tx, const Scope& scope);

}  // namespace store

}  // namespace parley::chat
