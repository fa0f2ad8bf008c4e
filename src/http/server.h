// Server: the application behind the front door. What httplib does of it is in httplib_adapter.h.
//
// For each request: request id → client and Host (trusted proxies) → router (404 / 405 + Allow) →
// CORS → Scope → rates → handler → security headers → one log line and metrics. Exceptions of a
// handler end here as `internal` (500). Threads: handle() runs on any number of workers; the route
// table is immutable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addresses.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/scope.h"
#include "http/route.h"
#include "net/message.h"

namespace parley::http {

/// Exact origins; "*" alone: any, without credentials.
using Origins = std::vector<std::string>;

/// Counts a request before its handler runs (rate_limits.h): adds header fields to the answer, and
/// may refuse. Any thread.
using Admit = std::function<std::optional<Error>(const Request&, const Route&, const Scope&,
                                                 net::HeaderFields& headers)>;

struct ServerOptions {
  Origins allowed_origins;
  /// The list of a Host (field) that has one of its own; nullptr: allowed_origins. May be empty.
  std::function<std::shared_ptr<const Origins>(std::string_view host)> origins_of_host;
  /// The tenant of a Host (field), to serve tenants in turn. May be empty.
  std::function<std::string(std::string_view host)> party_of_host;
  Admit admit;                  ///< may be empty
  AddressList trusted_proxies;  ///< may say who the client is (forwarded.h)
  bool tls_in_front = false;    ///< sends Strict-Transport-Security
};

/// Makes the Scope of a request (app/authenticate). Errors are answered in the `error` family.
using Authenticate = std::function<Result<Scope>(const Request&, const Route&)>;

class Server final : public net::RequestHandler {
 public:
  /// `metrics`, `clock` and `entropy` must outlive the server, and the server every Later it was
  /// given.
  Server(ServerOptions options, Routes routes, Authenticate authenticate, Metrics& metrics,
         const Clock& clock, Entropy& entropy);
  ~Server() override;

  /// The table as it is served; lives as long as the server.
  const Routes& routes() const;

  net::BodyPolicy body_policy(const net::RequestHead& head) override;
  void handle(net::Request request, net::Respond respond) override;
  net::Response refuse(net::Refusal refusal, const net::RequestHead* head) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::http
