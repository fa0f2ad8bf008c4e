#include "app/app.h"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "admin/routes.h"
#include "app/authenticate.h"
#include "app/jobs.h"
#include "app/options.h"
#include "app/rates.h"
#include "app/secrets.h"
#include "app/server_address.h"
#include "app/site.h"
#include "base/log.h"
#include "budgets/budgets.h"
#include "chat/routes.h"
#include "chat/routes_calls.h"
#include "crypto/random.h"
#include "customers/routes.h"
#include "files/routes.h"
#include "http/server.h"
#include "net/front_door.h"
#include "net/upstream.h"
#include "net/upstream_on_demand.h"
#include "people/routes.h"
#include "sessions/routes.h"
#include "tenants/routes.h"

namespace parley::app {

namespace {

constexpr int64_t door_grace_ms = 2'000;
constexpr size_t rate_keys_max = 200'000;

Result<void> make_directory(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (!problem) return {};
  return fail(ErrorCode::unavailable,
              fmt::format("Cannot make the directory \"{}\": {}", path, problem.message()));
}

void append(http::Routes& all, http::Routes part) {
  std::move(part.begin(), part.end(), std::back_inserter(all));
}

}  // namespace

/// In the order of construction; taken down in reverse.
struct App::Parts {
  Parts(const Settings& settings, const Secrets& secrets, const Clock& given_clock,
        std::unique_ptr<db::Database> opened)
      : drain_ms(settings.integer("drain_ms")),
        listen_host(settings.text("host")),
        data_directory(settings.text("data_dir")),
        clock(given_clock),
        database(std::move(opened)),
        upstream(net::make_upstream_on_demand([] { return net::make_curl_upstream(); })),
        providers(registry_options(settings), *upstream, clock, entropy),
        tenants(tenant_options(settings), *database, entropy),
        budgets(*database, entropy),
        customers(customer_options(settings), *database, entropy),
        keys({secrets.secret_key, secrets.operator_key}, *database, clock, entropy),
        conversations(conversation_options(settings, secrets.secret_key), *database, clock,
                      entropy),
        files(file_options(settings), *database, clock, entropy),
        runner(runner_options(settings)),
        queries(query_options(settings), files, runner, *database, clock, entropy),
        uploads(files, static_cast<size_t>(settings.integer("uploads_max"))),
        sessions(session_options(settings), conversations, queries, tenants, providers_for_widget(),
                 clock),
        admission({sessions, conversations, customers, tenants, *database, clock}),
        chat(chat_options(settings), {*database, conversations, files, queries, providers, tenants,
                                      budgets, metrics, clock, entropy, describe_customer()}),
        calls(call_options(settings), {chat, conversations, tenants, budgets, providers, entropy}),
        people({settings.text("media_dir")}, {*database, conversations, files, queries, customers,
                                              budgets, clock, stop_answer()}),
        jobs({tenants, conversations, files, chat}, default_domains(settings)),
        authenticator(
            {settings.flag("visitor_token_required"), secrets.secret_key}, tenants,
            [this](const Scope& scope, std::string_view key) { return holder_of(scope, key); }),
        rate_limiter(clock, rate_keys_max),
        rates(rate_settings(settings), tenants) {
    files.on_remove([this](const db::Tx& tx, const Scope& scope, const std::string& id) {
      chat.forget_replays(tx, scope, id);
    });
  }

  std::vector<sessions::ProviderInfo> providers_for_widget() const;
  std::function<std::string(const db::Reader&, const Scope&, const std::string&)>
  describe_customer() const;
  std::function<void(const Scope&, const std::string&)> stop_answer();
  Result<KeyHolder> holder_of(const Scope& scope, std::string_view key);
  std::function<Panel(const Scope&)> panel_of(const Settings& settings);
  std::shared_ptr<const http::Origins> origins_of_host(std::string_view host) const;
  Result<http::Routes> routes(const Settings& settings);
  void set_gauges();

  const int64_t drain_ms;
  const std::string listen_host;
  const std::string data_directory;
  const Clock& clock;
  crypto::OpenSslEntropy entropy;
  Metrics metrics;
  std::atomic<bool> ready = false;

