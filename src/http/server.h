// Server: cpp-httplib as the application server behind the front door. The only home of httplib.
//
// For each request: request id → router (404 / 405 + Allow) → CORS → Scope → handler → security
// headers → one log line and metrics. Exceptions of a handler end here as `internal` (500).
// Threads: handle() runs on any number of workers; the route table is immutable.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/scope.h"
#include "http/route.h"
#include "net/message.h"

namespace parley::http {

struct ServerOptions {
  std::vector<std::string> allowed_origins;  ///< exact origins; "*" alone: any, without credentials
  std::vector<std::string> allowed_hosts;    ///< Host names; "*" alone: any; else 400
  bool tls_in_front = false;                 ///< sends Strict-Transport-Security
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
