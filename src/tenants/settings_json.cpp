#include "tenants/settings_json.h"

#include <algorithm>

#include "base/clock.h"
#include "base/origin.h"
#include "tenants/settings_fields.h"

namespace parley::tenants {

namespace {

constexpr size_t label_characters_max = 100;
constexpr size_t line_characters_max = 1'000;
constexpr size_t url_characters_max = 2'000;
constexpr size_t key_characters_max = 1'000;
constexpr size_t secret_characters_min = 32;
constexpr size_t starter_questions_max = 10;
constexpr size_t origins_max = 100;
constexpr int64_t units_max = 1'000'000'000'000'000;  // exact in every JSON reader
constexpr int64_t per_minute_max = 1'000'000;
constexpr int64_t answers_max = 10'000;

bool is_color(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    const char lower = static_cast<char>(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') ||
           std::string_view("#%(),./ +-").find(byte) != std::string_view::npos;
  });
}

bool is_icon(std::string_view text) {
  const bool is_ours = text.starts_with('/') && !text.starts_with("//");
  return (is_ours || is_origin(origin_of(text))) &&
         text.find_first_of(" \t\r\n\"'<>\\") == std::string_view::npos;
}

bool is_name(std::string_view text) {
  return text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_secret(std::string_view text) {
  return text.size() >= secret_characters_min;
}

bool is_public_key(std::string_view text) {
  return text.starts_with("-----BEGIN PUBLIC KEY-----\n") &&
         trim(text).ends_with("\n-----END PUBLIC KEY-----");
}

template <class Section>
using Fields = std::vector<Field<Section>>;

const Fields<Bot>& bot_fields() {
  static const Fields<Bot> fields = {
      text_field("name", &Bot::name, label_characters_max),
      text_field("poweredBy", &Bot::powered_by, label_characters_max),
      text_field("color", &Bot::color, label_characters_max, "a CSS colour", is_color),
      text_field("msgBgColor", &Bot::msg_bg_color, label_characters_max, "a CSS colour", is_color),
      text_field("icon", &Bot::icon, url_characters_max, "an http(s) address or a path", is_icon),
      text_field("greeting", &Bot::greeting, line_characters_max),
      list_field("starterQuestions", &Bot::starter_questions, starter_questions_max,
                 line_characters_max, "texts"),
  };
  return fields;
}

const Fields<Plan>& plan_fields() {
  static const Fields<Plan> fields = {
      choice_field("unit", &Plan::unit, {{Unit::calls, "calls"}, {Unit::tokens, "tokens"}}),
      integer_field("limit", &Plan::limit, units_max),
      integer_field("limitPerDay", &Plan::limit_per_day, units_max),
      integer_field("limitPerVisitor", &Plan::limit_per_visitor, units_max),
      integer_field("limitPerConversation", &Plan::limit_per_conversation, units_max),
      choice_field("atLimit", &Plan::at_limit,
                   {{AtLimit::refuse, "refuse"},
                    {AtLimit::cheaper_model, "cheaper_model"},
                    {AtLimit::human, "human"}}),
      text_field("limitText", &Plan::limit_text, line_characters_max),
      text_field("cheaperProvider", &Plan::cheaper_provider, label_characters_max,
                 "a provider's name", is_name),
      text_field("cheaperModel", &Plan::cheaper_model, label_characters_max, "a model's name",
                 is_name),
      integer_field("cheaperLimit", &Plan::cheaper_limit, units_max),
  };
  return fields;
}

Fields<Identity> make_identity_fields() {
  Fields<Identity> fields = {
      text_field("hs256Secret", &Identity::hs256_secret, key_characters_max,
                 "a secret of at least 32 and", is_secret),
      text_field("ed25519PublicKey", &Identity::ed25519_public_key, key_characters_max,
                 "a public key in PEM", is_public_key),
      flag_field("isEnforced", &Identity::is_enforced),
  };
  fields.front().is_secret = true;
  return fields;
}

const Fields<Identity>& identity_fields() {
  static const Fields<Identity> fields = make_identity_fields();
  return fields;
}

const Fields<Openness>& openness_fields() {
  static const Fields<Openness> fields = {
      flag_field("visitorTokenRequired", &Openness::visitor_token_required),
      flag_field("historyOpen", &Openness::history_open),
      flag_field("callOpen", &Openness::call_open),
      flag_field("customerAddOpen", &Openness::customer_add_open),
  };
  return fields;
}

const Fields<Rates>& rates_fields() {
  static const Fields<Rates> fields = {
      integer_field("messagesPerVisitor", &Rates::messages_per_visitor, per_minute_max),
      integer_field("messagesPerAddress", &Rates::messages_per_address, per_minute_max),
      integer_field("requests", &Rates::requests, per_minute_max),
      integer_field("answersMax", &Rates::answers_max, answers_max),
  };
  return fields;
}

const Fields<TenantSettings>& own_fields() {
  using Settings = TenantSettings;
  static const Fields<Settings> fields = {
      text_field("systemParameter", &Settings::system_parameter, system_characters_max),
      text_field("provider", &Settings::provider, label_characters_max, "a provider's name",
                 is_name),
      text_field("model", &Settings::model, label_characters_max, "a model's name", is_name),
      list_field("origins", &Settings::origins, origins_max, url_characters_max,
                 "origins like https://www.example.com (scheme and host in lower case, no path, no "
                 "wildcard),",
                 [](std::string_view text) { return is_origin(text); }),
  };
  return fields;
}

Error misfit(const std::string& name, const std::string& wanted) {
  return {ErrorCode::invalid, name + " must be " + wanted};
}

template <class Section>
const Field<Section>* find_field(const Fields<Section>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

/// The members of one nested object.
template <class Section>
Result<void> read_section(const std::string& name, const Fields<Section>& fields, const Json& json,
                          Section& section) {
  if (!json.is_object()) return fail(misfit(name, "an object"));
  for (const auto& [key, value] : json.items()) {
    const auto* field = find_field(fields, key);
    const std::string path = name + "." + key;
    if (field == nullptr) return fail(ErrorCode::invalid, path + " is not a setting");
    if (const auto wanted = field->read(section, value)) return fail(misfit(path, *wanted));
  }
  return {};
}

Result<void> read_member(const std::string& key, const Json& value, TenantSettings& out) {
  if (key == "bot") return read_section(key, bot_fields(), value, out.bot);
  if (key == "plan") return read_section(key, plan_fields(), value, out.plan);
  if (key == "identity") return read_section(key, identity_fields(), value, out.identity);
  if (key == "openness") return read_section(key, openness_fields(), value, out.openness);
  if (key == "rates") return read_section(key, rates_fields(), value, out.rates);
  const auto* field = find_field(own_fields(), key);
  if (field == nullptr) return fail(ErrorCode::invalid, key + " is not a setting");
  if (const auto wanted = field->read(out, value)) return fail(misfit(key, *wanted));
  return {};
}

/// What no single field can refuse.
Result<void> check_together(const TenantSettings& settings) {
  const Identity& identity = settings.identity;
  const bool has_key = !identity.hs256_secret.empty() || !identity.ed25519_public_key.empty();
  if (identity.is_enforced && !has_key) {
    return fail(ErrorCode::invalid,
                "identity.isEnforced needs identity.hs256Secret or identity.ed25519PublicKey");
  }
  const Plan& plan = settings.plan;
  const bool names_other = !plan.cheaper_provider.empty() || !plan.cheaper_model.empty();
  if (plan.at_limit == AtLimit::cheaper_model && !names_other) {
    return fail(ErrorCode::invalid,
                "plan.atLimit cheaper_model needs plan.cheaperProvider or plan.cheaperModel");
  }
  return {};
}

template <class Section>
Json write_section(const Fields<Section>& fields, const Section& section, bool with_secrets) {
  Json out = Json::object();
  for (const auto& field : fields) {
    Json value = field.write(section);
    if (field.is_secret && !with_secrets) value = !value.get_ref<const std::string&>().empty();
    out[std::string(field.name)] = std::move(value);
  }
  return out;
}

Json write(const TenantSettings& settings, bool with_secrets) {
  Json out = write_section(own_fields(), settings, with_secrets);
  out["bot"] = write_section(bot_fields(), settings.bot, with_secrets);
  out["plan"] = write_section(plan_fields(), settings.plan, with_secrets);
  out["identity"] = write_section(identity_fields(), settings.identity, with_secrets);
  out["openness"] = write_section(openness_fields(), settings.openness, with_secrets);
  out["rates"] = write_section(rates_fields(), settings.rates, with_secrets);
  return out;
}

}  // namespace

bool is_text(const std::string& text, size_t characters_max) {
  return count_characters(text) <= characters_max &&
         std::all_of(text.begin(), text.end(), [](char byte) {
           return static_cast<unsigned char>(byte) >= 0x20 || byte == '\n' || byte == '\r' ||
                  byte == '\t';
         });
}

Json stored_json(const TenantSettings& settings) {
  return write(settings, true);
}

Json shown_json(const TenantSettings& settings) {
  return write(settings, false);
}

Json to_json(const Tenant& tenant) {
  return {{"id", tenant.id},
          {"name", tenant.name},
          {"status", tenant.status == Status::active ? "active" : "suspended"},
          {"domains", tenant.domains},
          {"settings", shown_json(tenant.settings)},
          {"createdAt", iso_timestamp(tenant.created_at_ms)},
          {"updatedAt", iso_timestamp(tenant.updated_at_ms)}};
}

Result<TenantSettings> merged(const TenantSettings& settings, const Json& changes) {
  if (!changes.is_object()) return fail(misfit("settings", "an object"));
  TenantSettings out = settings;
  for (const auto& [key, value] : changes.items()) TRY(read_member(key, value, out));
  TRY(check_together(out));
  return out;
}

}  // namespace parley::tenants
