// The operators' API over real sockets: who may do what to which tenant, and what is said to all
// others. Every route that needs an API key is called by every kind of caller.
#include <fmt/format.h>

#include <fstream>

#include "tests/api/app_fixture.h"
#include "tests/api/isolation_probes.h"

namespace parley {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* tenants_path = "/api/admin/tenants";
constexpr const char* absent_id = "00000000-0000-4000-8000-00000000ffff";

Headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

std::string replaced(std::string text, const std::string& name, const std::string& value) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
    text.replace(at, name.size(), value);
  }
  return text;
}

std::string of(const std::string& tenant, const std::string& rest = "") {
  return std::string(tenants_path) + "/" + tenant + rest;
}

class AdminTest : public AppFixture {
 protected:
  struct Company {
    std::string id;
    std::string domain;
    std::string key;
    std::string key_id;
    std::string customer_id;
  };

  void SetUp() override {
    start({{"DEV_DEFAULT_TENANT", "false"}, {"ALLOWED_HOSTS", "127.0.0.1"}});
    std::ifstream(directory_.path("data/operator.key")) >> operator_key_;
    acme_ = make_company("Acme", "acme.example");
    globex_ = make_company("Globex", "globex.example");
    const auto made = operate("POST", "/api/admin/keys", {{"label", "console"}});
    installation_key_ = made.body["key"];
    installation_key_id_ = made.body["id"];
  }

  Answer operate(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return call(method, path, body, bearer(operator_key_));
  }

  Company make_company(const std::string& name, const std::string& domain) {
    const auto made =
        operate("POST", tenants_path, {{"name", name}, {"domains", Json::array({domain})}});
    EXPECT_EQ(made.status, 201) << made.raw.body;
    const std::string id = made.body["id"];
    const auto key = operate("POST", of(id, "/keys"), {{"label", name + "-canary"}});
    EXPECT_EQ(key.status, 201) << key.raw.body;
    const auto customer = operate("POST", of(id, "/customers"), {{"name", name + "-canary"}});
    EXPECT_EQ(customer.status, 201) << customer.raw.body;
    return {id, domain, key.body["key"], key.body["id"], customer.body["customerId"]};
  }

  /// A probe at `tenant`, naming what is `victim`'s.
  Answer send(const Probe& probe, const std::string& tenant, const Company& victim,
              Headers headers) {
    headers.insert(headers.end(), probe.headers.begin(), probe.headers.end());
    std::string path = replaced(probe.path, "{tenant}", tenant);
    path = replaced(path, "{key_id}", victim.key_id);
    path = replaced(path, "{customer_id}", victim.customer_id);
    return answer_of(fetch(port(), probe.method, path, headers, probe.body));
  }

  /// Calls `check(route, probe)` for all of them.
  template <class Check>
  void for_each_probe(Check check) {
    for (const auto& [route, probes] : admin_probes_by_route()) {
      for (const Probe& probe : probes) check(route, probe);
    }
  }

  /// All that operators can see.
  std::string state() {
    std::string out = operate("GET", tenants_path).raw.body;
    for (const Company* company : {&acme_, &globex_}) {
      out += operate("GET", of(company->id, "/customers")).raw.body;
      const Answer keys = operate("GET", of(company->id, "/keys"));
      for (Json key : keys.body["keys"]) {
        key.erase("lastUsedAt");
        out += dump(key);
      }
    }
    return out + operate("GET", "/api/admin/keys").raw.body;
  }

  std::string operator_key_;
  std::string installation_key_;
  std::string installation_key_id_;
  Company acme_;
  Company globex_;
};

TEST_F(AdminTest, WithoutAKeyNothingIsToldOfAnyTenant) {
  const auto revoked = operate("POST", of(acme_.id, "/keys"), {{"label", "old"}});
  ASSERT_EQ(
      operate("DELETE", of(acme_.id, "/keys/") + revoked.body["id"].get<std::string>()).status,
      200);
  const std::string token = call("POST", "/api/sessions/create").body.value("visitorToken", "none");
  const std::vector<Headers> nobody = {{},
                                       bearer("x"),
                                       bearer(token),
                                       bearer("pk_" + std::string(43, 'A')),
                                       bearer(acme_.key + "x"),
                                       bearer(acme_.key.substr(0, 45)),
                                       bearer(revoked.body["key"]),
                                       {{"Authorization", "Basic " + acme_.key}},
                                       {{"Authorization", acme_.key}},
                                       {{"X-Api-Key", acme_.key}},
                                       {{"Cookie", "key=" + acme_.key}}};
  const std::string before = state();
  const Json expected = {{"error", "API key required"}};
  for_each_probe([&](const std::string& route, const Probe& probe) {
    for (const Headers& headers : nobody) {
      for (const std::string& tenant : {acme_.id, acme_.domain, std::string(absent_id)}) {
        const auto refused = send(probe, tenant, acme_, headers);
        EXPECT_EQ(refused.status, 401) << route << refused.raw.body;
        EXPECT_EQ(refused.body, expected) << route;
      }
    }
  });
  EXPECT_EQ(state(), before) << "nothing was changed";
}

