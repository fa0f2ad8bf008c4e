#include "app/cli/operator_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "app/options.h"
#include "app/secrets.h"
#include "app/server_address.h"
#include "base/log.h"
#include "http/reply.h"

namespace parley::app::cli {

namespace {

constexpr int64_t connect_ms = 2'000;
constexpr int64_t answer_ms = 30'000;
constexpr size_t answer_bytes_max = 64 * 1024 * 1024;
constexpr int64_t starting_ms = 5'000;  ///< patience for a server that has just been started
constexpr size_t page_tenants = 500;
constexpr auto ask_again = std::chrono::milliseconds(50);

ErrorCode code_of(int status) {
  for (const ErrorCode code :
       {ErrorCode::invalid, ErrorCode::unauthorized, ErrorCode::forbidden, ErrorCode::not_found,
        ErrorCode::conflict, ErrorCode::too_large, ErrorCode::rate_limited, ErrorCode::storage_full,
        ErrorCode::unavailable}) {
    if (http::status_of(code) == status) return code;
  }
  return ErrorCode::internal;
}

/// What the server said, in one line.
Error error_of(int status, const std::string& body) {
  Error error{code_of(status), fmt::format("The server answered {}", status)};
  const auto parsed = parse_json(body);
  if (!parsed) return error;
  for (const char* member : {"error", "detail"}) {
    if (auto said = find_string(*parsed, member)) error.message = *said;
  }
  if (auto advice = find_string(*parsed, "message")) error.message += ". " + *advice;
  return error;
}

Result<Json> json_of(const Result<std::string>& body) {
  if (!body) return fail(body.error());
  return parse_json(*body);
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string out;
  for (const char byte : text) {
    if (plain.find(byte) != std::string_view::npos) {
      out.push_back(byte);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return out;
}

Result<OperatorClient> OperatorClient::connect(const CommandLine& line) {
  OperatorClient client;
  client.upstream_ = net::make_curl_upstream();
  SettingSources quiet = line.sources;
  quiet.environment["HOST"] = "127.0.0.1";
  quiet.environment["PORT"] = "0";
  ASSIGN_OR_RETURN(const Settings settings, Settings::load(quiet));
  ASSIGN_OR_RETURN(const auto database, database_options(settings));
  const bool is_new = !std::filesystem::exists(database.path);
  log::set_level(log::Level::off);
  auto app = App::make(settings, *client.clock_);
  if (app) {
    TRY((*app)->start());
    client.app_ = std::move(*app);
    client.url_ = own_url("127.0.0.1", client.app_->port());
    if (is_new) fmt::print(stderr, "parley: a new installation was made: {}\n", database.path);
  } else if (app.error().code != ErrorCode::conflict) {
    return fail(app.error());
  } else {
    TRY(client.find_running(settings));
  }
  ASSIGN_OR_RETURN(const Secrets secrets,
                   secrets_of(settings.text("secret_key"), settings.text("data_dir")));
  client.key_ = secrets.operator_key;
  return client;
}

/// A server has the database; it writes its address when it listens.
Result<void> OperatorClient::find_running(const Settings& settings) {
  const std::string& directory = settings.text("data_dir");
  const int64_t until_ms = clock_->steady_ms() + starting_ms;
  do {
    url_ = read_server_address(directory).value_or("");
    if (!url_.empty()) {
      net::UpstreamRequest request;
      request.method = "GET";
      request.url = url_ + "/health";
      if (exchange(std::move(request))) return {};
    }
    std::this_thread::sleep_for(ask_again);
  } while (clock_->steady_ms() < until_ms);
  return fail(ErrorCode::unavailable,
              fmt::format("A server uses the database in \"{}\" but does not answer. Wait until it "
                          "has started, or stop it and try again.",
                          directory));
}

Result<std::string> OperatorClient::exchange(net::UpstreamRequest request) {
  request.deadlines = {connect_ms, answer_ms, answer_ms, answer_ms};
  const auto call = upstream_->start(std::move(request));
  const auto unreachable = [&](const net::UpstreamFailure& failure) {
    return fail(ErrorCode::unavailable, fmt::format("The server at {} did not answer", url_),
                failure.detail);
  };
  const auto head = call->head({});
  if (!head) return unreachable(head.error());
  std::string body;
  while (true) {
    auto piece = call->read({});
    if (!piece) return unreachable(piece.error());
    if (!*piece) break;
    body += **piece;
    if (body.size() > answer_bytes_max) {
      return fail(ErrorCode::too_large, "The server's answer is too long");
    }
  }
  if (head->status < 200 || head->status > 299) return fail(error_of(head->status, body));
  return body;
}

Result<Json> OperatorClient::call(const std::string& method, const std::string& path,
                                  const Json& body) {
  net::UpstreamRequest request;
  request.method = method;
  request.url = url_ + path;
  request.headers = {{"Authorization", "Bearer " + key_}, {"Accept", "application/json"}};
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = dump(body);
  }
  return json_of(exchange(std::move(request)));
}

Result<Json> OperatorClient::tenants() {
  Json all = Json::array();
  while (true) {
    ASSIGN_OR_RETURN(const Json page,
                     call("GET", fmt::format("/api/admin/tenants?limit={}&offset={}", page_tenants,
                                             all.size())));
    const Json* tenants = find_member(page, "tenants");
    if (tenants == nullptr || tenants->empty()) return all;
    all.insert(all.end(), tenants->begin(), tenants->end());
    if (static_cast<int64_t>(all.size()) >= find_integer(page, "total").value_or(0)) return all;
  }
}

Result<std::string> OperatorClient::text(const std::string& path, const std::string& accept) {
  net::UpstreamRequest request;
  request.method = "GET";
  request.url = url_ + path;
  request.headers = {{"Authorization", "Bearer " + key_}, {"Accept", accept}};
  return exchange(std::move(request));
}

}  // namespace parley::app::cli
