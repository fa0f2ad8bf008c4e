#include "admin/tenant_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::admin {

namespace {

constexpr std::array<std::string_view, 5> tenants_own = {"systemParameter", "bot", "origins",
                                                         "identity", "openness"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> check_members(const Json& body, const std::vector<std::string_view>& known) {
  for (const auto& [name, value] : body.items()) {
    if (!contains(known, name)) {
      return fail(ErrorCode::invalid,
                  fmt::format("Unknown field \"{}\". Known: {}", name, fmt::join(known, ", ")));
    }
  }
  return {};
}

Result<void> check_rights(const Json& body, Actor actor) {
  if (actor == Actor::superadmin) return {};
  const auto forbid = [](const std::string& name) {
    return fail(ErrorCode::forbidden,
                fmt::format("Only a key of the installation may change {}", name));
  };
  for (const auto& [name, value] : body.items()) {
    if (name != "settings") return forbid(name);
  }
  const Json* settings = find_member(body, "settings");
  if (settings == nullptr || !settings->is_object()) return {};
  for (const auto& [name, value] : settings->items()) {
    if (!contains(tenants_own, name)) return forbid("settings." + name);
  }
  return {};
}

Result<std::string> text_of(const Json& value, const char* name) {
  if (value.is_string()) return value.get<std::string>();
  return fail(ErrorCode::invalid, fmt::format("{} must be a text", name));
}

Result<std::vector<std::string>> texts_of(const Json& value, const char* name) {
  std::vector<std::string> out;
  const bool fits = value.is_array() && std::all_of(value.begin(), value.end(),
                                                    [](const Json& it) { return it.is_string(); });
  if (!fits) return fail(ErrorCode::invalid, fmt::format("{} must be a list of texts", name));
  for (const Json& item : value) out.push_back(item.get<std::string>());
  return out;
}

Result<Json> object_of(const Json& value, const char* name) {
  if (value.is_object()) return value;
  return fail(ErrorCode::invalid, fmt::format("{} must be an object", name));
}

Result<tenants::Status> status_of(const Json& value) {
  if (value == "active") return tenants::Status::active;
  if (value == "suspended") return tenants::Status::suspended;
  return fail(ErrorCode::invalid, "status must be active or suspended");
}

}  // namespace

Result<tenants::Update> update_of(const Json& body, Actor actor) {
  TRY(check_members(body, {"name", "status", "domains", "settings"}));
  TRY(check_rights(body, actor));
  tenants::Update out;
  if (const Json* name = find_member(body, "name")) {
    ASSIGN_OR_RETURN(out.name, text_of(*name, "name"));
  }
  if (const Json* status = find_member(body, "status")) {
    ASSIGN_OR_RETURN(out.status, status_of(*status));
  }
  if (const Json* domains = find_member(body, "domains")) {
    ASSIGN_OR_RETURN(out.domains, texts_of(*domains, "domains"));
  }
  if (const Json* settings = find_member(body, "settings")) {
    ASSIGN_OR_RETURN(out.settings, object_of(*settings, "settings"));
  }
  return out;
}

Result<NewTenant> new_tenant_of(const Json& body) {
  TRY(check_members(body, {"name", "domains", "settings"}));
  NewTenant out;
  const Json* name = find_member(body, "name");
  if (name == nullptr) return fail(ErrorCode::invalid, "name is missing");
  ASSIGN_OR_RETURN(out.name, text_of(*name, "name"));
  if (const Json* domains = find_member(body, "domains")) {
    ASSIGN_OR_RETURN(out.domains, texts_of(*domains, "domains"));
  }
  if (const Json* settings = find_member(body, "settings")) {
    ASSIGN_OR_RETURN(out.settings, object_of(*settings, "settings"));
  }
  return out;
}

}  // namespace parley::admin
