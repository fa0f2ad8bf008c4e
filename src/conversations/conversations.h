// Conversations: what is said, by whom, in which order. The one idea behind sessions, threads and
// prompts; every document's routes are views of it.
//
// Threads: any. Functions that take a db::Tx or db::Reader run inside the caller's transaction.
// Authorisation is inside the query: a conversation that the Scope may not see is not_found.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "conversations/call.h"
#include "conversations/message.h"
#include "db/database.h"

namespace parley::conversations {

class Activity;
struct Gate;

struct Options {
  int64_t idle_ms = 30 * 60 * 1000;                ///< without activity: expired, as if absent
  int64_t retention_ms = 30LL * 24 * 3600 * 1000;  ///< since the last activity; then erased
  size_t config_bytes_max = 64 * 1024;             ///< of the JSON text
  int64_t message_bytes_max = 16 * 1024 * 1024;    ///< of its messages' texts; then it is full
  std::string token_key = {};                      ///< keys the stored hashes of visitor tokens
};

/// Who answers. `waiting`: the budget is used up, so a person is to; until then nobody does. With
/// room in the budget again the bot answers the next message (chat/spending.h).
enum class Mode { bot, waiting };
std::string_view name_of(Mode mode);

struct Conversation {
  std::string id;
  Json config;  ///< object
  int64_t last_seq = 0;
  int64_t created_at_ms = 0;
  int64_t last_activity_ms = 0;
  std::optional<std::string> customer_id = {};  ///< who it is with, if that is known
  std::string kind = "chat";                    ///< chat, call (one prompt)
  Mode mode = Mode::bot;
};

/// Where a list goes on: behind the conversation made then with this id.
struct Place {
  int64_t created_at_ms = 0;
  std::string id = {};
};

struct History {
  Conversation conversation;
  std::vector<Message> messages;  ///< oldest first
};

/// Reads what others keep of a conversation's messages; not called if there are none.
using AlsoRead = std::function<void(const db::Reader& reader)>;

struct Created {
  Conversation conversation;
  std::string visitor_token;  ///< shown once; only its hash is stored
};

struct Statistics {
  int64_t total = 0;            ///< that exist for callers: not expired
  int64_t recently_active = 0;  ///< in the last 5 minutes
};

/// Whether the Scope's visitor may see a conversation is checked inside every function below.
class Service {
 public:
  /// References must outlive the service.
  Service(Options options, db::Database& database, const Clock& clock, Entropy& entropy);
  ~Service();

  /// `config` is an object. Errors: invalid (a known key of the wrong type: the message names it;
  /// over config_bytes_max).
  Result<Created> create(const Scope& scope, const Json& config);

  /// Errors: unauthorized ("Visitor token required": the Scope demands one and none was sent),
  /// not_found ("Session not found": absent, expired, or another's).
  Result<Conversation> get(const Scope& scope, const std::string& id);

  /// As get(), and counts as activity at once. The stored row may lag by up to a minute, so that
  /// reads do not cost a commit each; a crash forgets that lag. A store that is full or down does
  /// not fail it.
  Result<Conversation> touch(const Scope& scope, const std::string& id);

  /// As touch(), with the last `limit` messages, of them the newest that history_bytes_max has
  /// room for; what `also` reads is of the same moment.
  Result<History> history(const Scope& scope, const std::string& id, int64_t limit,
                          const AlsoRead& also = {});
  /// As history(), for who needs nothing else of the conversation: its config is not read.
  Result<std::vector<Message>> messages(const Scope& scope, const std::string& id, int64_t limit,
                                        const AlsoRead& also = {});

  /// Shallow merge of `changes` into the config; counts as activity. Errors: those of get(),
  /// invalid (as create()).
  Result<Conversation> merge_config(const Scope& scope, const std::string& id, const Json& changes);

  Result<Statistics> statistics(const Scope& scope);

  /// The tenant's answered calls, whoever asked: authorisation is the route's.
  /// 0 ≤ limit ≤ 100, 0 ≤ offset.
  Result<CallPage> calls(const Scope& scope, int64_t limit, int64_t offset);

  /// Deletes all messages; the number deleted. `seq` goes on from where it was, and an answer whose
  /// number was reserved before is not stored any more. Errors: those of get().
  Result<int64_t> clear(const Scope& scope, const std::string& id);

