#include "tenants/routes.h"

#include <algorithm>

#include "base/clock.h"

namespace parley::tenants {

namespace {

using http::Reply;
using http::Request;

http::Documentation document_info() {
  const Json text = {{"type", "string"}};
  const Json count = {{"type", "integer"}};
  const Json count_or_null = {{"type", Json::array({"integer", "null"})}};
  const Json tenant = {
      {"type", "object"},
      {"properties",
       {{"id", {{"type", "string"}, {"format", "uuid"}}},
        {"name", text},
        {"domain", text},
        {"tokens_used", count},
        {"tokens_limit", count_or_null},
        {"tokens_remaining", count_or_null},
        {"system_parameter",
         {{"type", "string"}, {"description", "In development, or with a key of the tenant."}}},
        {"created_at", {{"type", "string"}, {"format", "date-time"}}}}}};
  http::Documentation out;
  out.tag = "Tenant";
  out.summary = "The tenant that answers to this Host, and its budget; null: unlimited.";
  out.errors = {401, 404, 503};
  out.response = {{"type", "object"},
                  {"properties", {{"success", {{"type", "boolean"}}}, {"tenant", tenant}}}};
  return out;
}

Reply info(const RouteParts& parts, const Request&, const Scope& scope) {
  const TenantPtr tenant = parts.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return http::error_reply({ErrorCode::not_found, "Tenant not found"});
  const auto usage = parts.usage(scope);
  if (!usage) return http::error_reply(usage.error());
  const int64_t limit = tenant->settings.plan.limit;
  const int64_t left = std::max<int64_t>(0, limit - usage->used - usage->reserved);
  Json shown = {{"id", tenant->id},
                {"name", tenant->name},
                {"domain", tenant->domains.empty() ? "" : tenant->domains.front()},
                {"tokens_used", usage->used},
                {"tokens_limit", limit == 0 ? Json() : Json(limit)},
                {"tokens_remaining", limit == 0 ? Json() : Json(left)},
                {"created_at", iso_timestamp(tenant->created_at_ms)}};
  if (parts.shows_instructions || scope.actor() != Actor::visitor) {
    shown["system_parameter"] = tenant->settings.system_parameter;
  }
  return http::json_reply(200, {{"success", true}, {"tenant", std::move(shown)}});
}

}  // namespace

http::Routes routes(const RouteParts& parts) {
  using http::Access, http::Limits, http::Method;
  const auto handler = [parts](const Request& request, const Scope& scope) {
    return info(parts, request, scope);
  };
  // Document 001 writes the slash; callers forget it.
  return {
      {Method::get, "/api/tenant/info/", Access::open, Limits{}, document_info(), handler},
      {Method::get, "/api/tenant/info", Access::open, Limits{}, {}, handler},
  };
}

}  // namespace parley::tenants
