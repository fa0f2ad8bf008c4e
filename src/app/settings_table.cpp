#include "app/settings.h"

namespace parley::app {

namespace {

using Type = SettingType;

constexpr int64_t mebibyte = 1024 * 1024;

Setting text(std::string name, std::string value, std::string description) {
  return {std::move(name), Type::text, std::move(value), std::move(description)};
}

Setting secret(std::string name, std::string description) {
  Setting out = text(std::move(name), "", std::move(description));
  out.secret = true;
  return out;
}

Setting integer(std::string name, int64_t value, std::string unit, int64_t min, int64_t max,
                std::string description) {
  return {std::move(name),
          Type::integer,
          std::to_string(value),
          std::move(description),
          std::move(unit),
          min,
          max};
}

Setting flag(std::string name, bool value, std::string description) {
  return {std::move(name), Type::boolean, value ? "true" : "false", std::move(description)};
}

Setting list(std::string name, std::string value, std::string description) {
  return {std::move(name), Type::list, std::move(value), std::move(description)};
}

Setting choice(std::string name, std::vector<std::string> choices, std::string description) {
  Setting out = text(std::move(name), choices.front(), std::move(description));
  out.type = Type::choice;
  out.choices = std::move(choices);
  return out;
}

Setting prices(std::string name, std::string value, std::string description) {
  Setting out = text(std::move(name), std::move(value), std::move(description));
  out.type = Type::numbers;
  out.unit = "US$ per million tokens";
  return out;
}

std::vector<Setting> server_settings() {
  return {
      choice("app_profile", {"development", "production", "testing"},
             "Which config/<profile>.json applies. production is closed by default."),
      text("host", "127.0.0.1", "Address to listen on; 0.0.0.0 for every interface."),
      integer("port", 8000, "", 0, 65535, "Port to listen on; 0 lets the system choose."),
      text("data_dir", "data", "Directory of the database. Back this up."),
      text("media_dir", "media", "Directory of uploaded files."),
      text("widget_dir", "widget/dist", "Directory of the built widget."),
      text("database_url", "",
           "Empty: SQLite in DATA_DIR. Or sqlite:///path. Other databases are refused."),
      secret("secret_key",
             "Binds visitor tokens to this installation. Empty: made at first start "
             "and kept in DATA_DIR. Changing it ends every visitor's access."),
      list("allowed_hosts", "*",
           "Domains of the first tenant, taken up at each start unless another tenant has them; *: "
           "only localhost, at the first start. A Host that is no tenant's gets 404."),
      flag("dev_default_tenant", false,
           "localhost, 127.0.0.1 and [::1] are the earliest tenant's unless another has them."),
      list("trusted_proxies", "",
           "Addresses or CIDR blocks of proxies in front. Only they may say by X-Forwarded-For and "
           "X-Forwarded-Host who asks for what; they must not pass on a client's own. "
           "CONNECTIONS_PER_ADDRESS_MAX does not count for them."),
      list("allowed_origins", "*",
           "Origins that may embed the widget and call the API; * for any. production needs a "
           "list."),
      flag("tls_in_front", false, "A proxy in front speaks HTTPS: send Strict-Transport-Security."),
      flag("debug", true, "Log more (level debug)."),
      choice("log_level", {"info", "debug", "warning", "error", "off"}, "Least level logged."),
      flag("demo_site", false, "Serve the demo page at /."),
      flag("visitor_token_required", true,
           "A conversation needs its visitor token; false lets the bare session id suffice."),
      integer("workers", 16, "threads", 1, 256, "Request handlers; more share a commit."),
      integer("queue_max", 1024, "requests", 1, 100'000, "Waiting for a worker; beyond: 503."),
      integer("connections_max", 10'000, "connections", 8, 1'000'000, "Open at once."),
      integer("connections_per_address_max", 64, "connections", 1, 1'000'000,
              "Open at once from one address; loopback is exempt."),
      integer("rate_messages_per_visitor", 12, "messages", 0, 1'000'000,
              "A minute, half of them at once; beyond: 429. 0: no limit, as with all rates."),
      integer("rate_messages_per_address", 60, "messages", 0, 1'000'000,
              "A minute; loopback and holders of a key are exempt."),
      integer("rate_sessions_per_address", 30, "sessions", 0, 1'000'000,
              "An hour; loopback is exempt."),
      integer("rate_sessions_per_tenant", 600, "sessions", 0, 1'000'000, "A minute."),
      integer("rate_requests_per_tenant", 60'000, "requests", 0, 100'000'000,
              "A minute, of the API."),
      integer("drain_ms", 6'000, "ms", 0, 60'000,
              "On SIGTERM, running answers get this long to end."),
  };
}

std::vector<Setting> bot_settings() {
  return {
      text("bot_name", "Claude Assistant", "Name of the bot."),
      text("bot_powered_by", "Claude", "Shown under the conversation."),
      text("bot_color", "#667eea", "Brand colour of the widget."),
      text("bot_msg_bg_color", "#667eea", "Background of the visitor's messages."),
      text("bot_icon", "", "URL of the bot's picture; empty: none."),
      text("bot_greeting", "",
           "First line of an empty chat; empty: the widget's own, in the visitor's language."),
      list("bot_starter_questions", "",
           "Buttons of an empty chat; empty: the widget's own, in the visitor's language."),
      integer("session_idle_minutes", 30, "minutes", 1, 525'600,
              "A session without activity ends after this."),
      integer("customers_max", 100'000, "customers", 1, 10'000'000,
              "Of one tenant; beyond, none is added: 409."),
      integer("session_config_max_bytes", 256 * 1024, "bytes", 1024, mebibyte,
              "Largest config of a session, its page data included."),
      integer("retention_days", 30, "days", 0, 3'650,
              "Ended sessions and their messages are erased after this, files within the hour."),
      integer("message_characters_max", 100'000, "characters", 1, 1'000'000,
              "Longest message accepted; the model sees the end of a long one."),
      integer("widget_message_characters_max", 1'000, "characters", 1, 1'000'000,
              "Longest message the widget's box takes."),
      integer("waiting_messages_max", 8, "messages", 0, 1'000,
              "Of one session, behind the running answer; beyond: 429."),
      integer("answers_max", 512, "answers", 1, 10'000, "Running at once; beyond: 503."),
      integer("answers_per_tenant_max", 384, "answers", 1, 10'000,
              "Of them, for one tenant that has no limit of its own; beyond: 429."),
      integer("idempotency_hours", 24, "hours", 1, 720,
              "How long retries find the first answer and streams can be replayed."),
      integer("upload_max_bytes", 10 * mebibyte, "bytes", 1, 1024 * mebibyte,
              "Largest file a visitor may upload."),
      integer("upload_rows_max", 200'000, "rows", 1, 10'000'000, "Most rows of a file."),
      integer("upload_files_max", 5, "files", 1, 10,
              "Of one session; with 1, each upload replaces the former."),
      integer("uploads_max", 4, "uploads", 1, 64, "Read at once; others wait."),
      integer("query_timeout_ms", 1'000, "ms", 100, 60'000,
              "Longest run of one SQL query over uploads; it is killed then. Raise it with "
              "UPLOAD_MAX_BYTES."),
      integer("query_rows_max", 1'000, "rows", 1, 10'000, "Most rows of a result that is shown."),
      integer("download_rows_max", 100'000, "rows", 1, 1'000'000,
              "Most rows of a result that is downloaded; at most 8 MiB in any case."),
      integer(
          "queries_max", 0, "queries", 0, 64,
          "SQL queries at once, each in a process of its own; a tenant may have half of them. 0: "
          "one per processor, at most 4."),
  };
}

std::vector<Setting> budget_settings() {
  return {
      integer("tokens_limit", 1'000, "units", 0, 1'000'000'000'000,
              "Budget of a tenant that is created without one; 0: no limit."),
      choice("token_unit", {"calls", "tokens"},
             "What that budget counts: answers, or the tokens that the provider counted."),
  };
}

std::vector<Setting> context_settings() {
  return {
      integer(
          "context_total_tokens", 6'000, "tokens", 1'000, 1'000'000,
          "Estimated size of all that is sent with a question, but for the tenant's instructions."),
      integer("context_message_tokens", 3'000, "tokens", 100, 1'000'000, "Of it, the question."),
      integer("context_json_tokens", 2'000, "tokens", 0, 1'000'000, "Of it, the page's JSON data."),
      integer("context_page_tokens", 1'000, "tokens", 0, 1'000'000, "Of it, page information."),
      integer("context_history_tokens", 1'500, "tokens", 0, 1'000'000, "Of it, earlier messages."),
      integer("context_history_messages", 10, "messages", 1, 1'000,
              "Most messages sent, the new one included."),
      integer("output_tokens_default", 1'000, "tokens", 1, 128'000,
              "Longest answer if the session's config has no maxTokens."),
      integer("output_tokens_max", 8'192, "tokens", 1, 128'000, "Upper bound of maxTokens."),
      integer("tool_steps_max", 5, "steps", 0, 20, "Rounds of tool calls in one answer."),
  };
}

std::vector<Setting> provider_settings() {
  return {
      text("ai_provider", "claude",
           "Used when a session names none: claude, openai or demo. "
           "Without its key, the first that has one."),
      secret("anthropic_api_key", "Key for Claude; empty: no Claude."),
      text("anthropic_base_url", "https://api.anthropic.com", "Claude's endpoint, without /v1."),
      text("anthropic_model", "claude-haiku-5-5", "Claude model if a session names none."),
      text("anthropic_version", "2026-10-21", "Value of the anthropic-version header."),
      text("claude_bot_name", "Claude Assistant", "What people see as Claude's name."),
      prices("anthropic_prices", "0.10,0.01,0.50", "Input, cached input, output."),
      secret("openai_api_key", "Key for OpenAI or a compatible server; empty: none."),
      text("openai_base_url", "https://api.openai.com/v1",
           "OpenAI's endpoint or a compatible server's, with /v1."),
      text("openai_model", "gpt-6-luna", "OpenAI model if a session names none."),
      choice("openai_protocol", {"auto", "responses", "chat"},
             "auto: Responses for OpenAI itself, Chat Completions for other servers."),
      flag("openai_stream_options", true, "false for servers that refuse stream_options."),
      flag("openai_max_completion_tokens", true,
           "false for servers that only know the old max_tokens."),
      text("openai_bot_name", "GPT Assistant", "What people see as OpenAI's name."),
      prices("openai_prices", "0.10,0.01,0.50", "Input, cached input, output."),
      flag("enable_demo_provider", true, "The keyless demo provider."),
      integer("provider_connect_ms", 5'000, "ms", 1, 120'000, "Connecting to a provider."),
      integer("provider_first_byte_ms", 60'000, "ms", 1, 600'000, "Until its answer begins."),
      integer("provider_idle_ms", 60'000, "ms", 1, 600'000, "Between two events of it."),
      integer("provider_total_ms", 300'000, "ms", 1, 3'600'000, "The whole call."),
      integer("provider_retries_max", 2, "retries", 0, 10, "Per endpoint, before visible text."),
      integer("provider_retry_after_max_ms", 8'000, "ms", 0, 120'000,
              "A longer Retry-After fails over instead of waiting."),
      integer("breaker_failures", 5, "failures", 1, 1'000, "Within 10 s open the breaker."),
      integer("breaker_open_ms", 30'000, "ms", 100, 3'600'000, "Until a provider is tried again."),
  };
}

}  // namespace

const std::vector<Setting>& settings_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> all;
    for (auto part : {server_settings(), bot_settings(), budget_settings(), context_settings(),
                      provider_settings()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return table;
}

}  // namespace parley::app
