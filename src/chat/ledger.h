// Ledger: steps ① and ④ of a turn, the two transactions that change what is stored.
//
// Threads: any.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/answer.h"
#include "chat/chat.h"
#include "chat/spending.h"
#include "chat/transcript.h"
#include "chat/turn.h"

namespace parley::chat {

class Ledger {
 public:
  Ledger(const Options& options, const Service::Parts& parts, const Spending& spending)
      : options_(options), parts_(parts), spending_(spending) {}

  /// ①: merges the config, stores the visitor's message (or finds the one to answer again),
  /// reserves what the answer may cost, fills `turn.facts`. Errors: as Service::send.
  Result<void> begin(LiveTurn& turn) const;

  /// ④: stores the answer, settles its cost and ends the turn. The terminal event and what plain
  /// callers get.
  struct Ended {
    std::string event;
    Json data;
    Outcome outcome;
  };
  Result<Ended> complete(LiveTurn& turn, const Transcript& transcript, Produced produced) const;

  /// ④ when nothing was said: the visitor's message is taken back (not that of a retry).
  Result<Ended> abandon(LiveTurn& turn, const Transcript& transcript,
                        const Unanswered& unanswered) const;

  /// The ended turn with this number / key, or nullopt.
  Result<std::shared_ptr<Turn>> find(const Scope& scope, const std::string& conversation_id,
                                     int64_t number) const;
  struct Keyed {
    std::string request_hash;
    std::shared_ptr<Turn> turn;
  };
  Result<std::optional<Keyed>> find_by_key(const Scope& scope, const std::string& conversation_id,
                                           const std::string& key) const;

  /// The provider and model that a config asks for, else the tenant's, else the installation's.
  /// Errors: invalid, the documented text.
  struct Choice {
    providers::Provider* provider = nullptr;
    std::string model;
  };
  Result<Choice> choose_provider(const tenants::Tenant& tenant, const Json& config) const;

  /// Whose budget, bot and defaults apply. Errors: not_found (there is no such tenant).
  Result<tenants::TenantPtr> tenant_of(const Scope& scope) const;

 private:
  Result<void> open_conversation(const db::Tx& tx, LiveTurn& turn) const;
  Result<void> store_visitor(const db::Tx& tx, LiveTurn& turn) const;
  Result<void> find_retried(const db::Tx& tx, LiveTurn& turn) const;
  void load_history(const db::Tx& tx, LiveTurn& turn) const;
  Result<int64_t> store_answer(const db::Tx& tx, LiveTurn& turn, const std::string& content,
                               const Produced& produced) const;
  Ended ended_json(const db::Tx& tx, const LiveTurn& turn, const Transcript& transcript,
                   const Produced& produced, int64_t seq) const;

  const Options& options_;
  const Service::Parts& parts_;
  const Spending& spending_;
};

}  // namespace parley::chat
