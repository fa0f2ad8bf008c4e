#include "admin/routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/routes_documentation.h"
#include "admin/tenant_changes.h"
#include "admin/usage_report.h"

namespace parley::admin {

namespace {

using http::Reply;
using http::Request;

constexpr int64_t page_default = 100;
constexpr int64_t page_max = 500;
constexpr int64_t offset_max = 1'000'000'000;
constexpr int64_t body_bytes_max = 256 * 1024;  // the longest instructions and lists, escaped

/// The same for what does not exist and for what is somebody else's.
Reply not_found() {
  return http::error_reply({ErrorCode::not_found, "Not found"});
}

/// What the admin API shows of a tenant: its settings, and what it has used.
Result<Json> describe(const RouteParts& parts, const Scope& scope, const tenants::Tenant& tenant) {
  ASSIGN_OR_RETURN(const budgets::Totals totals, parts.budgets.totals(scope));
  const tenants::Plan& plan = tenant.settings.plan;
  const int64_t remaining = std::max<int64_t>(0, plan.limit - totals.used - totals.reserved);
  Json out = tenants::to_json(tenant);
  out["budget"] = {{"unit", plan.unit == tenants::Unit::calls ? "calls" : "tokens"},
                   {"used", totals.used},
                   {"reserved", totals.reserved},
                   {"limit", plan.limit > 0 ? Json(plan.limit) : Json()},
                   {"remaining", plan.limit > 0 ? Json(remaining) : Json()}};
  return out;
}

Reply reply_with(const RouteParts& parts, const Scope& scope,
                 const Result<tenants::TenantPtr>& tenant, int status) {
  if (!tenant) return http::error_reply(tenant.error());
  const auto body = describe(parts, scope, **tenant);
  return body ? http::json_reply(status, *body) : http::error_reply(body.error());
}

Reply list_tenants(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto limit = request.query_number("limit", page_default, 1, page_max);
  if (!limit) return http::error_reply(limit.error());
  const auto offset = request.query_number("offset", 0, 0, offset_max);
  if (!offset) return http::error_reply(offset.error());
  const auto all = parts.tenants.list();
  Json page = Json::array();
  const size_t end = std::min(all.size(), static_cast<size_t>(*offset + *limit));
  for (auto at = static_cast<size_t>(*offset); at < end; ++at) {
    auto one = describe(parts, parts.of_tenant(scope, all[at]->id), *all[at]);
    if (!one) return http::error_reply(one.error());
    page.push_back(std::move(*one));
  }
  return http::json_reply(200, {{"tenants", std::move(page)}, {"total", all.size()}});
}

Reply create_tenant(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto body = request.json_object();
  if (!body) return http::error_reply(body.error());
  const auto wanted = new_tenant_of(*body);
  if (!wanted) return http::error_reply(wanted.error());
  const auto made = parts.tenants.create(scope, wanted->name, wanted->domains, wanted->settings);
  if (!made) return http::error_reply(made.error());
  return reply_with(parts, parts.of_tenant(scope, (*made)->id), made, 201);
}

Reply get_tenant(const RouteParts& parts, const Request&, const Scope& scope) {
  const auto tenant = parts.tenants.find(scope.tenant_id());
  return tenant ? reply_with(parts, scope, tenant, 200) : not_found();
}

Reply update_tenant(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto body = request.json_object();
  if (!body) return http::error_reply(body.error());
  const auto wanted = update_of(*body, scope.actor());
  if (!wanted) return http::error_reply(wanted.error());
  return reply_with(parts, scope, parts.tenants.update(scope, scope.tenant_id(), *wanted), 200);
}

/// `format` of the query, else what Accept names.
Result<bool> wants_csv(const Request& request) {
  const auto format = request.query.find("format");
  if (format == request.query.end()) return request.accepts("text/csv");
  if (format->second == "csv") return true;
  if (format->second == "json") return false;
  return fail(ErrorCode::invalid, "format must be json or csv");
}

Reply usage(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto tenant = parts.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return not_found();
  const auto as_csv = wants_csv(request);
  if (!as_csv) return http::error_reply(as_csv.error());
  const auto period = period_of(request.query, parts.clock.now_ms());
  if (!period) return http::error_reply(period.error());
  const auto days = parts.budgets.report(scope, period->from_day, period->to_day);
  if (!days) return http::error_reply(days.error());
  if (!*as_csv) return http::json_reply(200, usage_json(*tenant, *period, *days));
  Reply reply;
  reply.content_type = "text/csv; charset=utf-8";
  reply.headers = {
      {"Content-Disposition",
       fmt::format("attachment; filename=\"usage-{}-to-{}.csv\"",
                   budgets::date_of(period->from_day), budgets::date_of(period->to_day))}};
  reply.body = usage_csv(*tenant, *days);
  return reply;
}

Json time_or_null(const std::optional<int64_t>& epoch_ms) {
  return epoch_ms ? Json(iso_timestamp(*epoch_ms)) : Json();
}

Json json_of(const Key& key) {
  return {{"id", key.id},
          {"label", key.label},
          {"createdAt", iso_timestamp(key.created_at_ms)},
          {"lastUsedAt", time_or_null(key.last_used_at_ms)},
          {"revokedAt", time_or_null(key.revoked_at_ms)}};
}

Reply list_keys(const RouteParts& parts, const Request&, const Scope& scope) {
  const auto keys = parts.keys.list(scope);
  if (!keys) return http::error_reply(keys.error());
  Json all = Json::array();
  for (const Key& key : *keys) all.push_back(json_of(key));
  return http::json_reply(200, {{"keys", std::move(all)}});
}

Reply create_key(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto body = request.json_object();
  if (!body) return http::error_reply(body.error());
  const auto made = parts.keys.create(scope, find_string(*body, "label").value_or(""));
  if (!made) return http::error_reply(made.error());
  Json out = json_of(made->key);
  out["key"] = made->secret;
  return http::json_reply(201, out);
}

Reply revoke_key(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto revoked = parts.keys.revoke(scope, request.parameter("key_id"));
  return revoked ? http::json_reply(200, json_of(*revoked)) : http::error_reply(revoked.error());
}

}  // namespace

http::Routes routes(const RouteParts& parts) {
  using http::Access, http::Method;
  const auto on = [&parts](auto* handler) {
    return [parts, handler](const Request& request, const Scope& scope) {
      return handler(parts, request, scope);
    };
  };
  const http::Limits limits{body_bytes_max};
  const std::string tenant = "/api/admin/tenants/{tenant}";
  return {
      {Method::get, "/api/admin/tenants", Access::superadmin, limits, document_list_tenants(),
       on(&list_tenants)},
      {Method::post, "/api/admin/tenants", Access::superadmin, limits, document_create_tenant(),
       on(&create_tenant)},
      {Method::get, tenant, Access::admin, limits, document_get_tenant(), on(&get_tenant)},
      {Method::put, tenant, Access::admin, limits, document_update_tenant(), on(&update_tenant)},
      {Method::get, tenant + "/usage", Access::admin, limits, document_usage(), on(&usage)},
      {Method::get, tenant + "/keys", Access::admin, limits, document_list_keys("a tenant"),
       on(&list_keys)},
      {Method::post, tenant + "/keys", Access::admin, limits, document_create_key("a tenant"),
       on(&create_key)},
      {Method::del, tenant + "/keys/{key_id}", Access::admin, limits,
       document_revoke_key("a tenant"), on(&revoke_key)},
      {Method::get, "/api/admin/keys", Access::superadmin, limits,
       document_list_keys("the installation"), on(&list_keys)},
      {Method::post, "/api/admin/keys", Access::superadmin, limits,
       document_create_key("the installation"), on(&create_key)},
      {Method::del, "/api/admin/keys/{key_id}", Access::superadmin, limits,
       document_revoke_key("the installation"), on(&revoke_key)},
  };
}

}  // namespace parley::admin
