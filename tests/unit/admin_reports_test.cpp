// What operators may change, and how spending is shown. Pure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/tenant_changes.h"
#include "admin/usage_report.h"

namespace parley::admin {
namespace {

using testing::HasSubstr;

constexpr int64_t noon = 1'795'176'000'000;  // 2026-11-20T12:00:00Z

TEST(TenantChangesTest, EachFieldHasThoseWhoMayChangeIt) {
  const std::vector<std::pair<Json, bool>> cells = {
      {{{"name", "New"}}, false},
      {{{"status", "suspended"}}, false},
      {{{"domains", {"a.example"}}}, false},
      {{{"settings", {{"plan", {{"limit", 5}}}}}}, false},
      {{{"settings", {{"provider", "demo"}}}}, false},
      {{{"settings", {{"model", "m"}}}}, false},
      {{{"settings", {{"rates", {{"requests", 5}}}}}}, false},
      {{{"settings", {{"systemParameter", "x"}, {"plan", {{"limit", 5}}}}}}, false},
      {{{"settings", {{"systemParameter", "x"}}}}, true},
      {{{"settings", {{"bot", {{"name", "Ada"}}}}}}, true},
      {{{"settings", {{"origins", {"https://a.example"}}}}}, true},
      {{{"settings", {{"identity", {{"isEnforced", false}}}}}}, true},
      {{{"settings", {{"openness", {{"callOpen", true}}}}}}, true},
      {Json::object(), true},
  };
  for (const auto& [body, tenant_may] : cells) {
    EXPECT_TRUE(update_of(body, Actor::superadmin)) << body;
    const auto own = update_of(body, Actor::admin);
    EXPECT_EQ(own.has_value(), tenant_may) << body;
    if (!own) {
      EXPECT_EQ(own.error().code, ErrorCode::forbidden) << body;
    }
  }
}

TEST(TenantChangesTest, OtherShapesAreNamedAndRefused) {
  const std::vector<std::pair<Json, std::string>> cells = {
      {{{"id", "x"}}, "id"},
      {{{"tenant_id", "x"}}, "tenant_id"},
      {{{"createdAt", 1}}, "createdAt"},
      {{{"name", 1}}, "name"},
      {{{"status", "deleted"}}, "status"},
      {{{"domains", "a.example"}}, "domains"},
      {{{"domains", {1}}}, "domains"},
      {{{"settings", Json::array()}}, "settings"},
  };
  for (const auto& [body, name] : cells) {
    const auto refused = update_of(body, Actor::superadmin);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid) << body;
    EXPECT_THAT(refused.error().message, HasSubstr(name)) << body;
  }
  EXPECT_FALSE(new_tenant_of(Json::object()));
  EXPECT_FALSE(new_tenant_of({{"name", "A"}, {"status", "active"}}));
}

Result<Period> period(const std::map<std::string, std::string>& query) {
  return period_of(query, noon);
}

TEST(UsageReportTest, AReportIsOfTheLastThirtyDaysUnlessOthersAreNamed) {
  const int64_t today = budgets::day_of(noon);
  const auto usual = period({});
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->from_day, today - 29);
  EXPECT_EQ(usual->to_day, today);
  const auto one = period({{"from", "2026-02-28"}, {"to", "2026-02-28"}});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->from_day, one->to_day);
  EXPECT_TRUE(period({{"from", "2025-11-20"}, {"to", "2026-11-20"}}));
  for (const auto& query : std::vector<std::map<std::string, std::string>>{
           {{"from", "2026-11-21"}},
           {{"from", "2025-11-19"}, {"to", "2026-11-20"}},
           {{"from", "yesterday"}},
           {{"to", "2026-02-30"}},
           {{"to", ""}}}) {
    const auto refused = period_of(query, noon);
    ASSERT_FALSE(refused) << query.begin()->second;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
}

budgets::UsageDay usage_day(const std::string& model) {
  return {"t", budgets::day_of(noon), "claude", model, 3, 1, 30, 200, 50, 90, 10, 1'234'567};
}

TEST(UsageReportTest, TheTotalIsTheSumOfItsDays) {
  tenants::Tenant tenant;
  tenant.id = "t";
  tenant.name = "Acme";
  const Json report = usage_json(tenant, {1, 2}, {usage_day("a"), usage_day("b")});
  EXPECT_EQ(report["days"].size(), 2U);
  EXPECT_EQ(report["days"][0]["date"], "2026-11-20");
  EXPECT_EQ(report["total"], Json({{"calls", 6},
                                   {"unknownCalls", 2},
                                   {"units", 60},
                                   {"inputTokens", 400},
                                   {"cachedTokens", 100},
                                   {"outputTokens", 180},
                                   {"reasoningTokens", 20},
                                   {"costMicroUsd", 2'469'134}}));
}

TEST(UsageReportTest, NoNameOfATenantOrModelIsAFormula) {
  tenants::Tenant tenant;
  tenant.id = "t";
  tenant.name = "=HYPERLINK(\"http://evil.example\")";
  const std::string csv = usage_csv(tenant, {usage_day("+cmd|' /C calc'!A0")});
  EXPECT_THAT(csv, HasSubstr("t,\"'=HYPERLINK(\"\"http://evil.example\"\")\",2026-11-20,claude,"
                             "\"'+cmd|' /C calc'!A0\",3,1,30,200,50,90,10,1.234567\r\n"));
  EXPECT_THAT(csv, testing::StartsWith("tenant_id,tenant,date,provider,model,calls,"));
}

}  // namespace
}  // namespace parley::admin
