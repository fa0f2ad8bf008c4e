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
                 const tenants::Service& tenants, std::vector<ProviderInfo> providers,
                 const Clock& clock)
    : options_(std::move(options)),
      conversations_(conversations),
      queries_(queries),
      tenants_(tenants),
      providers_(std::move(providers)),
      clock_(clock) {}

Result<conversations::Created> Service::create(const Scope& scope, const Json& config) {
  ASSIGN_OR_RETURN(const Json whole, config_of(scope, config));
  return conversations_.create(scope, whole);
}

Result<Json> Service::config_of(const Scope& scope, const Json& config) const {
  if (!config.is_object()) return fail(ErrorCode::invalid, "config must be an object");
  Json whole = fields_of(bot(scope));
  whole.update(config);
  return whole;
}

BotConfig Service::bot(const Scope& scope) const {
  BotConfig out = options_.bot;
  const auto tenant = tenants_.find(scope.tenant_id());
  if (tenant == nullptr) return out;
  const tenants::Bot& own = tenant->settings.bot;
  out.name = own.name.value_or(out.name);
  out.powered_by = own.powered_by.value_or(out.powered_by);
  out.color = own.color.value_or(out.color);
  out.msg_bg_color = own.msg_bg_color.value_or(out.msg_bg_color);
  if (own.icon) out.icon = own.icon->empty() ? std::nullopt : own.icon;
  out.greeting = own.greeting.value_or(out.greeting);
  out.starter_questions = own.starter_questions.value_or(out.starter_questions);
  return out;
}

std::vector<ProviderInfo> Service::providers(const Scope& scope) const {
  std::vector<ProviderInfo> out = providers_;
  const auto tenant = tenants_.find(scope.tenant_id());
  if (tenant == nullptr) return out;
  const auto& [name, model] = std::tie(tenant->settings.provider, tenant->settings.model);
  for (ProviderInfo& provider : out) {
    if (!name.empty()) provider.is_default = provider.name == name;
    if (provider.is_default && !model.empty()) provider.model = model;
  }
  return out;
}

Result<Session> Service::get(const Scope& scope, const std::string& id) {
  Session session;
  ASSIGN_OR_RETURN(
      session.history,
      conversations_.history(scope, id, options_.messages_max, [&](const db::Reader& reader) {
        session.receipts = queries_.by_message(reader, scope, id);
      }));
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
