#include "chat/calls.h"

#include <algorithm>

#include "base/ids.h"

namespace parley::chat {

namespace {

/// What document 001 calls its default. Only OpenAI has a model of that name.
constexpr std::string_view documented_model = "gpt-3.5-turbo";

Error key_required() {
  return {ErrorCode::unauthorized, "API key required"};
}

}  // namespace

bool Calls::is_open(const Scope& scope, std::optional<bool> tenants::Openness::*setting,
                    bool otherwise) const {
  if (scope.actor() != Actor::visitor) return true;
  const auto tenant = parts_.tenants.find(scope.tenant_id());
  return tenant == nullptr ? otherwise : (tenant->settings.openness.*setting).value_or(otherwise);
}

std::string Calls::tenant_name(const Scope& scope) const {
  const auto tenant = parts_.tenants.find(scope.tenant_id());
  return tenant == nullptr ? "" : tenant->name;
}

Result<void> Calls::admit(const Scope& scope) {
  if (!is_open(scope, &tenants::Openness::call_open, options_.is_open)) return fail(key_required());
  return parts_.chat.check_budget(scope);
}

Result<std::shared_ptr<Turn>> Calls::start(const Scope& scope, CallRequest request) {
  Json config = Json::object();
  if (parts_.providers.find(request.model) != nullptr) {
    config["aiProvider"] = request.model;
  } else if (!request.model.empty()) {
    const auto tenant = parts_.tenants.find(scope.tenant_id());
    const std::string provider = tenant == nullptr || tenant->settings.provider.empty()
                                     ? parts_.providers.default_provider()->name()
                                     : tenant->settings.provider;
    const bool is_default = request.model == documented_model && provider != "openai";
    if (!is_default) config["model"] = request.model;
  }
  if (request.seed) config["seed"] = *request.seed;
  if (!request.customer_id.empty()) config["customerId"] = request.customer_id;
  SendMessage message;
  message.conversation_id = new_uuid(parts_.entropy);
  message.is_call = true;
  message.text = std::move(request.prompt);
  message.config = std::move(config);
  message.request_id = std::move(request.request_id);
  return parts_.chat.send(scope, std::move(message));
}

Result<CallHistory> Calls::history(const Scope& scope, int64_t limit, int64_t offset) {
  if (!is_open(scope, &tenants::Openness::history_open, options_.is_history_open)) {
    return fail(key_required());
  }
  CallHistory out;
  ASSIGN_OR_RETURN(auto page,
                   parts_.conversations.calls(scope, std::min(limit, calls_listed_max), offset));
  out.calls = std::move(page.calls);
  out.total = page.total;
  ASSIGN_OR_RETURN(const auto totals, parts_.budgets.totals(scope));
  out.tokens_used = totals.used;
  if (const auto tenant = parts_.tenants.find(scope.tenant_id())) {
    out.tenant = tenant->name;
    out.tokens_limit = tenant->settings.plan.limit;
  }
  return out;
}

}  // namespace parley::chat