TEST_F(AdminTest, ATenantsKeySeesNoOtherTenantAndNotWhichThereAre) {
  const Company absent = {absent_id, "", "", absent_id, absent_id};
  const std::string before = state();
  for_each_probe([&](const std::string& route, const Probe& probe) {
    const bool names_tenant = probe.path.find("{tenant}") != std::string::npos;
    const auto unknown = send(probe, absent_id, absent, bearer(acme_.key));
    EXPECT_EQ(unknown.status, 404) << route << unknown.raw.body;
    EXPECT_EQ(unknown.body, Json({{"error", "Not found"}})) << route;
    if (!names_tenant) return;  // one of the installation: refused like this for any tenant
    for (const std::string& other :
         {globex_.id, globex_.domain, std::string("GLOBEX.example."), std::string("nonsense"),
          std::string("%20"), std::string("..%2f") + acme_.id}) {
      const auto hidden = send(probe, other, globex_, bearer(acme_.key));
      EXPECT_EQ(hidden.status, 404) << route << " " << other << hidden.raw.body;
      EXPECT_EQ(hidden.raw.body, unknown.raw.body) << route << " " << other;
    }
  });
  EXPECT_EQ(state(), before) << "nothing was changed";
}

TEST_F(AdminTest, WhatIsAnothersIsNotFoundInOnesOwnTenant) {
  const std::string before = state();
  const Headers own = bearer(acme_.key);
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    const auto hidden = call(method, of(acme_.id, "/customers/" + globex_.customer_id),
                             std::string(method) == "PUT" ? Json{{"name", "Eve"}} : Json(), own);
    EXPECT_EQ(hidden.status, 404) << method;
    EXPECT_EQ(hidden.raw.body.find("canary"), std::string::npos);
  }
  const auto listed = call("GET", of(acme_.id, "/customers?search=canary"), nullptr, own);
  EXPECT_EQ(listed.body["customers"].size(), 1U);
  EXPECT_EQ(state(), before);
}

TEST_F(AdminTest, KeysOfAnotherHolderAreNotAmongOnesOwn) {
  for (const std::string& foreign :
       {globex_.key_id, installation_key_id_, std::string(absent_id), std::string("nonsense")}) {
    const auto refused =
        call("DELETE", of(acme_.id, "/keys/" + foreign), nullptr, bearer(acme_.key));
    EXPECT_EQ(refused.status, 404) << foreign;
    EXPECT_EQ(operate("DELETE", "/api/admin/keys/" + acme_.key_id).status, 404);
  }
  EXPECT_EQ(call("GET", of(globex_.id), nullptr, bearer(globex_.key)).status, 200);
  EXPECT_EQ(call("GET", tenants_path, nullptr, bearer(installation_key_)).status, 200);
}

TEST_F(AdminTest, EveryHolderMayDoWhatIsTheirs) {
  for (const std::string& key : {operator_key_, installation_key_}) {
    EXPECT_EQ(call("GET", tenants_path, nullptr, bearer(key)).status, 200);
    EXPECT_EQ(call("GET", of(acme_.domain), nullptr, bearer(key)).body["id"], acme_.id);
    EXPECT_EQ(call("GET", of(acme_.id, "/usage"), nullptr, bearer(key)).status, 200);
    EXPECT_EQ(call("GET", of(acme_.id, "/keys"), nullptr, bearer(key)).status, 200);
    EXPECT_EQ(call("GET", "/api/admin/keys", nullptr, bearer(key)).status, 200);
  }
  const Headers own = bearer(acme_.key);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, own).body["name"], "Acme");
  EXPECT_EQ(call("GET", of("ACME.example:80"), nullptr, own).body["id"], acme_.id);
  EXPECT_EQ(call("GET", of(acme_.id, "/usage"), nullptr, own).status, 200);
  const auto made = call("POST", of(acme_.id, "/keys"), {{"label", "second"}}, own);
  ASSERT_EQ(made.status, 201) << made.raw.body;
  EXPECT_THAT(made.body["key"].get<std::string>(), StartsWith("pk_"));
  const Headers second = bearer(made.body["key"]);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, second).status, 200);
  EXPECT_EQ(call("DELETE", of(acme_.id, "/keys/" + acme_.key_id), nullptr, second).status, 200);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, own).status, 401) << "revoked";
}

