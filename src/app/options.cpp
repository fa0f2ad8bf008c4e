#include "app/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/addresses.h"
#include "base/origin.h"

namespace parley::app {

namespace {

constexpr int64_t ms_per_minute = 60'000;
constexpr int64_t ms_per_hour = 60 * ms_per_minute;
constexpr int64_t ms_per_day = 24 * ms_per_hour;
constexpr std::string_view sqlite_scheme = "sqlite:///";
constexpr size_t secret_key_characters_min = 32;
// Of a query's rows as JSON text. A result is parsed whole in this process, where it takes several
// times as much.
constexpr int64_t shown_bytes_max = 512 * 1024;
constexpr int64_t download_bytes_max = 8 * 1024 * 1024;

providers::Price price_of(const Settings& settings, std::string_view name) {
  const auto numbers = settings.numbers(name);
  return {numbers[0], numbers[1], numbers[2]};
}

net::UpstreamDeadlines deadlines_of(const Settings& settings) {
  return {settings.integer("provider_connect_ms"), settings.integer("provider_first_byte_ms"),
          settings.integer("provider_idle_ms"), settings.integer("provider_total_ms")};
}

providers::OpenAiProtocol protocol_of(const std::string& name) {
  if (name == "responses") return providers::OpenAiProtocol::responses;
  if (name == "chat") return providers::OpenAiProtocol::chat_completions;
  return providers::OpenAiProtocol::automatic;
}

Result<void> check_origins(const Settings& settings) {
  for (const std::string& origin : settings.list("allowed_origins")) {
    if (origin == "*" || is_origin(origin)) continue;
    return fail(ErrorCode::invalid,
                fmt::format("{}: ALLOWED_ORIGINS has \"{}\", which is no origin. Write scheme and "
                            "host in lower case, without a path, e.g. https://www.example.com",
                            settings.source("allowed_origins"), origin));
  }
  return {};
}

Result<void> check_hosts(const Settings& settings) {
  for (const std::string& host : settings.list("allowed_hosts")) {
    if (host == "*" || !normal_host(host).empty()) continue;
    return fail(ErrorCode::invalid,
                fmt::format("{}: ALLOWED_HOSTS has \"{}\", which is no host name. Write it without "
                            "scheme and path, e.g. www.example.com",
                            settings.source("allowed_hosts"), host));
  }
  return {};
}

Result<AddressList> trusted_proxies(const Settings& settings) {
  auto out = AddressList::parse(settings.list("trusted_proxies"));
  if (out) return out;
  return fail(ErrorCode::invalid,
              fmt::format("{}: TRUSTED_PROXIES has {}", settings.source("trusted_proxies"),
                          out.error().message));
}

bool is_wildcard(const std::vector<std::string>& list) {
  return std::find(list.begin(), list.end(), "*") != list.end();
}

}  // namespace

Result<void> check(const Settings& settings) {
  const bool is_production = settings.text("app_profile") == "production";
  if (is_production && is_wildcard(settings.list("allowed_origins"))) {
    return fail(ErrorCode::invalid,
                fmt::format("{}: ALLOWED_ORIGINS must not be * in production. List the sites that "
                            "embed the widget, e.g. ALLOWED_ORIGINS=https://www.example.com",
                            settings.source("allowed_origins")));
  }
  TRY(check_origins(settings));
  TRY(check_hosts(settings));
  TRY(trusted_proxies(settings));
  const std::string& key = settings.text("secret_key");
  const bool is_placeholder = key.find("secret") != std::string::npos ||
                              key.find("change") != std::string::npos ||
                              key.find('<') != std::string::npos;
  if (!key.empty() && (is_placeholder || key.size() < secret_key_characters_min)) {
    return fail(ErrorCode::invalid,
                fmt::format("{}: SECRET_KEY must be at least {} random characters, not an example. "
                            "Leave it empty to have one made, or use: openssl rand -hex 32",
                            settings.source("secret_key"), secret_key_characters_min));
  }
  return database_options(settings).map([](const auto&) {});
}

tenants::Options tenant_options(const Settings& settings) {
  tenants::Options out;
  out.default_plan.limit = settings.integer("tokens_limit");
  out.default_plan.unit =
      settings.text("token_unit") == "calls" ? tenants::Unit::calls : tenants::Unit::tokens;
  out.has_development_tenant = settings.flag("dev_default_tenant");
  return out;
}

std::vector<std::string> default_domains(const Settings& settings) {
  const auto hosts = settings.list("allowed_hosts");
  return is_wildcard(hosts) ? std::vector<std::string>() : hosts;
}

Result<db::DatabaseOptions> database_options(const Settings& settings) {
  const std::string& url = settings.text("database_url");
  db::DatabaseOptions out;
  if (url.empty()) {
    out.path = settings.text("data_dir") + "/parley.db";
  } else if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size()) {
    out.path = url.substr(sqlite_scheme.size());
  } else {
    return fail(ErrorCode::invalid,
                fmt::format("{}: DATABASE_URL must be empty or sqlite:///path. This version stores "
                            "its data in SQLite only.",
                            settings.source("database_url")));
  }
  return out;
}

