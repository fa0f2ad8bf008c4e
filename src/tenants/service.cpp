#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/ids.h"
#include "base/origin.h"
#include "base/text.h"
#include "tenants/settings_fields.h"
#include "tenants/settings_json.h"
#include "tenants/store.h"
#include "tenants/tenants.h"

namespace parley::tenants {

namespace {

/// All tenants at one moment; immutable.
struct Directory {
  std::vector<TenantPtr> all;  ///< earliest first
  std::unordered_map<std::string, TenantPtr> by_id;
  std::unordered_map<std::string, TenantPtr> by_domain;
};

using DirectoryPtr = std::shared_ptr<const Directory>;

DirectoryPtr directory_of(std::vector<TenantPtr> all) {
  auto out = std::make_shared<Directory>();
  out->all = std::move(all);
  for (const TenantPtr& tenant : out->all) {
    out->by_id.emplace(tenant->id, tenant);
    for (const std::string& domain : tenant->domains) out->by_domain.emplace(domain, tenant);
  }
  return out;
}

TenantPtr find_in(const std::unordered_map<std::string, TenantPtr>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

Result<std::string> checked_name(const std::string& name) {
  std::string out(trim(name));
  if (!out.empty() && is_text(out, name_characters_max) &&
      out.find_first_of("\r\n\t") == std::string::npos) {
    return out;
  }
  return fail(ErrorCode::invalid,
              "name must be a line of 1 to " + std::to_string(name_characters_max) + " characters");
}

/// In their normal form, each once.
Result<std::vector<std::string>> checked_domains(const std::vector<std::string>& domains) {
  std::vector<std::string> out;
  for (const std::string& domain : domains) {
    std::string host = normal_host(domain);
    if (host.empty()) {
      return fail(ErrorCode::invalid,
                  "domains has \"" + to_valid_utf8(domain) +
                      "\", which is no host name. Write it like www.example.com");
    }
    if (std::find(out.begin(), out.end(), host) == out.end()) out.push_back(std::move(host));
  }
  if (out.size() <= domains_max) return out;
  return fail(ErrorCode::invalid,
              "domains must have at most " + std::to_string(domains_max) + " host names");
}

Result<std::vector<std::string>> some_domains(const std::vector<std::string>& domains) {
  if (domains.empty()) return fail(ErrorCode::invalid, "domains must name at least one");
  return checked_domains(domains);
}

}  // namespace

struct Service::Impl {
  Impl(Options given_options, db::Database& given_database, Entropy& given_entropy)
      : options(std::move(given_options)), database(given_database), entropy(given_entropy) {}

  DirectoryPtr now() const {
    const std::shared_lock lock(directory_mutex);
    return directory;
  }
  TenantSettings default_settings() const;
  Result<void> check_free(const Tenant& tenant) const;
  Result<TenantPtr> save(const Scope& scope, Tenant tenant);
  void publish(const TenantPtr& tenant);

