#include "sessions/routes.h"

#include "base/json_text.h"
#include "sessions/routes_documentation.h"

namespace parley::sessions {

namespace {

using http::Reply;
using http::Request;

/// The member `config` of the body: an object, or {} if absent or null.
Result<Json> config_of(const Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.json_object());
  const Json* config = find_member(body, "config");
  if (config == nullptr || config->is_null()) return Json::object();
  if (!config->is_object()) return fail(ErrorCode::invalid, "config must be an object");
  return *config;
}

/// The member `identity` of the body; nullopt if absent or null. What is no text is no identity.
Result<std::optional<std::string>> identity_of(const Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.json_object());
  const Json* identity = find_member(body, "identity");
  if (identity == nullptr || identity->is_null()) return std::nullopt;
  return find_string(body, "identity").value_or("");
}

Reply create(Admission& admission, const Request& request, const Scope& scope) {
  const auto config = config_of(request);
  if (!config) return http::error_reply(config.error());
  const auto identity = identity_of(request);
  if (!identity) return http::error_reply(identity.error());
  const auto created = admission.create(scope, *config, *identity);
  if (!created) return http::error_reply(created.error());
  return http::json_reply(201, {{"sessionId", created->conversation.id},
                                {"visitorToken", created->visitor_token},
                                {"config", created->conversation.config},
                                {"status", "created"},
                                {"timestamp", iso_timestamp(created->conversation.created_at_ms)}});
}

Reply get(Service& service, const Request& request, const Scope& scope) {
  const auto session = service.get(scope, request.parameter("session_id"));
  if (!session) return http::error_reply(session.error());
  const conversations::Conversation& conversation = session->history.conversation;
  std::string body;
  JsonObjectText object(body);
  object.add_json("config", dump(conversation.config));
  object.add("createdAt", iso_timestamp(conversation.created_at_ms));
  object.add("lastActivity", iso_timestamp(conversation.last_activity_ms));
  object.begin("messages");
  conversations::append_json(body, session->history.messages, files::to_texts(session->receipts));
  object.add("sessionId", conversation.id);
  object.end();
  return http::json_text_reply(200, std::move(body));
}

Reply merge_config(Service& service, const Request& request, const Scope& scope) {
  const auto changes = config_of(request);
  if (!changes) return http::error_reply(changes.error());
  const auto merged = service.merge_config(scope, request.parameter("session_id"), *changes);
  if (!merged) return http::error_reply(merged.error());
  return http::json_reply(
      200, {{"sessionId", merged->id}, {"config", merged->config}, {"status", "updated"}});
}

Reply statistics(Service& service, const Request&, const Scope& scope) {
  const auto counted = service.statistics(scope);
  if (!counted) return http::error_reply(counted.error());
  return http::json_reply(200, {{"totalSessions", counted->total},
                                {"recentlyActive", counted->recently_active},
                                {"timestamp", iso_timestamp(service.now_ms())}});
}

Reply bot_config(Service& service, const Request&, const Scope& scope) {
  const Options& options = service.options();
  const BotConfig bot = service.bot(scope);
  Json body = fields_of(bot);
  body["greeting"] = bot.greeting;
  body["starterQuestions"] = bot.starter_questions;
  body["uploadMaxBytes"] = options.upload_bytes_max;
  body["messageMaxCharacters"] = options.message_characters_max;
  body["providers"] = Json::array();
  body["defaultProvider"] = nullptr;
  for (const ProviderInfo& provider : service.providers(scope)) {
    body["providers"].push_back({{"name", provider.name},
                                 {"label", provider.label},
                                 {"model", provider.model},
                                 {"demo", provider.demo}});
    if (provider.is_default) body["defaultProvider"] = provider.name;
  }
  return http::json_reply(200, body);
}

}  // namespace

http::Routes routes(Service& service, Admission& admission) {
  using http::Access, http::Limits, http::Method;
  const auto on_service = [&service](auto* handler) {
    return [&service, handler](const Request& request, const Scope& scope) {
      return handler(service, request, scope);
    };
  };
  Limits of_creation;
  of_creation.rate = http::RateClass::session;
  return {
      {Method::post, "/api/sessions/create", Access::open, of_creation, document_create(),
       [&admission](const Request& request, const Scope& scope) {
         return create(admission, request, scope);
       }},
      {Method::get, "/api/sessions/stats/summary", Access::open, Limits{}, document_statistics(),
       on_service(&statistics)},
      {Method::get, "/api/sessions/bot-config", Access::open, Limits{}, document_bot_config(),
       on_service(&bot_config)},
      {Method::get, "/api/sessions/{session_id}", Access::visitor, Limits{}, document_get(),
       on_service(&get)},
      {Method::put, "/api/sessions/{session_id}/config", Access::visitor, Limits{},
       document_config(), on_service(&merge_config)},
  };
}

}  // namespace parley::sessions
