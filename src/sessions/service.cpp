#include "sessions/sessions.h"

namespace parley::sessions {

Json fields_of(const BotConfig& bot) {
  return {{"botName", bot.name},
          {"poweredBy", bot.powered_by},
          {"botColor", bot.color},
          {"botIcon", bot.icon ? Json(*bot.icon) : Json()},
          {"botMsgBgColor", bot.msg_bg_color}};
}

Service::Service(Options options, conversations::Service& conversations, files::Queries& queries,
                 std::vector<ProviderInfo> providers, const Clock& clock)
    : options_(std::move(options)),
      conversations_(conversations),
      queries_(queries),
      providers_(std::move(providers)),
      clock_(clock) {}

Result<conversations::Created> Service::create(const Scope& scope, const Json& config) {
  if (!config.is_object()) return fail(ErrorCode::invalid, "config must be an object");
  Json whole = fields_of(options_.bot);
  whole.update(config);
  return conversations_.create(scope, whole);
}

Result<Session> Service::get(const Scope& scope, const std::string& id) {
  Session session;
  ASSIGN_OR_RETURN(session.conversation, conversations_.touch(scope, id));
  ASSIGN_OR_RETURN(session.messages, conversations_.messages(scope, id, options_.messages_max));
  ASSIGN_OR_RETURN(session.receipts, queries_.by_message(scope, id));
  return session;
}

Result<conversations::Conversation> Service::merge_config(const Scope& scope, const std::string& id,
                                                          const Json& changes) {
  return conversations_.merge_config(scope, id, changes);
}

Result<conversations::Statistics> Service::statistics(const Scope& scope) {
  return conversations_.statistics(scope);
}

}  // namespace parley::sessions
