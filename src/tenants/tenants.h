// Tenants: whose bot, data and budget it is. Everything stored belongs to one.
//
// A tenant is found by the Host of a request. The directory answers that from memory: all tenants
// are held as immutable snapshots, replaced when one changes.
// Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::tenants {

/// How the bot looks and greets. What is absent comes from the installation's settings.
struct Bot {
  std::optional<std::string> name;
  std::optional<std::string> powered_by;
  std::optional<std::string> color;         ///< any CSS colour
  std::optional<std::string> msg_bg_color;  ///< any CSS colour
  std::optional<std::string> icon;          ///< URL
  std::optional<std::string> greeting;
  std::optional<std::vector<std::string>> starter_questions;
};

/// What a budget counts. `calls`: each answer costs 1 (documents 000/001); `tokens`: what the
/// provider counted.
enum class Unit { calls, tokens };

/// What a visitor meets at the limit.
enum class AtLimit {
  refuse,         ///< 429
  cheaper_model,  ///< answered by `cheaper_provider`/`cheaper_model`, up to `cheaper_limit` more
  human,          ///< the conversation waits for a person (mode `waiting`)
};

/// All limits in units; 0: none of that kind.
struct Plan {
  Unit unit = Unit::calls;
  int64_t limit = 1'000;  ///< of the tenant, in all
  int64_t limit_per_day = 0;
  int64_t limit_per_visitor = 0;  ///< per day; a visitor is a customer, else a conversation
  int64_t limit_per_conversation = 0;
  AtLimit at_limit = AtLimit::refuse;
  std::string limit_text = {};  ///< said to the visitor; empty: the documents' text
  std::string cheaper_provider = {};
  std::string cheaper_model = {};
  int64_t cheaper_limit = 0;
};

/// Who its visitors are, as the tenant's own site signs it (a JWT, see identity.h of sessions).
struct Identity {
  std::string hs256_secret;        ///< ≥ 32 bytes; empty: not accepted. Never shown again
  std::string ed25519_public_key;  ///< PEM; empty: not accepted
  bool is_enforced = false;        ///< no conversation without it
};

/// What the documents leave open; absent: as the profile says (production closes it).
struct Openness {
  std::optional<bool> visitor_token_required;
  std::optional<bool> history_open;       ///< GET /api/chat/history/ without a key
  std::optional<bool> call_open;          ///< POST /api/chat/call/ without a key
  std::optional<bool> customer_add_open;  ///< POST /api/customer/add/ without a key
};

/// Per minute, with bursts of half that; 0: the installation's setting.
struct Rates {
  int64_t messages_per_visitor = 0;
  int64_t messages_per_address = 0;
  int64_t requests = 0;     ///< of the whole tenant
  int64_t answers_max = 0;  ///< running at once
};

/// All that can be set; stored and shown as JSON with these names in camelCase.
struct TenantSettings {
  std::string system_parameter;  ///< the bot's instructions (documents 000/001)
  Bot bot;
  std::string provider;                             ///< empty: the installation's default
  std::string model;                                ///< empty: the provider's default
  std::optional<std::vector<std::string>> origins;  ///< exact; absent: ALLOWED_ORIGINS
  Plan plan;
  Identity identity;
  Openness openness;
  Rates rates;
};

enum class Status { active, suspended };

struct Tenant {
  std::string id;
  std::string name;
  Status status = Status::active;
  std::vector<std::string> domains;  ///< as normal_host; the first is the one that is shown
  TenantSettings settings;
  int64_t created_at_ms = 0;
  int64_t updated_at_ms = 0;
};

using TenantPtr = std::shared_ptr<const Tenant>;

/// JSON as the admin API shows it: {id, name, status, domains, settings, createdAt, updatedAt}.
/// Secrets are shown as true/false only.
Json to_json(const Tenant& tenant);

/// `changes` as that API takes them, member by member; null takes an optional one away.
/// Errors: invalid (an unknown key, a wrong type, a value out of bounds: the message names it).
Result<TenantSettings> merged(const TenantSettings& settings, const Json& changes);

inline constexpr size_t domains_max = 50;  ///< per tenant
inline constexpr size_t name_characters_max = 200;
inline constexpr size_t system_characters_max = 20'000;

struct Options {
  Plan default_plan = {};  ///< of a new tenant
  /// localhost and loopback addresses that nobody owns are the earliest tenant's (development).
  bool has_development_tenant = false;
};

/// What a change may name; absent: as it is.
struct Update {
  std::optional<std::string> name = {};
  std::optional<Status> status = {};
  std::optional<std::vector<std::string>> domains = {};
  Json settings = nullptr;  ///< merged into the settings, member by member; null: none
};

class Service {
 public:
  /// References must outlive the service.
  Service(Options options, db::Database& database, Entropy& entropy);
  ~Service();

  /// Reads all tenants; before the first find. Errors: those of the database; internal (settings
  /// that cannot be read: a newer version wrote them).
  Result<void> load(const Scope& scope);

  /// The active tenant that answers to `host` (a Host field). nullptr: none.
  TenantPtr find_by_host(std::string_view host) const;
  /// Suspended ones, too. nullptr: none.
  TenantPtr find(std::string_view id) const;
  /// By id, else by domain.
  TenantPtr find_named(std::string_view id_or_domain) const;
  /// Earliest first.
  std::vector<TenantPtr> list() const;

  /// With its own default plan where `settings` (null: none) have none. Errors: invalid (name,
  /// domain or settings), conflict ("Tenant already exists: …": a domain is taken; the message
  /// names it).
  Result<TenantPtr> create(const Scope& scope, const std::string& name,
                           const std::vector<std::string>& domains, const Json& settings);

  /// Errors: those of create(), not_found.
  Result<TenantPtr> update(const Scope& scope, const std::string& id, const Update& update);

  /// The earliest tenant; there is none yet: default_tenant_id, made as `name`. Those of `domains`
  /// that no tenant has become its own; without any it is `localhost`. Errors: invalid (a domain).
  Result<TenantPtr> ensure_first(const Scope& scope, const std::string& name,
                                 const std::vector<std::string>& domains);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The tenant of a fresh installation.
inline constexpr const char* default_tenant_id = "00000000-0000-4000-8000-000000000001";

}  // namespace parley::tenants
