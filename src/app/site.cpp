#include "app/site.h"

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
  out.response = {{"type", "object"},
                  {"properties",
                   {{"status", {{"type", "string"}}}, {"timestamp", {{"type", "string"}}}}}};
  return out;
}

Reply health(const Clock& clock) {
  return http::json_reply(200,
                          {{"status", "OK"}, {"timestamp", iso_timestamp(clock.now_ms())}});
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

}  // namespace

Result<http::Routes> site_routes(const SiteOptions& options, Metrics& metrics, const Clock& clock,
                                 const std::atomic<bool>& ready) {
  static_cast<void>(options);
  return http::Routes{
      {Method::any, "/health", Access::open, {}, about_health(),
       [&clock](const Request&, const Scope&) { return health(clock); }},
      {Method::get, "/readyz", Access::open, {}, about("200 while new work is taken, else 503."),
       [&ready](const Request&, const Scope&) { return readiness(ready); }},
      {Method::get, "/metrics", Access::open, {}, about("Counters and gauges for Prometheus."),
       [&metrics](const Request&, const Scope&) { return metrics_text(metrics); }},
  };
}

void add_openapi(http::Routes&) {}

}  // namespace parley::app
