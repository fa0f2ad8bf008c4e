// setup-dev-data: the sample companies, made once.
#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/dev_data.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"

namespace parley::app::cli {

namespace {

std::string path_of(const SampleTenant& sample) {
  return "/api/admin/tenants/" + percent_encoded(sample.domain);
}

/// True if it was made now, false if it was there.
Result<bool> ensure_tenant(OperatorClient& client, const SampleTenant& sample) {
  const auto present = client.call("GET", path_of(sample));
  if (present) return false;
  if (present.error().code != ErrorCode::not_found) return fail(present.error());
  TRY(client.call("POST", "/api/admin/tenants",
                  {{"name", sample.name},
                   {"domains", Json::array({sample.domain})},
                   {"settings", sample.settings}}));
  return true;
}

/// How many were made now: those whose e-mail nobody has.
Result<size_t> ensure_customers(OperatorClient& client, const SampleTenant& sample) {
  size_t made = 0;
  const std::string path = path_of(sample) + "/customers";
  for (const Json& customer : sample.customers) {
    const std::string email = customer["email"];
    ASSIGN_OR_RETURN(const Json found,
                     client.call("GET", path + "?search=" + percent_encoded(email)));
    if (!member_of(found, "customers").empty()) continue;
    TRY(client.call("POST", path, customer));
    ++made;
  }
  return made;
}

Result<void> ensure(OperatorClient& client, const SampleTenant& sample) {
  ASSIGN_OR_RETURN(const bool is_new, ensure_tenant(client, sample));
  ASSIGN_OR_RETURN(const size_t customers, ensure_customers(client, sample));
  fmt::print("{} {} ({}), {} customers added\n", is_new ? "Made" : "Already there:", sample.name,
             sample.domain, customers);
  return {};
}

int setup(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  for (const SampleTenant& sample : sample_tenants()) {
    if (const auto done = ensure(*client, sample); !done) return complain(done.error());
  }
  // A server in this process ends with it: then the address is where the next one listens.
  const std::string port = client->is_remote() ? client->url().substr(client->url().rfind(':') + 1)
                                               : std::to_string(line.settings.integer("port"));
  fmt::print("{}\n", client->is_remote() ? "Open:" : "Start the server (parley run), then open:");
  for (const SampleTenant& sample : sample_tenants()) {
    fmt::print("  http://{}:{}/  {}\n", sample.domain, port, sample.name);
  }
  return exit_done;
}

}  // namespace

Commands dev_data_commands() {
  return {{"setup-dev-data", "", "make two sample tenants to look at", 0, 0, {}, setup}};
}

}  // namespace parley::app::cli
