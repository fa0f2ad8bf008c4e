// doctor: is this installation fit to run?
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/backup/backup.h"
#include "app/cli/command.h"
#include "app/cli/findings.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"
#include "base/text.h"
#include "db/snapshot.h"

namespace parley::app::cli {

namespace {

constexpr int64_t provider_ms = 5'000;
constexpr int status_unauthorized = 401;
constexpr int status_forbidden = 403;

void append(Findings& all, Findings part) {
  std::move(part.begin(), part.end(), std::back_inserter(all));
}

struct ProviderCheck {
  std::string name;
  std::string setting;  ///< that holds its key
  net::UpstreamRequest request;
};

/// The cheapest call each vendor has: a list of models costs nothing.
std::vector<ProviderCheck> provider_checks(const Settings& settings) {
  std::vector<ProviderCheck> out;
  const std::string& anthropic = settings.text("anthropic_api_key");
  if (!anthropic.empty()) {
    net::UpstreamRequest request;
    request.url = settings.text("anthropic_base_url") + "/v1/models?limit=1";
    request.headers = {{"x-api-key", anthropic},
                       {"anthropic-version", settings.text("anthropic_version")}};
    out.push_back({"Claude", "ANTHROPIC_API_KEY", std::move(request)});
  }
  const std::string& openai = settings.text("openai_api_key");
  if (!openai.empty()) {
    net::UpstreamRequest request;
    request.url = settings.text("openai_base_url") + "/models";
    request.headers = {{"Authorization", "Bearer " + openai}};
    out.push_back({"OpenAI", "OPENAI_API_KEY", std::move(request)});
  }
  return out;
}

Finding ask(net::Upstream& upstream, const ProviderCheck& check) {
  net::UpstreamRequest request = check.request;
  request.method = "GET";
  request.deadlines = {provider_ms, provider_ms, provider_ms, provider_ms};
  const auto call = upstream.start(std::move(request));
  const auto head = call->head({});
  if (!head) {
    return {Verdict::warn, "provider",
            fmt::format("{} could not be asked: {}", check.name, head.error().detail),
            "Check the network and its base URL."};
  }
  if (head->status == 200) return {Verdict::ok, "provider", check.name + " takes its key", ""};
  const bool is_refused = head->status == status_unauthorized || head->status == status_forbidden;
  return {is_refused ? Verdict::fail : Verdict::warn, "provider",
          fmt::format("{} answered {}", check.name, head->status),
          is_refused ? fmt::format("Check {}.", check.setting) : "Try again later."};
}

Findings check_providers(const Settings& settings) {
  const auto checks = provider_checks(settings);
  if (checks.empty()) {
    return {{Verdict::warn, "provider", "no key is set: the built-in demo answers",
             "Set ANTHROPIC_API_KEY or OPENAI_API_KEY."}};
  }
  Findings found;
  const auto upstream = net::make_curl_upstream();
  for (const ProviderCheck& check : checks) found.push_back(ask(*upstream, check));
  return found;
}

Findings check_tenant(const Json& tenant, bool is_production) {
  Findings found;
  const std::string name = cell_of(tenant, "name");
  const auto warn = [&](const char* said, const char* advice) {
    found.push_back({Verdict::warn, "tenants", fmt::format("{} {}", name, said), advice});
  };
  if (member_of(tenant, "domains").empty()) {
    warn("has no domain, so nobody reaches it", "parley tenant update ID --domain …");
  }
  const Json& origins = member_of(member_of(tenant, "settings"), "origins");
  const bool is_open =
      origins.is_array() && std::find(origins.begin(), origins.end(), "*") != origins.end();
  if (is_production && is_open) {
    warn("lets any site embed it", "List its origins in its settings.");
  }
  return found;
}

Findings check_tenants(OperatorClient& client, bool is_production) {
  const auto all = client.tenants();
  if (!all) return {{Verdict::fail, "tenants", all.error().message, "See the server's log."}};
  Findings found;
  for (const Json& tenant : *all) append(found, check_tenant(tenant, is_production));
  if (found.empty()) {
    found.push_back(
        {Verdict::ok, "tenants", fmt::format("{} of them, each with a domain", all->size()), ""});
  }
  return found;
}

/// What was found in the database, and when it was brought to its schema.
std::pair<Findings, int64_t> check_database(const std::string& path) {
  const auto found = db::inspect(path, db::Look::quick);
  if (!found) {
    return {{{Verdict::fail, "database", found.error().message + ": " + found.error().detail,
              "Restore a backup, or see the log."}},
            0};
  }
  if (!found->problems.empty()) {
    return {{{Verdict::fail, "database",
              fmt::format("it is damaged: {}", fmt::join(found->problems, "; ")),
              "Stop the server and restore a backup."}},
            found->migrated_at_ms};
  }
  return {{{Verdict::ok, "database", fmt::format("sound, schema {}", found->schema), ""}},
          found->migrated_at_ms};
}

/// What only a server can tell: the running one, or one in this process.
Findings check_server(const CommandLine& line, const std::string& database) {
  std::error_code ignored;
  if (!std::filesystem::exists(database, ignored)) {
    Findings found = {{Verdict::warn, "database", fmt::format("there is no \"{}\" yet", database),
                       "The first start makes it."}};
    append(found, check_port(line.settings));
    append(found, check_time(SystemClock(), 0));
    return found;
  }
  auto client = OperatorClient::connect(line);
  if (!client) {
    return {{Verdict::fail, "server",
             fmt::format("{} {}", client.error().message, client.error().detail),
             "The server will not start like this."}};
  }
  Findings found;
  if (client->is_remote()) {
    found.push_back({Verdict::ok, "server", fmt::format("running at {}", client->url()), ""});
  } else {
    append(found, check_port(line.settings));
  }
  auto [about_database, migrated_at_ms] = check_database(database);
  append(found, std::move(about_database));
  append(found, check_time(SystemClock(), migrated_at_ms));
  append(found, check_tenants(*client, line.settings.text("app_profile") == "production"));
  return found;
}

const char* word_of(Verdict verdict) {
  if (verdict == Verdict::ok) return "ok";
  return verdict == Verdict::warn ? "warn" : "FAIL";
}

void print(const Findings& found, bool as_json) {
  Json all = Json::array();
  for (const Finding& finding : found) {
    if (as_json) {
      all.push_back({{"verdict", to_lower_ascii(word_of(finding.verdict))},
                     {"about", finding.about},
                     {"said", finding.said},
                     {"advice", finding.advice}});
      continue;
    }
    fmt::print("{:<5} {:<12} {}\n", word_of(finding.verdict), finding.about, finding.said);
    if (!finding.advice.empty()) fmt::print("{:<18} → {}\n", "", finding.advice);
  }
  if (as_json) fmt::print("{}", pretty(all));
}

int doctor(const CommandLine& line) {
  const Settings& settings = line.settings;
  Findings found = check_settings(settings);
  append(found, check_widget(settings));
  append(found, check_disk(settings));
  append(found, check_descriptors(settings));
  const auto places = places_of(settings);
  if (places) append(found, check_server(line, places->database));
  append(found, check_permissions(settings));
  append(found, check_providers(settings));
  print(found, line.arguments.has("--json"));
  const bool is_fit = std::none_of(found.begin(), found.end(), [](const Finding& finding) {
    return finding.verdict == Verdict::fail;
  });
  return is_fit ? exit_done : exit_failed;
}

}  // namespace

Commands doctor_commands() {
  return {{"doctor",
           "",
           "check settings, data, keys and clock; says what to do",
           0,
           0,
           {{"--json", ""}},
           doctor}};
}

}  // namespace parley::app::cli
