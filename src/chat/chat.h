// Chat: one turn of a conversation, from the visitor's message to the stored answer.
//
// A turn is: ① one transaction that stores the visitor's message → ② context (pure) → ③ the
// provider, streaming, with at most `tool_steps_max` rounds of tools → ④ one transaction that
// stores the answer. No lock and no transaction is open across ③. The answer belongs to the server:
// if every reader leaves, it is finished and stored all the same. Turns of one conversation run
// one after another; a provider that fails before saying anything leaves the history unchanged.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/scope.h"
#include "budgets/budgets.h"
#include "chat/context.h"
#include "conversations/conversations.h"
#include "db/database.h"
#include "events/streams.h"
#include "files/queries.h"
#include "providers/registry.h"
#include "tenants/tenants.h"

namespace parley::chat {

struct Options {
  std::string bot_name;
  ContextLimits context;
  int64_t output_tokens_default = 1'000;
  int64_t output_tokens_max = 8'192;
  int64_t reasoning_headroom_tokens = 8'000;  ///< the most that an endpoint adds to an answer
  size_t message_characters_max = 100'000;
  int tool_steps_max = 5;
  size_t answers_max = 512;  ///< running at once, each on a thread of its own; more → 503
  size_t answers_per_tenant_max = 384;  ///< of them, unless the tenant has its own; more → 429
  size_t waiting_turns_max = 8;         ///< per conversation, behind the running one; more → 429
  int64_t replay_ms = 24LL * 3600 * 1000;  ///< how long keys and streams are kept
  std::map<std::string, providers::Price> prices =
      {};  ///< by provider; for cost in metrics and reports
};

struct SendMessage {
  std::string conversation_id;
  /// One prompt: the conversation is made in step ① under that id, of kind `call`, and is gone
  /// again if nothing is answered. `config` may name a customerId; an unknown one is ignored.
  bool is_call = false;
  std::string text;             ///< empty only with retry_of
  Json config;                  ///< object: merged into the conversation's; null: none
  std::string retry_of;         ///< id of the last visitor message: answer it again
  std::string idempotency_key;  ///< empty: none
  std::string request_id;
};

/// What a plain JSON caller gets when the turn has ended.
struct Outcome {
  int status = 200;
  Json body;
  std::optional<Error> error = {};  ///< set instead: the turn never began
};

/// One turn as its callers see it. Threads: any. shared_ptr: callers and the service hold it.
class Turn {
 public:
  virtual ~Turn() = default;
  virtual std::shared_ptr<events::AnswerStream> stream() = 0;
  /// `accepted` runs once: with a value when the message is stored, or waits behind another; with
  /// the error of step ① otherwise. At once, or on the thread that runs the turn.
  virtual void when_accepted(std::function<void(const Result<void>&)> accepted) = 0;
  /// Where in the stream a reader goes on that has seen event `n` (0: none).
  virtual size_t resume_offset(int64_t n) = 0;
  /// `done` runs once, at once if the turn has ended, else on the thread that ends it.
  virtual void when_done(std::function<void(const Outcome&)> done) = 0;
};

struct Statistics {
  int64_t running = 0;
  int64_t waiting = 0;
};

class Service {
 public:
  struct Parts {  ///< all must outlive the service
    db::Database& database;
    conversations::Service& conversations;
    files::Service& files;
    files::Queries& queries;
    providers::Registry& providers;
    tenants::Service& tenants;
    budgets::Service& budgets;
    Metrics& metrics;
    const Clock& clock;
    Entropy& entropy;
    /// A block for the system prompt about the customer with this id; empty: none is known. Runs
    /// inside the transaction of step ①. May be empty itself.
    std::function<std::string(const db::Reader&, const Scope&, const std::string&)>
        describe_customer = {};
  };

  Service(Options options, Parts parts);
  ~Service();

  /// Takes a message; the same key and content attaches to the turn that has it already. What
  /// step ① finds wrong comes by Turn::when_accepted and Turn::when_done.
  /// Errors: invalid (empty, provider not available: message is the documented text),
  /// too_large (message_characters_max), not_found / unauthorized (conversations::get),
  /// unprocessable (key re-used with other content, or retry_of is not the last visitor message),
  /// rate_limited (waiting_turns_max; answers_per_tenant_max; the tenant's budget, see Spending),
  /// unavailable (answers_max, draining), storage_full.
  Result<std::shared_ptr<Turn>> send(const Scope& scope, SendMessage message);

  /// Why no call can be paid for now, to tell it before a request is read. Errors: rate_limited.
  Result<void> check_budget(const Scope& scope);

  /// The running turn; or, given `after`, the turn it belongs to. nullptr: there is none (any
  /// more). Errors: not_found, unauthorized.
  Result<std::shared_ptr<Turn>> find_turn(const Scope& scope, const std::string& conversation_id,
                                          std::optional<events::EventId> after);

  /// Ends the running answer; what was said is stored. False if none runs. Errors: not_found, …
  Result<bool> stop(const Scope& scope, const std::string& conversation_id);

  /// Stops a running answer and deletes all messages with their receipts; the number of messages.
  Result<int64_t> clear_history(const Scope& scope, const std::string& conversation_id);

  /// Inside a caller's transaction: forgets what could be replayed of a conversation's answers,
  /// with their keys. A running one is left.
  void forget_replays(const db::Tx& tx, const Scope& scope,
                      const std::string& conversation_id) const;

  /// At start-up: turns that a crash cut off become `interrupted`, what was reserved for them is
  /// charged. Number of turns.
  Result<int64_t> recover(const Scope& scope);

  /// Job: forgets keys and transcripts older than replay_ms, and counters of days past. One at a
  /// time.
  Result<int64_t> sweep(const Scope& scope);

  /// Refuses new messages; waits up to `grace_ms` for running answers, then stops them and waits
  /// until what they said is stored.
  void drain(int64_t grace_ms);

  Statistics statistics() const;

  int64_t now_ms() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