  std::unique_ptr<db::Database> database;
  std::unique_ptr<net::Upstream> upstream;
  providers::Registry providers;
  tenants::Service tenants;
  budgets::Service budgets;
  customers::Service customers;
  admin::Keys keys;
  conversations::Service conversations;
  files::Service files;
  datasets::Runner runner;
  files::Queries queries;
  std::unique_ptr<http::Server> server;  ///< outlives those who answer requests later
  files::Uploads uploads;
  files::Statements statements;
  sessions::Service sessions;
  sessions::Admission admission;
  chat::Service chat;
  chat::Calls calls;
  people::Service people;
  Jobs jobs;
  Authenticator authenticator;
  RateLimiter rate_limiter;
  Rates rates;
  std::unique_ptr<net::FrontDoor> door;
};

std::vector<sessions::ProviderInfo> App::Parts::providers_for_widget() const {
  std::vector<sessions::ProviderInfo> out;
  for (const auto* provider : providers.list()) {
    out.push_back({provider->name(), provider->label(), provider->default_model(),
                   provider->name() == "demo", provider == providers.default_provider()});
  }
  return out;
}

std::function<std::string(const db::Reader&, const Scope&, const std::string&)>
App::Parts::describe_customer() const {
  return [this](const db::Reader& reader, const Scope& scope, const std::string& id) {
    const auto customer = customers.find(reader, scope, id);
    return customer ? customers::describe_for_model(*customer) : std::string();
  };
}

std::function<void(const Scope&, const std::string&)> App::Parts::stop_answer() {
  return [this](const Scope& scope, const std::string& conversation_id) {
    // One that has expired has no answer to stop.
    (void)chat.stop(scope, conversation_id);
  };
}

Result<KeyHolder> App::Parts::holder_of(const Scope& scope, std::string_view key) {
  ASSIGN_OR_RETURN(const auto holder, keys.authenticate(scope, key));
  if (!holder) return fail(ErrorCode::unauthorized, "API key required");
  return KeyHolder{holder->tenant_id};
}

/// Who may frame a tenant's panel, and whose picture it shows.
std::function<Panel(const Scope&)> App::Parts::panel_of(const Settings& settings) {
  return [this, installation = Panel{settings.list("allowed_origins"), settings.text("bot_icon")}](
             const Scope& scope) {
    Panel panel = installation;
    if (const auto tenant = tenants.find(scope.tenant_id())) {
      panel.frame_ancestors = tenant->settings.origins.value_or(panel.frame_ancestors);
      panel.bot_icon = tenant->settings.bot.icon.value_or(panel.bot_icon);
    }
    return panel;
  };
}

/// The origins that a Host's tenant has of its own.
std::shared_ptr<const http::Origins> App::Parts::origins_of_host(std::string_view host) const {
  const auto tenant = tenants.find_by_host(host);
  if (tenant == nullptr || !tenant->settings.origins) return nullptr;
  return {tenant, &*tenant->settings.origins};
}

Result<http::Routes> App::Parts::routes(const Settings& settings) {
  ASSIGN_OR_RETURN(http::Routes all, site_routes({settings.text("widget_dir"),
                                                  settings.flag("demo_site"), panel_of(settings)},
                                                 metrics, clock, ready));
  append(all, sessions::routes(sessions, admission));
  const bool is_open = settings.text("app_profile") != "production";
  const auto usage = [this](const Scope& scope) {
    return budgets.totals(scope).map([](const budgets::Totals& totals) {
      return tenants::Usage{totals.used, totals.reserved};
    });
  };
  append(all, tenants::routes({tenants, usage, is_open}));
  append(all, chat::routes(chat, conversations, queries));
  append(all, chat::call_routes(calls));
  const auto authorize = [this](const Scope& scope, const std::string& id) {
    return conversations.touch(scope, id).map([](const auto&) {});
  };
  append(all, files::routes({files, uploads, queries, statements, authorize}));
  const auto is_add_open = [this, is_open](const Scope& scope) {
    const auto tenant = tenants.find(scope.tenant_id());
    return tenant != nullptr && tenant->settings.openness.customer_add_open.value_or(is_open);
  };
  append(all, customers::routes({customers, is_add_open}));
  append(all, people::routes(people));
  append(all, admin::routes({tenants, budgets, keys, clock, &Authenticator::of_tenant}));
  add_openapi(all);
  return all;
}

void App::Parts::set_gauges() {
  const auto connections = door->stats();
  const auto storage = database->stats();
  const auto turns = chat.statistics();
  const auto set = [this](const char* name, int64_t value) {
    metrics.set(name, {}, static_cast<double>(value));
  };
  set("parley_connections_open", connections.connections_open);
  set("parley_connections_total", connections.connections_total);
  set("parley_streams_open", connections.streams_open);
  set("parley_hang_ups_total", connections.hang_ups_total);
  set("parley_requests_refused_total", connections.refused_total);
  set("parley_request_queue_length", connections.queue_length);
  set("parley_db_commits_total", storage.commits_total);
  set("parley_db_writes_total", storage.writes_total);
  set("parley_db_write_queue_length", storage.write_queue);
  set("parley_db_wal_bytes", storage.wal_bytes);
  const auto asked = runner.statistics();
  set("parley_queries_total", asked.queries_total);
  set("parley_queries_killed_total", asked.killed_total);
  set("parley_queries_running", asked.running);
  set("parley_answers_running", turns.running);
  set("parley_messages_waiting", turns.waiting);
}

App::App() = default;

App::~App() {
  stop();
}

Result<std::unique_ptr<App>> App::make(const Settings& settings, const Clock& clock) {
  TRY(check(settings));
  TRY(make_directory(settings.text("data_dir")));
  TRY(make_directory(settings.text("media_dir")));
  ASSIGN_OR_RETURN(const auto options, database_options(settings));
  ASSIGN_OR_RETURN(auto database, db::Database::open(options, clock));
  remove_server_address(settings.text("data_dir"));  // of one that was killed
  ASSIGN_OR_RETURN(const Secrets secrets,
                   secrets_of(settings.text("secret_key"), settings.text("data_dir")));

  std::unique_ptr<App> app(new App());
  app->parts_ = std::make_unique<Parts>(settings, secrets, clock, std::move(database));
  Parts& parts = *app->parts_;
  if (parts.providers.list().empty()) {
    return fail(ErrorCode::invalid,
                "No AI provider is available. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or "
                "ENABLE_DEMO_PROVIDER=true");
  }
  TRY(parts.jobs.prepare());
  ASSIGN_OR_RETURN(auto routes, parts.routes(settings));
  const auto authenticate = [&parts](const http::Request& request, const http::Route& route) {
    return parts.authenticator.authenticate(request, route);
  };
  http::ServerOptions served = server_options(settings);
  served.party_of_host = [&parts](std::string_view host) {
    const auto tenant = parts.tenants.find_by_host(host);
    return tenant ? tenant->id : std::string();
  };
  served.admit = [&parts](const http::Request& request, const http::Route& route,
                          const Scope& scope, net::HeaderFields& headers) {
    return http::take_all(parts.rate_limiter, parts.rates.of(request, route, scope), headers);
  };
  served.origins_of_host = [&parts](std::string_view host) { return parts.origins_of_host(host); };
  parts.server = std::make_unique<http::Server>(std::move(served), std::move(routes), authenticate,
                                                parts.metrics, clock, parts.entropy);
  parts.door = std::make_unique<net::FrontDoor>(door_options(settings), *parts.server);
  parts.metrics.before_text([&parts] { parts.set_gauges(); });
  return app;
}

Result<void> App::start() {
  TRY(parts_->door->start());
  TRY(write_server_address(parts_->data_directory, own_url(parts_->listen_host, port())));
  parts_->jobs.start();
  parts_->ready = true;
  log::info("ready", {{"port", port()}});
  return {};
}

uint16_t App::port() const {
  return parts_->door->port();
}

const http::Routes& App::routes() const {
  return parts_->server->routes();
}

void App::sweep() {
  parts_->jobs.sweep();
}

void App::stop() {
  if (parts_ == nullptr || parts_->door == nullptr) return;
  parts_->ready = false;
  remove_server_address(parts_->data_directory);
  parts_->chat.drain(parts_->drain_ms);
  parts_->door->drain(door_grace_ms);
  parts_.reset();
  log::flush();
}

}  // namespace parley::app