  // Inside a caller's transaction (chat). Those without an error find, change or count nothing in
  // a conversation that the Scope may not see. Expiry is checked where it says "as get()" only:
  // what was begun in time may end later.

  /// As get(). The activity is stored.
  Result<Conversation> touch(const db::Tx& tx, const Scope& scope, const std::string& id) const;
  /// With whom, as the caller has found out. Errors: as the other create().
  Result<Created> create(const db::Tx& tx, const Scope& scope, const Json& config,
                         const std::optional<std::string>& customer_id) const;
  /// Of kind `call`, under an id that the caller made; no token opens it. Errors: as create().
  Result<Conversation> create_call(const db::Tx& tx, const Scope& scope, const std::string& id,
                                   const Json& config,
                                   const std::optional<std::string>& customer_id) const;
  Result<Conversation> merge_config(const db::Tx& tx, const Scope& scope, const std::string& id,
                                    const Json& changes) const;
  /// Errors: as get().
  Result<void> set_mode(const db::Tx& tx, const Scope& scope, const std::string& id,
                        Mode mode) const;
  /// Takes the next seq. Errors: as get(); too_large (with `content` there would be more than
  /// message_bytes_max: the message says so). Answers are stored all the same.
  Result<Message> append_visitor(const db::Tx& tx, const Scope& scope, const std::string& id,
                                 std::string content) const;
  /// `seq` must be reserved and free (else conflict). Errors: unauthorized, not_found (the
  /// conversation is gone, or was cleared after `seq` was reserved).
  Result<Message> append_answer(const db::Tx& tx, const Scope& scope, const std::string& id,
                                int64_t seq, const std::string& message_id, std::string content,
                                const AnswerFacts& facts) const;
  /// Reserves the next seq for an answer. Errors: unauthorized, not_found (it is gone).
  Result<int64_t> reserve_seq(const db::Tx& tx, const Scope& scope, const std::string& id) const;
  std::optional<Message> find_message(const db::Reader& reader, const Scope& scope,
                                      const std::string& id, int64_t seq) const;
  std::optional<Message> find_message_by_id(const db::Reader& reader, const Scope& scope,
                                            const std::string& id,
                                            const std::string& message_id) const;
  void remove_message(const db::Tx& tx, const Scope& scope, const std::string& id,
                      int64_t seq) const;
  /// Gives back the newest `count` numbers, if `last_seq` is still `expected_last_seq` and none of
  /// them is a message's or was cleared away.
  void release_seqs(const db::Tx& tx, const Scope& scope, const std::string& id,
                    int64_t expected_last_seq, int64_t count) const;
  /// Oldest first.
  std::vector<Message> messages(const db::Reader& reader, const Scope& scope, const std::string& id,
                                const Newest& which) const;
  int64_t count_messages(const db::Reader& reader, const Scope& scope, const std::string& id) const;

  /// Those of one customer, of every kind and age, expired ones too; oldest first. For who holds
  /// the tenant's Scope: visitors find none.
  std::vector<Conversation> list_of_customer(const db::Reader& reader, const Scope& scope,
                                             const std::string& customer_id, int64_t limit,
                                             const Place& after = {}) const;
  /// Erases one with all that belongs to it, whatever its age. Bytes on disk are the files'.
  void erase(const db::Tx& tx, const Scope& scope, const std::string& id) const;

  /// Job (system scope): stores noted activity and erases what is past retention, in small
  /// transactions; the number erased.
  Result<int64_t> sweep(const Scope& scope);

 private:
  Result<void> admit(const Scope& scope, const std::optional<Gate>& gate) const;
  Result<void> admit_alive(const Scope& scope, const std::string& id,
                           const std::optional<Gate>& gate) const;
  Result<void> open_gate(const db::Reader& reader, const Scope& scope, const std::string& id) const;
  bool may_see(const db::Reader& reader, const Scope& scope, const std::string& id) const;
  Result<Conversation> load(const db::Reader& reader, const Scope& scope,
                            const std::string& id) const;
  Result<Json> checked(Json config) const;
  int64_t note_activity(const Scope& scope, const std::string& id, int64_t stored_ms);
  Result<void> store_activity(const Scope& scope);

  Options options_;
  db::Database& database_;
  const Clock& clock_;
  Entropy& entropy_;
  std::unique_ptr<Activity> activity_;
};

}  // namespace parley::conversations