TEST_F(AdminTest, ATenantsKeyChangesItsBotButNotItsPlan) {
  const Headers own = bearer(acme_.key);
  const std::vector<Json> mine = {
      {{"settings", {{"systemParameter", "Be kind."}}}},
      {{"settings", {{"bot", {{"name", "Ada"}, {"color", "#0a7f5a"}}}}}},
      {{"settings", {{"origins", {"https://acme.example"}}}}},
      {{"settings", {{"openness", {{"callOpen", true}}}}}},
      {{"settings", {{"identity", {{"hs256Secret", std::string(32, 's')}}}}}}};
  for (const Json& body : mine) {
    EXPECT_EQ(call("PUT", of(acme_.id), body, own).status, 200) << body;
  }
  const std::vector<Json> installations = {{{"name", "Evil"}},
                                           {{"status", "suspended"}},
                                           {{"domains", {"evil.example"}}},
                                           {{"settings", {{"plan", {{"limit", 0}}}}}},
                                           {{"settings", {{"rates", {{"requests", 0}}}}}},
                                           {{"settings", {{"provider", "demo"}}}},
                                           {{"settings", {{"model", "dear"}}}}};
  const std::string before = operate("GET", of(acme_.id)).raw.body;
  for (const Json& body : installations) {
    const auto refused = call("PUT", of(acme_.id), body, own);
    EXPECT_EQ(refused.status, 403) << body;
    EXPECT_THAT(refused.body.value("error", ""), StartsWith("Only a key of the installation may"));
  }
  EXPECT_EQ(operate("GET", of(acme_.id)).raw.body, before) << "all or nothing";
  const Json settings = operate("GET", of(acme_.id)).body["settings"];
  EXPECT_EQ(settings["bot"]["name"], "Ada");
  EXPECT_EQ(settings["identity"]["hs256Secret"], true) << "a secret is never shown again";
}

TEST_F(AdminTest, TheInstallationSuspendsAndResumes) {
  const Headers host = {{"Host", "acme.example"}};
  EXPECT_EQ(call("GET", "/api/sessions/bot-config", nullptr, host).status, 200);
  EXPECT_EQ(operate("PUT", of(acme_.id), {{"status", "suspended"}}).body["status"], "suspended");
  EXPECT_EQ(call("GET", "/api/sessions/bot-config", nullptr, host).status, 404);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, bearer(acme_.key)).status, 404)
      << "its keys sleep with it";
  EXPECT_EQ(operate("GET", of(acme_.id)).status, 200);
  EXPECT_EQ(operate("PUT", of(acme_.id), {{"status", "active"}}).status, 200);
  EXPECT_EQ(call("GET", "/api/sessions/bot-config", nullptr, host).status, 200);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, bearer(acme_.key)).status, 200);
}

TEST_F(AdminTest, ADomainBelongsToOneTenant) {
  const auto taken =
      operate("POST", tenants_path, {{"name", "Other"}, {"domains", {"ACME.example"}}});
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.body, Json({{"error", "Tenant already exists: Acme (acme.example)"}}));
  EXPECT_EQ(operate("PUT", of(globex_.id), {{"domains", {"acme.example"}}}).status, 409);
  EXPECT_EQ(operate("GET", of("globex.example")).status, 200);
}

