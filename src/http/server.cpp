#include "http/server.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "http/cors.h"
#include "http/forwarded.h"
#include "http/httplib_adapter.h"
#include "http/refusals.h"
#include "http/request_metrics.h"
#include "http/request_record.h"
#include "http/response_headers.h"
#include "http/router.h"
#include "http/target.h"

namespace parley::http {

namespace {

constexpr int64_t unrouted_body_bytes_max = 1024 * 1024;
constexpr size_t added_headers_max = 11;

using InFlight = std::shared_ptr<std::atomic<int64_t>>;

/// One request from its arrival to its answer. Shared: a Later keeps it.
struct Exchange {
  net::RequestHead head;  // its fields are in `request`
  Request request;
  net::Respond respond;
  std::shared_ptr<RequestRecord> record;
  net::HeaderFields headers;  // of the answer, whatever it is
  InFlight in_flight;
  std::atomic<bool> is_answered = false;

  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    --*in_flight;
    if (is_answered) return;
    record->refusal = "abandoned";  // a Later that was dropped
    record->end(0, true);
  }
};

bool is_sane_request_id(std::string_view id) {
  constexpr size_t id_characters_max = 64;
  return !id.empty() && id.size() <= id_characters_max &&
         std::all_of(id.begin(), id.end(), [](char byte) {
           return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                  byte == '_' || byte == '.' || byte == '-';
         });
}

std::string join(const std::vector<std::string>& segments) {
  std::string path;
  for (const auto& segment : segments) path += "/" + segment;
  return path;
}

/// nullopt for a stream, which tells its own end.
std::optional<int64_t> length_of(const net::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    return static_cast<int64_t>(text->size());
  }
  if (const auto* file = std::get_if<net::FileSlice>(&response.body)) return file->length;
  return std::nullopt;
}

using Produce = std::function<Reply(Exchange&)>;

}  // namespace

struct Server::Impl {
  Impl(ServerOptions server_options, Routes server_routes, Authenticate server_authenticate,
       Metrics& server_metrics, const Clock& server_clock, Entropy& server_entropy)
      : options(std::move(server_options)),
        routes(std::move(server_routes)),
        authenticate(std::move(server_authenticate)),
        metrics(server_metrics),
        clock(server_clock),
        request_ids(server_entropy),
        router(routes) {
    for (Route& route : routes) {
      int64_t& most = route.limits.body_bytes_max;
      if (route.method == Method::get) most = std::min(most, unread_body_bytes_max);
    }
  }

  Reply serve(Exchange& exchange);
  Reply serve_or_throw(Exchange& exchange);
  Reply route(Exchange& exchange, const std::vector<std::string>& segments);
  std::shared_ptr<const Origins> origins_for(const net::HeaderFields& sent) const;
  std::string request_id(const net::RequestHead& head);
  void answer(const std::shared_ptr<Exchange>& exchange, const Produce& produce);
  void defer(const std::shared_ptr<Exchange>& exchange, const Later& later);
  Reply dress(const net::HeaderFields& sent, const std::string& id, Reply reply) const;

  ServerOptions options;
  Routes routes;
  Authenticate authenticate;
  RequestMetrics metrics;
  const Clock& clock;
  IdSequence request_ids;
  Router router;
  HttplibAdapter adapter;
  InFlight in_flight = std::make_shared<std::atomic<int64_t>>(0);
};

std::shared_ptr<const Origins> Server::Impl::origins_for(const net::HeaderFields& sent) const {
  if (options.origins_of_host) {
    const auto host = net::find_field(sent, "host").value_or("");
    if (auto own = options.origins_of_host(host)) return own;
  }
  return {std::shared_ptr<const Origins>(), &options.allowed_origins};
}

std::string Server::Impl::request_id(const net::RequestHead& head) {
  const auto sent = head.header("x-request-id");
  return sent && is_sane_request_id(*sent) ? std::string(*sent) : request_ids.next();
}

Reply Server::Impl::serve(Exchange& exchange) {
  try {
    return serve_or_throw(exchange);
  } catch (const std::exception& error) {
    log::error("handler_threw", {{"route", exchange.record->route}, {"what", error.what()}});
    return error_reply({ErrorCode::internal, {}, {}});
  }
}

Reply Server::Impl::serve_or_throw(Exchange& exchange) {
  const auto taken = take_forwarded(options.trusted_proxies, exchange.request);
  exchange.record->peer = exchange.request.peer_address;
  if (!taken) return error_reply(taken.error());
  const auto segments = path_segments(exchange.head.target);
  if (!segments) return json_reply(400, {{"error", "Bad request path"}});
  exchange.request.path = join(*segments);
  return route(exchange, *segments);
}

Reply Server::Impl::route(Exchange& exchange, const std::vector<std::string>& segments) {
  Request& request = exchange.request;
  auto match = router.match(request.method, segments);
  if (match.route == nullptr && match.allow.empty())
    return json_reply(404, {{"error", "Not found"}});
  if (request.method == "OPTIONS" && match.route == nullptr) {
    return options_reply(*origins_for(request.headers), request.headers, match.allow);
  }
  if (match.route == nullptr) {
    const std::string method = to_valid_utf8(request.method);
    Reply reply = json_reply(405, {{"detail", "Method \"" + method + "\" not allowed."}});
    reply.headers.emplace_back("Allow", match.allow);
    return reply;
  }
  exchange.record->route = match.route->path;
  request.parameters = std::move(match.parameters);
  const auto scope = authenticate(request, *match.route);
  if (!scope) return error_reply(scope.error(), ErrorFamily::error);
  exchange.record->tenant_id = scope->tenant_id();
  if (options.admit) {
    const auto refusal = options.admit(request, *match.route, *scope, exchange.headers);
    if (refusal) return error_reply(*refusal, ErrorFamily::error);
  }
  return match.route->handler(request, *scope);
}

