// Sessions: conversations as document 004 shows them to the widget, with the bot's configuration.
//
// Threads: any. Sessions are conversations; this feature adds the bot's defaults to their config
// and tells the widget what the server offers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "conversations/conversations.h"
#include "files/queries.h"
#include "tenants/tenants.h"

namespace parley::sessions {

/// How the bot looks and greets.
struct BotConfig {
  std::string name;
  std::string powered_by;
  std::string color;                     ///< any CSS colour
  std::string msg_bg_color;              ///< any CSS colour
  std::optional<std::string> icon = {};  ///< URL
  std::string greeting = {};
  std::vector<std::string> starter_questions = {};
};

/// One that a session may choose by `aiProvider`.
struct ProviderInfo {
  std::string name;
  std::string label;  ///< for people
  std::string model;  ///< if a session names none
  bool demo = false;  ///< keyless: the widget says so
  bool is_default = false;
};

struct Options {
  BotConfig bot = {};  ///< where a tenant has none of its own
  int64_t upload_bytes_max = 10 * 1024 * 1024;
  int64_t message_characters_max = 100'000;
  int64_t messages_max = 1'000;  ///< shown by get(): the newest
};

/// A session with what was said in it, oldest first.
struct Session {
  conversations::History history;
  files::ReceiptsByMessage receipts;
};

class Service {
 public:
  /// References must outlive the service. `providers` is what is configured.
  Service(Options options, conversations::Service& conversations, files::Queries& queries,
          const tenants::Service& tenants, std::vector<ProviderInfo> providers, const Clock& clock);

  /// The tenant's bot's five fields (botName, poweredBy, botColor, botIcon, botMsgBgColor),
  /// overlaid by `config`, an object. Errors: those of conversations::Service::create().
  Result<conversations::Created> create(const Scope& scope, const Json& config);

  /// What create() gives a new session. Errors: invalid (no object).
  Result<Json> config_of(const Scope& scope, const Json& config) const;

  /// Counts as activity. Errors: unauthorized, not_found ("Session not found").
  Result<Session> get(const Scope& scope, const std::string& id);

  /// Shallow merge. Errors: those of get(); invalid.
  Result<conversations::Conversation> merge_config(const Scope& scope, const std::string& id,
                                                   const Json& changes);

  Result<conversations::Statistics> statistics(const Scope& scope);

  /// The tenant's bot and what its sessions may choose from; its own default is marked.
  BotConfig bot(const Scope& scope) const;
  std::vector<ProviderInfo> providers(const Scope& scope) const;

  const Options& options() const { return options_; }
  int64_t now_ms() const { return clock_.now_ms(); }

 private:
  Options options_;
  conversations::Service& conversations_;
  files::Queries& queries_;
  const tenants::Service& tenants_;
  std::vector<ProviderInfo> providers_;
  const Clock& clock_;
};

/// botName, poweredBy, botColor, botIcon (null without one), botMsgBgColor.
Json fields_of(const BotConfig& bot);

}  // namespace parley::sessions