  const Options options;
  db::Database& database;
  Entropy& entropy;
  std::mutex change_mutex;  ///< one change at a time, so that the directory is what was committed
  mutable std::shared_mutex directory_mutex;  ///< guards the pointer below
  DirectoryPtr directory = std::make_shared<const Directory>();
};

TenantSettings Service::Impl::default_settings() const {
  TenantSettings out;
  out.plan = options.default_plan;
  return out;
}

/// REQUIRES: change_mutex.
Result<void> Service::Impl::check_free(const Tenant& tenant) const {
  for (const std::string& domain : tenant.domains) {
    const TenantPtr owner = find_in(now()->by_domain, domain);
    if (owner == nullptr || owner->id == tenant.id) continue;
    return fail(ErrorCode::conflict, "Tenant already exists: " + owner->name + " (" + domain + ")");
  }
  return {};
}

/// REQUIRES: change_mutex.
Result<TenantPtr> Service::Impl::save(const Scope& scope, Tenant tenant) {
  TRY(check_free(tenant));
  const auto write = [&](const db::Tx& tx) -> Result<TenantPtr> {
    if (tenant.created_at_ms == 0) tenant.created_at_ms = tx.now_ms();
    tenant.updated_at_ms = tx.now_ms();
    store::save(tx, scope, tenant, dump(stored_json(tenant.settings)));
    return std::make_shared<const Tenant>(tenant);
  };
  ASSIGN_OR_RETURN(TenantPtr saved, database.write<TenantPtr>(scope, write));
  publish(saved);
  return saved;
}

void Service::Impl::publish(const TenantPtr& tenant) {
  std::vector<TenantPtr> all = now()->all;
  const auto place = std::find_if(all.begin(), all.end(),
                                  [&](const TenantPtr& other) { return other->id == tenant->id; });
  if (place == all.end()) {
    all.push_back(tenant);
  } else {
    *place = tenant;
  }
  DirectoryPtr next = directory_of(std::move(all));
  const std::unique_lock lock(directory_mutex);
  directory = std::move(next);
}

Service::Service(Options options, db::Database& database, Entropy& entropy)
    : impl_(std::make_unique<Impl>(std::move(options), database, entropy)) {}

Service::~Service() = default;

Result<void> Service::load(const Scope& scope) {
  const std::scoped_lock change(impl_->change_mutex);
  using Rows = std::vector<store::Stored>;
  ASSIGN_OR_RETURN(Rows rows, impl_->database.read<Rows>([&](const db::Reader& reader) {
    return Result<Rows>(store::all(reader, scope));
  }));
  std::vector<TenantPtr> all;
  for (store::Stored& row : rows) {
    const auto settings = parse_json(row.settings).and_then([&](const Json& json) {
      return merged(impl_->default_settings(), json);
    });
    if (!settings) {
      return fail(ErrorCode::internal, "The settings of tenant " + row.tenant.id +
                                           " cannot be read: " + settings.error().message);
    }
    row.tenant.settings = *settings;
    all.push_back(std::make_shared<const Tenant>(std::move(row.tenant)));
  }
  const std::unique_lock lock(impl_->directory_mutex);
  impl_->directory = directory_of(std::move(all));
  return {};
}

TenantPtr Service::find_by_host(std::string_view host) const {
  const std::string name = normal_host(host);
  if (name.empty()) return nullptr;
  const DirectoryPtr directory = impl_->now();
  if (const TenantPtr owner = find_in(directory->by_domain, name)) {
    return owner->status == Status::active ? owner : nullptr;
  }
  if (!impl_->options.has_development_tenant || !is_loopback(name)) return nullptr;
  const auto earliest =
      std::find_if(directory->all.begin(), directory->all.end(),
                   [](const TenantPtr& tenant) { return tenant->status == Status::active; });
  return earliest == directory->all.end() ? nullptr : *earliest;
}

TenantPtr Service::find(std::string_view id) const {
  return find_in(impl_->now()->by_id, std::string(id));
}

TenantPtr Service::find_named(std::string_view id_or_domain) const {
  if (TenantPtr by_id = find(id_or_domain)) return by_id;
  return find_in(impl_->now()->by_domain, normal_host(id_or_domain));
}

std::vector<TenantPtr> Service::list() const {
  return impl_->now()->all;
}

Result<TenantPtr> Service::create(const Scope& scope, const std::string& name,
                                  const std::vector<std::string>& domains, const Json& settings) {
  Tenant tenant;
  ASSIGN_OR_RETURN(tenant.name, checked_name(name));
  ASSIGN_OR_RETURN(tenant.domains, some_domains(domains));
  ASSIGN_OR_RETURN(tenant.settings, merged(impl_->default_settings(),
                                           settings.is_null() ? Json::object() : settings));
  tenant.id = new_uuid(impl_->entropy);
  const std::scoped_lock change(impl_->change_mutex);
  return impl_->save(scope, std::move(tenant));
}

Result<TenantPtr> Service::update(const Scope& scope, const std::string& id, const Update& update) {
  const std::scoped_lock change(impl_->change_mutex);
  const TenantPtr known = find(id);
  if (known == nullptr) return fail(ErrorCode::not_found, "Tenant not found");
  Tenant tenant = *known;
  if (update.name) {
    ASSIGN_OR_RETURN(tenant.name, checked_name(*update.name));
  }
  if (update.domains) {
    ASSIGN_OR_RETURN(tenant.domains, some_domains(*update.domains));
  }
  if (!update.settings.is_null()) {
    ASSIGN_OR_RETURN(tenant.settings, merged(tenant.settings, update.settings));
  }
  tenant.status = update.status.value_or(tenant.status);
  return impl_->save(scope, std::move(tenant));
}

Result<TenantPtr> Service::ensure_first(const Scope& scope, const std::string& name,
                                        const std::vector<std::string>& domains) {
  const std::scoped_lock change(impl_->change_mutex);
  const DirectoryPtr directory = impl_->now();
  const TenantPtr known = directory->all.empty() ? nullptr : directory->all.front();
  Tenant tenant;
  if (known != nullptr) {
    tenant = *known;
  } else {
    tenant.id = default_tenant_id;
    tenant.settings = impl_->default_settings();
    ASSIGN_OR_RETURN(tenant.name, checked_name(name));
  }
  ASSIGN_OR_RETURN(auto wanted, checked_domains(domains));
  if (wanted.empty() && tenant.domains.empty()) wanted.emplace_back("localhost");
  for (const std::string& domain : wanted) {
    if (!directory->by_domain.contains(domain)) tenant.domains.push_back(domain);
  }
  if (known != nullptr && known->domains == tenant.domains) return known;
  return impl_->save(scope, std::move(tenant));
}

}  // namespace parley::tenants
