// usage: what tenants spent, by day, provider and model.
#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"

namespace parley::app::cli {

namespace {

constexpr const char* csv_type = "text/csv";

std::string usage_path(const std::string& tenant, const Arguments& arguments) {
  std::string path = fmt::format("/api/admin/tenants/{}/usage", percent_encoded(tenant));
  char separator = '?';
  for (const char* name : {"from", "to"}) {
    const auto date = arguments.value(fmt::format("--{}", name));
    if (!date) continue;
    path += fmt::format("{}{}={}", separator, name, percent_encoded(*date));
    separator = '&';
  }
  return path;
}

/// One tenant's id, or all.
Result<std::vector<std::string>> tenants_of(OperatorClient& client, const Arguments& arguments) {
  if (const auto named = arguments.word(0)) return std::vector{*named};
  ASSIGN_OR_RETURN(const Json tenants, client.tenants());
  std::vector<std::string> ids;
  for (const Json& tenant : tenants) ids.push_back(cell_of(tenant, "id"));
  return ids;
}

int print_csv(OperatorClient& client, const std::vector<std::string>& tenants,
              const Arguments& arguments) {
  bool is_first = true;
  for (const std::string& tenant : tenants) {
    const auto text = client.text(usage_path(tenant, arguments), csv_type);
    if (!text) return complain(text.error());
    const size_t heading = text->find("\r\n") + 2;
    fmt::print("{}", is_first ? *text : text->substr(heading));
    is_first = false;
  }
  return exit_done;
}

std::string dollars(const Json& object) {
  const int64_t micro = find_integer(object, "costMicroUsd").value_or(0);
  return fmt::format("{:.4f}", static_cast<double>(micro) / 1e6);
}

std::vector<std::string> row_of(const std::string& tenant, const Json& day) {
  return {tenant,
          cell_of(day, "date"),
          cell_of(day, "provider"),
          cell_of(day, "model"),
          cell_of(day, "calls"),
          cell_of(day, "units"),
          cell_of(day, "inputTokens"),
          cell_of(day, "outputTokens"),
          dollars(day)};
}

int print_table(const std::vector<Json>& reports) {
  std::vector<std::vector<std::string>> rows = {
      {"TENANT", "DATE", "PROVIDER", "MODEL", "CALLS", "UNITS", "INPUT", "OUTPUT", "US$"}};
  for (const Json& report : reports) {
    const std::string tenant = cell_of(member_of(report, "tenant"), "name");
    for (const Json& day : member_of(report, "days")) rows.push_back(row_of(tenant, day));
    Json total = member_of(report, "total");
    total["date"] = "total";
    total["provider"] = total["model"] = "";
    rows.push_back(row_of(tenant, total));
  }
  fmt::print("{}", table_text(rows));
  return exit_done;
}

int usage(const CommandLine& line) {
  auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto tenants = tenants_of(*client, line.arguments);
  if (!tenants) return complain(tenants.error());
  if (line.arguments.has("--csv")) return print_csv(*client, *tenants, line.arguments);
  std::vector<Json> reports;
  for (const std::string& tenant : *tenants) {
    auto report = client->call("GET", usage_path(tenant, line.arguments));
    if (!report) return complain(report.error());
    reports.push_back(std::move(*report));
  }
  if (!line.arguments.has("--json")) return print_table(reports);
  fmt::print("{}", pretty(reports));
  return exit_done;
}

}  // namespace

Commands usage_commands() {
  return {{"usage",
           "[TENANT]",
           "what was spent, by day, provider and model",
           0,
           1,
           {{"--from", "YYYY-MM-DD"}, {"--to", "YYYY-MM-DD"}, {"--csv", ""}, {"--json", ""}},
           usage}};
}

}  // namespace parley::app::cli
