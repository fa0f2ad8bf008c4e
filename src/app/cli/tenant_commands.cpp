// tenant create|list|show|update|suspend|resume, create-sample-tenant.
#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"
#include "tenants/tenants.h"

namespace parley::app::cli {

namespace {

constexpr const char* tenants_path = "/api/admin/tenants";

std::string path_of(const std::string& tenant) {
  return fmt::format("{}/{}", tenants_path, percent_encoded(tenant));
}

const std::vector<OptionSpec> tenant_options = {
    {"--domain", "DOMAIN", true}, {"--system", "TEXT"},   {"--limit", "UNITS"},
    {"--unit", "calls|tokens"},   {"--settings", "JSON"}, {"--json", ""},
};

/// What the options say, as the API takes it. Errors: invalid.
Result<Json> fields_of(const Arguments& arguments) {
  Json fields = Json::object();
  if (arguments.has("--domain")) fields["domains"] = arguments.values("--domain");
  if (const auto text = arguments.value("--settings")) {
    ASSIGN_OR_RETURN(fields["settings"], parse_json(*text));
    if (!fields["settings"].is_object()) {
      return fail(ErrorCode::invalid, "--settings must be a JSON object");
    }
  }
  if (const auto text = arguments.value("--system")) fields["settings"]["systemParameter"] = *text;
  if (const auto unit = arguments.value("--unit")) fields["settings"]["plan"]["unit"] = *unit;
  if (const auto text = arguments.value("--limit")) {
    const auto number = parse_json(*text);
    if (!number || !number->is_number_integer()) {
      return fail(ErrorCode::invalid, "--limit must be a whole number; 0: no limit");
    }
    fields["settings"]["plan"]["limit"] = *number;
  }
  return fields;
}

std::string domains_of(const Json& tenant) {
  std::string out;
  for (const Json& domain : tenant.value("domains", Json::array())) {
    out += (out.empty() ? "" : ", ") + domain.get<std::string>();
  }
  return out.empty() ? "-" : out;
}

std::string used_of(const Json& tenant) {
  const Json& budget = member_of(tenant, "budget");
  return fmt::format("{}/{} {}", cell_of(budget, "used"),
                     member_of(budget, "limit").is_null() ? "unlimited" : cell_of(budget, "limit"),
                     cell_of(budget, "unit"));
}

std::vector<std::string> row_of(const Json& tenant) {
  return {cell_of(tenant, "id"), cell_of(tenant, "name"), domains_of(tenant),
          cell_of(tenant, "status"), used_of(tenant)};
}

int show(const CommandLine& line, const Result<Json>& tenant) {
  if (!tenant) return complain(tenant.error());
  if (line.arguments.has("--json")) {
    fmt::print("{}", pretty(*tenant));
    return exit_done;
  }
  const auto row = row_of(*tenant);
  fmt::print("{}", table_text({{"Id", row[0]},
                               {"Name", row[1]},
                               {"Domains", row[2]},
                               {"Status", row[3]},
                               {"Used", row[4]},
                               {"Created", cell_of(*tenant, "createdAt")}}));
  fmt::print("Settings\n{}", pretty(member_of(*tenant, "settings")));
  return exit_done;
}

int create_tenant(const CommandLine& line) {
  auto fields = fields_of(line.arguments);
  if (!fields) return complain(fields.error());
  (*fields)["name"] = *line.arguments.word(0);
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  return show(line, client->call("POST", tenants_path, *fields));
}

int list_tenants(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto tenants = client->tenants();
  if (!tenants) return complain(tenants.error());
  if (line.arguments.has("--json")) {
    fmt::print("{}", pretty(*tenants));
    return exit_done;
  }
  std::vector<std::vector<std::string>> rows = {{"ID", "NAME", "DOMAINS", "STATUS", "USED"}};
  for (const Json& tenant : *tenants) rows.push_back(row_of(tenant));
  fmt::print("{}", table_text(rows));
  return exit_done;
}

int show_tenant(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  return show(line, client->call("GET", path_of(*line.arguments.word(0))));
}

int put(const CommandLine& line, const Json& fields) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  return show(line, client->call("PUT", path_of(*line.arguments.word(0)), fields));
}

int update_tenant(const CommandLine& line) {
  auto fields = fields_of(line.arguments);
  if (!fields) return complain(fields.error());
  if (const auto name = line.arguments.value("--name")) (*fields)["name"] = *name;
  if (fields->empty()) {
    return complain({ErrorCode::invalid, "Nothing to change. See: parley help tenant update"});
  }
  return put(line, *fields);
}

int suspend_tenant(const CommandLine& line) {
  return put(line, {{"status", "suspended"}});
}

int resume_tenant(const CommandLine& line) {
  return put(line, {{"status", "active"}});
}

/// The tenant that a fresh installation begins with, as nobody has changed it yet.
bool is_untouched_default(const Json& tenant) {
  return cell_of(tenant, "id") == tenants::default_tenant_id &&
         cell_of(tenant, "name") == "Parley" &&
         cell_of(member_of(tenant, "settings"), "systemParameter").empty();
}

/// Texts and exit codes are those of document 000's management command.
int create_sample(const CommandLine& line) {
  const std::string name = line.arguments.value("--name").value_or("Sample Company");
  const std::string domain = line.arguments.value("--domain").value_or("localhost");
  Json fields = {{"name", name}};
  fields["settings"]["systemParameter"] = line.arguments.value("--system")
                                              .value_or("You are a helpful assistant of " + name +
                                                        ". Answer briefly and in a friendly tone.");
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto present = client->call("GET", path_of(domain));
  if (!present && present.error().code != ErrorCode::not_found) return complain(present.error());
  if (present && !is_untouched_default(*present)) {
    fmt::print("Tenant already exists: {} ({})\n", cell_of(*present, "name"), domain);
    return exit_done;
  }
  if (!present) fields["domains"] = Json::array({domain});
  const auto made = present ? client->call("PUT", path_of(domain), fields)
                            : client->call("POST", tenants_path, fields);
  if (!made) return complain(made.error());
  fmt::print("Successfully created tenant: {} ({})\n", name, domain);
  return exit_done;
}

std::vector<OptionSpec> with_name(std::vector<OptionSpec> options) {
  options.insert(options.begin(), {"--name", "NAME"});
  return options;
}

}  // namespace

Commands tenant_commands() {
  const std::vector<OptionSpec> json = {{"--json", ""}};
  return {
      {"tenant create", "NAME", "make a tenant", 1, 1, tenant_options, create_tenant},
      {"tenant list", "", "all tenants, with what each has used", 0, 0, json, list_tenants},
      {"tenant show", "TENANT", "one, by id or domain, with its settings", 1, 1, json, show_tenant},
      {"tenant update", "TENANT", "change what is named", 1, 1, with_name(tenant_options),
       update_tenant},
      {"tenant suspend", "TENANT", "its domains answer 404 from now on", 1, 1, json,
       suspend_tenant},
      {"tenant resume", "TENANT", "end that", 1, 1, json, resume_tenant},
      {"create-sample-tenant",
       "",
       "make \"Sample Company\" on localhost",
       0,
       0,
       {{"--name", "NAME"}, {"--domain", "DOMAIN"}, {"--system", "TEXT"}},
       create_sample},
  };
}

}  // namespace parley::app::cli
