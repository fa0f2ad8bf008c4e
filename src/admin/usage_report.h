// Usage report: what a tenant spent, by day, provider and model; as JSON and as CSV. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "budgets/budgets.h"
#include "tenants/tenants.h"

namespace parley::admin {

inline constexpr int64_t report_days_default = 30;
inline constexpr int64_t report_days_max = 366;

/// Days since the epoch, UTC, inclusive.
struct Period {
  int64_t from_day = 0;
  int64_t to_day = 0;
};

/// From `from` and `to` ("2026-11-21") of a query; absent: the last 30 days until today.
/// Errors: invalid (no date, the wrong way round, more than a leap year).
Result<Period> period_of(const std::map<std::string, std::string>& query, int64_t now_ms);

/// {tenant, from, to, unit, days[], total}.
Json usage_json(const tenants::Tenant& tenant, const Period& period,
                const std::vector<budgets::UsageDay>& days);

/// A heading and a line per day, provider and model; safe to open in a spreadsheet.
std::string usage_csv(const tenants::Tenant& tenant, const std::vector<budgets::UsageDay>& days);

}  // namespace parley::admin