conversations::Options conversation_options(const Settings& settings, std::string token_key) {
  conversations::Options out;
  out.idle_ms = settings.integer("session_idle_minutes") * ms_per_minute;
  out.retention_ms = settings.integer("retention_days") * ms_per_day;
  out.config_bytes_max = static_cast<size_t>(settings.integer("session_config_max_bytes"));
  out.token_key = std::move(token_key);
  return out;
}

customers::Options customer_options(const Settings& settings) {
  return {settings.integer("customers_max")};
}

files::Options file_options(const Settings& settings) {
  files::Options out;
  out.media_directory = settings.text("media_dir");
  out.file_bytes_max = settings.integer("upload_max_bytes");
  out.files_max = static_cast<size_t>(settings.integer("upload_files_max"));
  out.rows_max = settings.integer("upload_rows_max");
  // A JSON file of that many rows of ten members.
  out.json_nodes_max = std::max(out.json_nodes_max, 11 * out.rows_max);
  return out;
}

files::QueryOptions query_options(const Settings& settings) {
  files::QueryOptions out;
  out.shown.deadline_ms = settings.integer("query_timeout_ms");
  out.shown.rows_max = settings.integer("query_rows_max");
  out.shown.result_bytes_max = shown_bytes_max;
  out.download = out.shown;
  out.download.rows_max = settings.integer("download_rows_max");
  out.download.result_bytes_max = download_bytes_max;
  return out;
}

datasets::RunnerOptions runner_options(const Settings& settings) {
  datasets::RunnerOptions out;
  const auto processors = static_cast<int>(std::thread::hardware_concurrency());
  const auto wanted = static_cast<int>(settings.integer("queries_max"));
  out.running_max = wanted > 0 ? wanted : std::clamp(processors, 1, 4);
  out.per_owner_max = std::max(1, out.running_max / 2);
  return out;
}

chat::Options chat_options(const Settings& settings) {
  chat::Options out;
  out.bot_name = settings.text("bot_name");
  out.context.total_tokens = settings.integer("context_total_tokens");
  out.context.message_tokens = settings.integer("context_message_tokens");
  out.context.json_tokens = settings.integer("context_json_tokens");
  out.context.page_tokens = settings.integer("context_page_tokens");
  out.context.history_tokens = settings.integer("context_history_tokens");
  out.context.history_messages = settings.integer("context_history_messages");
  out.output_tokens_default = settings.integer("output_tokens_default");
  out.output_tokens_max = settings.integer("output_tokens_max");
  out.message_characters_max = static_cast<size_t>(settings.integer("message_characters_max"));
  out.tool_steps_max = static_cast<int>(settings.integer("tool_steps_max"));
  out.answers_max = static_cast<size_t>(settings.integer("answers_max"));
  out.answers_per_tenant_max = static_cast<size_t>(settings.integer("answers_per_tenant_max"));
  out.waiting_turns_max = static_cast<size_t>(settings.integer("waiting_messages_max"));
  out.replay_ms = settings.integer("idempotency_hours") * ms_per_hour;
  const providers::RegistryOptions endpoints;
  out.reasoning_headroom_tokens = std::max(endpoints.claude.reasoning_headroom_tokens,
                                           endpoints.openai.reasoning_headroom_tokens);
  out.prices = {{"claude", price_of(settings, "anthropic_prices")},
                {"openai", price_of(settings, "openai_prices")}};
  return out;
}

