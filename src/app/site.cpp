#include "app/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/origin.h"
#include "http/openapi.h"
#include "http/static_files.h"

namespace parley::app {

namespace {

using http::Access;
using http::Method;
using http::Reply;
using http::Request;

http::Documentation about(const char* summary) {
  http::Documentation out;
  out.tag = "Server";
  out.summary = summary;
  return out;
}

http::Documentation about_health() {
  auto out = about("Whether the server answers; any method.");
  out.response = {
      {"type", "object"},
      {"properties", {{"status", {{"type", "string"}}}, {"timestamp", {{"type", "string"}}}}}};
  return out;
}

http::Documentation about_readiness() {
  auto out = about("200 while new work is taken, else 503 with the same body.");
  out.response = {{"type", "object"}, {"properties", {{"ready", {{"type", "boolean"}}}}}};
  return out;
}

http::Documentation about_metrics() {
  auto out = about("Counters and gauges for Prometheus.");
  out.response_type = "text/plain";
  return out;
}

Reply health(const Clock& clock) {
  Reply reply;
  reply.body = R"({"status":"OK","timestamp":")" + iso_timestamp(clock.now_ms()) + "\"}";
  return reply;
}

Reply readiness(bool ready) {
  Reply reply = http::json_reply(ready ? 200 : 503, {{"ready", ready}});
  if (!ready) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

Reply metrics_text(Metrics& metrics) {
  Reply reply;
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = metrics.text();
  return reply;
}

constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'";

/// Shared by the handlers; immutable.
using Files = std::shared_ptr<const http::StaticFiles>;

Result<Files> open_files(const SiteOptions& options) {
  // The loader and its parts are made to be used by other sites' pages.
  const std::pair<std::string, std::string> shared = {"Cross-Origin-Resource-Policy",
                                                      "cross-origin"};
  const std::pair<std::string, std::string> page = {"Content-Security-Policy", page_policy};
  auto files = http::StaticFiles::open(options.widget_directory,
                                       {{"", {shared}}, {"demo/", {page}}, {"docs/", {page}}});
  if (!files) {
    return fail(ErrorCode::unavailable,
                fmt::format("The widget is not in \"{}\". Build it with ./dev build, or set "
                            "WIDGET_DIR.",
                            options.widget_directory),
                files.error().detail);
  }
  return std::make_shared<const http::StaticFiles>(std::move(*files));
}

const Error not_found = {ErrorCode::not_found, "Not found", {}};

/// Demo and docs have routes of their own, or none: they are no part of the widget.
bool is_page(std::string_view name) {
  return name.starts_with("demo/") || name.starts_with("docs/");
}

/// Files are cached by browsers, and count into no rate.
http::Limits of_files() {
  http::Limits limits;
  limits.rate = http::RateClass::none;
  return limits;
}

/// One file, or with a {file*} in `path` those whose names begin with `prefix`.
http::Route file_route(const Files& files, Access access, std::string path, std::string prefix) {
  const bool is_tree = path.ends_with("{file*}");
  return {Method::get,
          std::move(path),
          access,
          of_files(),
          {},
          [files, prefix = std::move(prefix), is_tree](const Request& request, const Scope&) {
            const std::string name = is_tree ? prefix + request.parameter("file") : prefix;
            return files->reply(request, name);
          }};
}

/// Of the widget: as file_route(), with the policy of the tenant.
http::Route widget_route(const Files& files, std::string path, std::string file,
                         std::function<Panel(const Scope&)> panel_of) {
  const auto handler = [files, file = std::move(file), panel_of = std::move(panel_of)](
                           const Request& request, const Scope& scope) {
    const std::string& name = file.empty() ? request.parameter("file") : file;
    if (is_page(name)) return http::error_reply(not_found);
    Reply reply = files->reply(request, name);
    reply.headers.emplace_back("Content-Security-Policy", panel_policy(panel_of(scope)));
    return reply;
  };
  return {Method::get, std::move(path), Access::open, of_files(), {}, handler};
}

Reply plain_front_page() {
  Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = "Parley is running.\n";
  return reply;
}

}  // namespace

std::string panel_policy(const Panel& panel) {
  const auto& origins = panel.frame_ancestors;
  const bool anybody = std::find(origins.begin(), origins.end(), "*") != origins.end();
  const std::string ancestors = anybody ? "*" : fmt::format("'self' {}", fmt::join(origins, " "));
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {}; "
      "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'none'; "
      "base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors {}; "
      "require-trusted-types-for 'script'; trusted-types 'none'",
      origin_of(panel.bot_icon), ancestors);
}

Result<http::Routes> site_routes(const SiteOptions& options, Metrics& metrics, const Clock& clock,
                                 const std::atomic<bool>& ready) {
  ASSIGN_OR_RETURN(const Files files, open_files(options));
  http::Limits quick;
  quick.is_quick = true;
  http::Routes routes = {
      {Method::any, "/health", Access::server, quick, about_health(),
       [&clock](const Request&, const Scope&) { return health(clock); }},
      {Method::get, "/readyz", Access::server, quick, about_readiness(),
       [&ready](const Request&, const Scope&) { return readiness(ready); }},
      {Method::get,
       "/metrics",
       Access::server,
       {},
       about_metrics(),
       [&metrics](const Request&, const Scope&) { return metrics_text(metrics); }},
      widget_route(files, "/static/widget/{file*}", "", options.panel_of),
      widget_route(files, "/widget/chatbot.html", "chatbot.html", options.panel_of),
      file_route(files, Access::server, "/static/docs/{file*}", "docs/"),
      file_route(files, Access::server, "/docs", "docs/index.html"),
  };
  if (options.demo_site) {
    routes.push_back(file_route(files, Access::open, "/", "demo/index.html"));
    routes.push_back(file_route(files, Access::open, "/static/demo/{file*}", "demo/"));
  } else {
    routes.push_back({Method::get, "/", Access::server, {}, {}, [](const Request&, const Scope&) {
                        return plain_front_page();
                      }});
  }
  return routes;
}

void add_openapi(http::Routes& routes) {
  routes.push_back({Method::get, "/openapi.json", Access::server, {}, {}, {}});
  http::OpenapiInfo info;
  info.title = "Parley";
  info.version = PARLEY_VERSION;
  info.description =
      "The chat widget's API: sessions, messages with streamed answers, and uploaded files.";
  info.license_name = "MIT";
  info.tags = {{"Administration", "Tenants, what they spend, and keys; for operators."},
               {"Sessions", "Conversations as the widget sees them."},
               {"Chat", "Messages, their streamed answers, and history."},
               {"Files", "CSV and JSON files that a conversation is about."},
               {"Tenant", "Whose bot it is that answers to this Host."},
               {"Server", "Health and metrics."}};
  const std::string text = dump(http::openapi(routes, info));
  routes.back().handler = [text](const Request&, const Scope&) {
    Reply reply;
    reply.body = text;
    return reply;
  };
}

}  // namespace parley::app
