#include "admin/usage_report.h"

#include <fmt/format.h>

#include "formats/csv_text.h"

namespace parley::admin {

namespace {

constexpr int64_t micro = 1'000'000;

Json counts_of(const budgets::UsageDay& day) {
  return {{"calls", day.calls},
          {"unknownCalls", day.unknown_calls},
          {"units", day.units},
          {"inputTokens", day.input_tokens},
          {"cachedTokens", day.cached_tokens},
          {"outputTokens", day.output_tokens},
          {"reasoningTokens", day.reasoning_tokens},
          {"costMicroUsd", day.cost_microusd}};
}

budgets::UsageDay total_of(const std::vector<budgets::UsageDay>& days) {
  budgets::UsageDay total;
  for (const budgets::UsageDay& day : days) {
    total.calls += day.calls;
    total.unknown_calls += day.unknown_calls;
    total.units += day.units;
    total.input_tokens += day.input_tokens;
    total.cached_tokens += day.cached_tokens;
    total.output_tokens += day.output_tokens;
    total.reasoning_tokens += day.reasoning_tokens;
    total.cost_microusd += day.cost_microusd;
  }
  return total;
}

void append_line(std::string& out, const std::vector<std::string>& cells) {
  for (size_t at = 0; at < cells.size(); ++at) {
    if (at > 0) out.push_back(',');
    formats::append_csv_text(out, cells[at]);
  }
  out += "\r\n";
}

}  // namespace

Result<Period> period_of(const std::map<std::string, std::string>& query, int64_t now_ms) {
  Period period;
  period.to_day = budgets::day_of(now_ms);
  const auto to = query.find("to");
  const auto from = query.find("from");
  if (to != query.end()) {
    ASSIGN_OR_RETURN(period.to_day, budgets::day_of_date(to->second));
  }
  period.from_day = period.to_day - report_days_default + 1;
  if (from != query.end()) {
    ASSIGN_OR_RETURN(period.from_day, budgets::day_of_date(from->second));
  }
  if (period.from_day > period.to_day) {
    return fail(ErrorCode::invalid, "from must not be after to");
  }
  if (period.to_day - period.from_day >= report_days_max) {
    return fail(ErrorCode::invalid, fmt::format("A report has at most {} days", report_days_max));
  }
  return period;
}

Json usage_json(const tenants::Tenant& tenant, const Period& period,
                const std::vector<budgets::UsageDay>& days) {
  Json rows = Json::array();
  for (const budgets::UsageDay& day : days) {
    Json row = counts_of(day);
    row["date"] = budgets::date_of(day.day);
    row["provider"] = day.provider;
    row["model"] = day.model;
    rows.push_back(std::move(row));
  }
  const bool counts_calls = tenant.settings.plan.unit == tenants::Unit::calls;
  return {{"tenant", {{"id", tenant.id}, {"name", tenant.name}}},
          {"from", budgets::date_of(period.from_day)},
          {"to", budgets::date_of(period.to_day)},
          {"unit", counts_calls ? "calls" : "tokens"},
          {"days", std::move(rows)},
          {"total", counts_of(total_of(days))}};
}

std::string usage_csv(const tenants::Tenant& tenant, const std::vector<budgets::UsageDay>& days) {
  std::string out;
  append_line(
      out, {"tenant_id", "tenant", "date", "provider", "model", "calls", "unknown_calls", "units",
            "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "cost_usd"});
  for (const budgets::UsageDay& day : days) {
    append_line(
        out,
        {tenant.id, tenant.name, budgets::date_of(day.day), day.provider, day.model,
         std::to_string(day.calls), std::to_string(day.unknown_calls), std::to_string(day.units),
         std::to_string(day.input_tokens), std::to_string(day.cached_tokens),
         std::to_string(day.output_tokens), std::to_string(day.reasoning_tokens),
         fmt::format("{}.{:06}", day.cost_microusd / micro, day.cost_microusd % micro)});
  }
  return out;
}

}  // namespace parley::admin