chat::CallOptions call_options(const Settings& settings) {
  const bool is_open = settings.text("app_profile") != "production";
  return {is_open, is_open};
}

sessions::Options session_options(const Settings& settings) {
  sessions::Options out;
  out.bot.name = settings.text("bot_name");
  out.bot.powered_by = settings.text("bot_powered_by");
  out.bot.color = settings.text("bot_color");
  out.bot.msg_bg_color = settings.text("bot_msg_bg_color");
  if (!settings.text("bot_icon").empty()) out.bot.icon = settings.text("bot_icon");
  out.bot.greeting = settings.text("bot_greeting");
  out.bot.starter_questions = settings.list("bot_starter_questions");
  out.upload_bytes_max = settings.integer("upload_max_bytes");
  out.message_characters_max = settings.integer("widget_message_characters_max");
  return out;
}

providers::RegistryOptions registry_options(const Settings& settings) {
  providers::RegistryOptions out;
  out.claude.name = "claude";
  out.claude.label = settings.text("claude_bot_name");
  out.claude.api_key = settings.text("anthropic_api_key");
  out.claude.base_url = settings.text("anthropic_base_url");
  out.claude.default_model = settings.text("anthropic_model");
  out.claude.api_version = settings.text("anthropic_version");
  out.claude.deadlines = deadlines_of(settings);
  out.openai.name = "openai";
  out.openai.label = settings.text("openai_bot_name");
  out.openai.api_key = settings.text("openai_api_key");
  out.openai.base_url = settings.text("openai_base_url");
  out.openai.default_model = settings.text("openai_model");
  out.openai.deadlines = deadlines_of(settings);
  out.openai.protocol = protocol_of(settings.text("openai_protocol"));
  out.openai.send_stream_options = settings.flag("openai_stream_options");
  out.openai.send_max_completion_tokens = settings.flag("openai_max_completion_tokens");
  out.demo_enabled = settings.flag("enable_demo_provider");
  out.preferred = settings.text("ai_provider");
  out.retry.retries_max = static_cast<int>(settings.integer("provider_retries_max"));
  out.retry.retry_after_max_ms = settings.integer("provider_retry_after_max_ms");
  out.retry.total_ms = settings.integer("provider_total_ms");
  out.breaker.failures = static_cast<int>(settings.integer("breaker_failures"));
  out.breaker.open_ms = settings.integer("breaker_open_ms");
  return out;
}

net::FrontDoorOptions door_options(const Settings& settings) {
  net::FrontDoorOptions out;
  out.host = settings.text("host");
  out.port = static_cast<uint16_t>(settings.integer("port"));
  out.workers = static_cast<int>(settings.integer("workers"));
  out.queue_max = static_cast<int>(settings.integer("queue_max"));
  out.connections_max = static_cast<int>(settings.integer("connections_max"));
  out.connections_per_address_max =
      static_cast<int>(settings.integer("connections_per_address_max"));
  out.spool_directory = settings.text("media_dir");
  out.trusted_proxies = trusted_proxies(settings).value_or(AddressList());
  return out;
}

http::ServerOptions server_options(const Settings& settings) {
  http::ServerOptions out;
  out.trusted_proxies = trusted_proxies(settings).value_or(AddressList());
  out.allowed_origins = settings.list("allowed_origins");
  out.tls_in_front = settings.flag("tls_in_front");
  return out;
}

}  // namespace parley::app