TEST_F(AdminTest, BodiesThatAreNoneAreRefused) {
  const Headers json = {{"Authorization", "Bearer " + operator_key_},
                        {"Content-Type", "application/json"}};
  const std::vector<std::pair<std::string, std::string>> places = {{"POST", tenants_path},
                                                                   {"PUT", of(acme_.id)},
                                                                   {"POST", of(acme_.id, "/keys")},
                                                                   {"POST", "/api/admin/keys"}};
  for (const auto& [method, path] : places) {
    for (const std::string& body :
         {std::string("{"), std::string("[]"), std::string("\"x\""), std::string("{\"a\":\xFF}"),
          std::string(R"({"label":5,"name":5})"), std::string(R"({"label":"","name":""})")}) {
      const auto refused = fetch(port(), method, path, json, body);
      ASSERT_TRUE(refused);
      EXPECT_EQ(refused->status, 400) << method << path << body << refused->body;
    }
    const std::string huge = R"({"name":")" + std::string(300 * 1024, 'x') + "\"}";
    const auto refused = fetch(port(), method, path, json, huge);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 413) << method << path;
    Headers text = bearer(operator_key_);
    text.emplace_back("Content-Type", "text/plain");
    EXPECT_EQ(fetch(port(), method, path, text, "name=x")->status, 415) << method << path;
  }
  for (const Json& body :
       std::vector<Json>{{{"name", "A"}},
                         {{"name", "A"}, {"domains", {"no host"}}},
                         {{"name", "A"}, {"domains", {"a.example"}}, {"id", "x"}},
                         {{"name", "A"},
                          {"domains", {"a.example"}},
                          {"settings", {{"plan", {{"limit", -1}}}}}}}) {
    EXPECT_EQ(operate("POST", tenants_path, body).status, 400) << body;
  }
  EXPECT_EQ(operate("GET", tenants_path).body["tenants"].size(), 3U);
}

TEST_F(AdminTest, TenantsAreListedInPages) {
  const auto page = operate("GET", std::string(tenants_path) + "?limit=1&offset=1");
  EXPECT_EQ(page.body["total"], 3);
  ASSERT_EQ(page.body["tenants"].size(), 1U);
  EXPECT_EQ(page.body["tenants"][0]["id"], acme_.id);
  EXPECT_EQ(operate("GET", std::string(tenants_path) + "?offset=9").body["tenants"].size(), 0U);
  for (const char* query : {"?limit=0", "?limit=501", "?limit=x", "?offset=-1", "?limit="}) {
    EXPECT_EQ(operate("GET", tenants_path + std::string(query)).status, 400) << query;
  }
}

TEST_F(AdminTest, UsageIsJsonOrCsvAsAsked) {
  const std::string path = of(acme_.id, "/usage");
  const auto json = operate("GET", path + "?from=2026-11-01&to=2026-11-02");
  EXPECT_EQ(json.body["from"], "2026-11-01");
  EXPECT_EQ(json.body["tenant"], Json({{"id", acme_.id}, {"name", "Acme"}}));
  EXPECT_EQ(json.body["total"]["calls"], 0);
  Headers accept = bearer(operator_key_);
  accept.emplace_back("Accept", "text/csv");
  for (const auto& csv :
       {operate("GET", path + "?format=csv"), call("GET", path, nullptr, accept)}) {
    EXPECT_EQ(csv.status, 200);
    EXPECT_THAT(csv.raw.header("content-type"), StartsWith("text/csv"));
    EXPECT_THAT(csv.raw.header("content-disposition"), HasSubstr("attachment"));
    EXPECT_THAT(csv.raw.body, StartsWith("tenant_id,tenant,date,"));
  }
  for (const char* query : {"?format=xml", "?from=x", "?from=2026-11-02&to=2026-11-01",
                            "?from=2020-01-01&to=2026-01-01", "?to=2026-13-01"}) {
    EXPECT_EQ(operate("GET", path + query).status, 400) << query;
  }
}

TEST_F(AdminTest, AKeyIsShownOnceAndItsUseIsNoted) {
  const auto keys = operate("GET", of(acme_.id, "/keys"));
  EXPECT_EQ(keys.raw.body.find("pk_"), std::string::npos);
  EXPECT_EQ(keys.body["keys"][0]["label"], "Acme-canary");
  EXPECT_TRUE(keys.body["keys"][0]["lastUsedAt"].is_null());
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, bearer(acme_.key)).status, 200);
  EXPECT_TRUE(operate("GET", of(acme_.id, "/keys")).body["keys"][0]["lastUsedAt"].is_string());
}

TEST_F(AdminTest, KeysOutliveARestartAndTheOperatorsToo) {
  stop();
  start({{"DEV_DEFAULT_TENANT", "false"}, {"ALLOWED_HOSTS", "127.0.0.1"}});
  EXPECT_EQ(operate("GET", tenants_path).status, 200);
  EXPECT_EQ(call("GET", of(acme_.id), nullptr, bearer(acme_.key)).status, 200);
}

}  // namespace
}  // namespace parley
