// key create|list|revoke.
#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"

namespace parley::app::cli {

namespace {

/// Of the tenant that --tenant names, else of the installation.
std::string keys_path(const Arguments& arguments) {
  const auto tenant = arguments.value("--tenant");
  if (!tenant) return "/api/admin/keys";
  return fmt::format("/api/admin/tenants/{}/keys", percent_encoded(*tenant));
}

int create_key(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto made =
      client->call("POST", keys_path(line.arguments), {{"label", *line.arguments.word(0)}});
  if (!made) return complain(made.error());
  if (line.arguments.has("--json")) {
    fmt::print("{}", pretty(*made));
    return exit_done;
  }
  // The key alone on stdout, so that a script can take it.
  fmt::print("{}\n", cell_of(*made, "key"));
  fmt::print(stderr, "Key {} \"{}\". It is shown this once: keep it safe.\n", cell_of(*made, "id"),
             cell_of(*made, "label"));
  return exit_done;
}

int list_keys(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto answer = client->call("GET", keys_path(line.arguments));
  if (!answer) return complain(answer.error());
  if (line.arguments.has("--json")) {
    fmt::print("{}", pretty(member_of(*answer, "keys")));
    return exit_done;
  }
  std::vector<std::vector<std::string>> rows = {{"ID", "LABEL", "CREATED", "LAST USED", "REVOKED"}};
  for (const Json& key : member_of(*answer, "keys")) {
    rows.push_back({cell_of(key, "id"), cell_of(key, "label"), cell_of(key, "createdAt"),
                    cell_of(key, "lastUsedAt"), cell_of(key, "revokedAt")});
  }
  fmt::print("{}", table_text(rows));
  return exit_done;
}

int revoke_key(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const std::string path =
      fmt::format("{}/{}", keys_path(line.arguments), percent_encoded(*line.arguments.word(0)));
  const auto revoked = client->call("DELETE", path);
  if (!revoked) return complain(revoked.error());
  fmt::print("Revoked: {} \"{}\"\n", cell_of(*revoked, "id"), cell_of(*revoked, "label"));
  return exit_done;
}

}  // namespace

Commands key_commands() {
  const OptionSpec tenant = {"--tenant", "TENANT"};
  const OptionSpec json = {"--json", ""};
  return {
      {"key create",
       "LABEL",
       "an API key of a tenant, or of the installation",
       1,
       1,
       {tenant, json},
       create_key},
      {"key list", "", "keys, never what they are", 0, 0, {tenant, json}, list_keys},
      {"key revoke", "KEY_ID", "from now on nobody holds it", 1, 1, {tenant}, revoke_key},
  };
}

}  // namespace parley::app::cli