/// Adds the headers that every response has.
Reply Server::Impl::dress(const net::HeaderFields& sent, const std::string& id, Reply reply) const {
  reply.headers.reserve(reply.headers.size() + added_headers_max);
  reply.headers.emplace_back("X-Request-Id", id);
  add_cors(*origins_for(sent), sent, reply.headers);
  add_security_headers(options.tls_in_front, reply.headers);
  return reply;
}

/// Runs `produce` inside the application server and sends what it returns, now or later.
void Server::Impl::answer(const std::shared_ptr<Exchange>& exchange, const Produce& produce) {
  Later later;
  const auto serve_it = [&](HttplibAdapter::Query query) {
    exchange->request.query = std::move(query);
    Reply reply = produce(*exchange);
    if (std::holds_alternative<Later>(reply.body)) return reply;
    exchange->record->status = reply.status;
    if (auto* stream = std::get_if<Stream>(&reply.body)) {
      stream->source = recorded(std::move(stream->source), exchange->record);
    }
    for (auto& field : exchange->headers) reply.headers.push_back(std::move(field));
    return dress(exchange->request.headers, exchange->request.id, std::move(reply));
  };
  net::Response response = adapter.run(exchange->head, serve_it, later);
  if (later.start) return defer(exchange, later);
  if (exchange->is_answered.exchange(true)) return;
  if (const auto bytes = length_of(response)) exchange->record->end(*bytes, false);
  exchange->respond(std::move(response));
}

void Server::Impl::defer(const std::shared_ptr<Exchange>& exchange, const Later& later) {
  const auto finish = [this, exchange](Reply reply) {
    if (exchange->is_answered) return;
    answer(exchange, [&reply](Exchange&) { return std::move(reply); });
  };
  try {
    later.start(finish);
  } catch (const std::exception& error) {
    log::error("handler_threw", {{"route", exchange->record->route}, {"what", error.what()}});
    finish(error_reply({ErrorCode::internal, {}, {}}));
  }
}

Server::Server(ServerOptions options, Routes routes, Authenticate authenticate, Metrics& metrics,
               const Clock& clock, Entropy& entropy)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(routes), std::move(authenticate),
                                   metrics, clock, entropy)) {
  metrics.before_text([&metrics, in_flight = impl_->in_flight] {
    metrics.set("parley_http_requests_in_flight", {}, static_cast<double>(in_flight->load()));
  });
}

Server::~Server() = default;

const Routes& Server::routes() const {
  return impl_->routes;
}

net::BodyPolicy Server::body_policy(const net::RequestHead& head) {
  const auto segments = path_segments(head.target);
  if (!segments) return {unrouted_body_bytes_max};
  const auto match = impl_->router.match(head.method, *segments);
  if (match.route == nullptr) return {unrouted_body_bytes_max};
  const Limits& limits = match.route->limits;
  net::BodyPolicy policy{limits.body_bytes_max, limits.may_spool, limits.is_quick};
  if (impl_->options.party_of_host) {
    policy.party = impl_->options.party_of_host(head.header("host").value_or(""));
  }
  return policy;
}

void Server::handle(net::Request request, net::Respond respond) {
  ++*impl_->in_flight;
  const auto exchange = std::make_shared<Exchange>();
  exchange->in_flight = impl_->in_flight;
  exchange->respond = std::move(respond);
  exchange->record = std::make_shared<RequestRecord>(request.head, request.received_steady_ms,
                                                     impl_->metrics, impl_->clock);
  exchange->record->id = impl_->request_id(request.head);
  exchange->head = std::move(request.head);
  exchange->request.method = exchange->head.method;
  exchange->request.headers = std::move(exchange->head.fields);
  exchange->request.body = std::move(request.body);
  exchange->request.peer_address = exchange->head.peer_address;
  exchange->request.id = exchange->record->id;
  impl_->answer(exchange, [this](Exchange& mine) { return impl_->serve(mine); });
}

net::Response Server::refuse(net::Refusal refusal, const net::RequestHead* head) {
  net::RequestHead unknown;
  unknown.method = "-";
  const net::RequestHead& known = head != nullptr ? *head : unknown;
  RequestRecord record(known, impl_->clock.steady_ms(), impl_->metrics, impl_->clock);
  record.id = impl_->request_id(known);
  record.refusal = name_of(refusal);
  Later none;
  // Whatever the target was, httplib need not see it.
  const net::RequestHead plain{"GET", "/", known.is_http_1_0, {}, {}, 0};
  const auto serve_it = [&](const HttplibAdapter::Query&) {
    return impl_->dress(known.fields, record.id, refusal_reply(refusal));
  };
  net::Response response = impl_->adapter.run(plain, serve_it, none);
  if (known.method == "HEAD") response.body = std::string();
  record.status = status_of(refusal);
  record.end(length_of(response).value_or(0), false);
  return response;
}

}  // namespace parley::http
