// OperatorClient: the command line's line to the server, with the installation's own key.
//
// It talks to the server that uses the data directory, wherever that listens. If none runs it
// starts the whole server quietly in this process, on a port of its own, for as long as it lives:
// there is one path for everything. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/app.h"
#include "app/cli/command.h"
#include "base/clock.h"
#include "base/json.h"
#include "net/upstream.h"

namespace parley::app::cli {

class OperatorClient {
 public:
  /// Errors: those of the settings and of the server, in words for the operator; unavailable (a
  /// server has the database but does not answer).
  static Result<OperatorClient> connect(const CommandLine& line);

  /// The JSON of a 2xx answer. Errors: what the server said, by its status.
  Result<Json> call(const std::string& method, const std::string& path, const Json& body = nullptr);

  /// All tenants, as the API shows them: an array, page by page.
  Result<Json> tenants();

  /// As call(), for an answer that is no JSON.
  Result<std::string> text(const std::string& path, const std::string& accept);

  /// "http://127.0.0.1:8000"
  const std::string& url() const { return url_; }
  /// False: the server runs in this process only.
  bool is_remote() const { return app_ == nullptr; }

 private:
  OperatorClient() = default;
  Result<void> find_running(const Settings& settings);
  Result<std::string> exchange(net::UpstreamRequest request);

  std::unique_ptr<SystemClock> clock_ = std::make_unique<SystemClock>();
  std::unique_ptr<App> app_;
  std::unique_ptr<net::Upstream> upstream_;
  std::string url_;
  std::string key_;
};

/// `text` as one segment of a path or one value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace parley::app::cli
