// From a request to its Scope: the Host's tenant, the path's, and whose key was sent.
#include "app/authenticate.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::app {
namespace {

using http::Access;

constexpr const char* acme_key = "pk_acme";
constexpr const char* globex_key = "pk_globex";
constexpr const char* root_key = "pk_root";

class AuthenticateTest : public testing::Test {
 protected:
  AuthenticateTest() {
    acme_ = make("Acme", "acme.example", {{"openness", {{"visitorTokenRequired", false}}}});
    globex_ = make("Globex", "globex.example", nullptr);
    hush_ = make("Hush", "hush.example", nullptr);
    EXPECT_TRUE(tenants_.update(scope_, hush_, {.status = tenants::Status::suspended}));
  }

  std::string make(const std::string& name, const std::string& domain, const Json& settings) {
    return tenants_.create(scope_, name, {domain}, settings).value()->id;
  }

  Result<KeyHolder> holder_of(std::string_view key) const {
    if (key == acme_key) return KeyHolder{acme_};
    if (key == globex_key) return KeyHolder{globex_};
    if (key == "pk_hush") return KeyHolder{hush_};
    if (key == root_key) return KeyHolder{};
    if (key == "pk_broken") return fail(ErrorCode::unavailable, "The database is busy");
    return fail(ErrorCode::unauthorized, "no such key");
  }

  Result<Scope> ask(Access access, const std::string& host, const std::string& key = "",
                    const std::string& tenant = "") const {
    const Authenticator authenticator(
        {true, "token-key"}, tenants_,
        [this](const Scope&, std::string_view sent) { return holder_of(sent); });
    http::Request request;
    request.headers = {{"host", host}};
    if (!key.empty()) request.headers.emplace_back("authorization", key);
    if (!tenant.empty()) request.parameters["tenant"] = tenant;
    return authenticator.authenticate(request, {http::Method::get, "/", access, {}, {}, {}});
  }

  /// "acme visitor", or the error's message.
  std::string outcome(Access access, const std::string& host, const std::string& key = "",
                      const std::string& tenant = "") const {
    const auto scope = ask(access, host, key.empty() ? "" : "Bearer " + key, tenant);
    if (!scope)
      return std::to_string(http::status_of(scope.error().code)) + " " + scope.error().message;
    const std::map<std::string, std::string> names = {
        {"", "none"}, {acme_, "acme"}, {globex_, "globex"}, {hush_, "hush"}};
    const std::map<Actor, std::string> actors = {
        {Actor::visitor, "visitor"}, {Actor::admin, "admin"}, {Actor::superadmin, "superadmin"}};
    return names.at(scope->tenant_id()) + " " + actors.at(scope->actor());
  }

  TempDir directory_;
  FakeClock clock_;
  FakeEntropy entropy_;
  Scope scope_ = ScopeForTests::system("");
  std::unique_ptr<db::Database> database_ =
      db::Database::open({.path = directory_.path("parley.db")}, clock_).value();
  tenants::Service tenants_{{}, *database_, entropy_};
  std::string acme_;
  std::string globex_;
  std::string hush_;
};

TEST_F(AuthenticateTest, TheServersOwnRoutesBelongToNoTenant) {
  EXPECT_EQ(outcome(Access::server, "acme.example"), "none visitor");
  EXPECT_EQ(outcome(Access::server, "evil.example", "pk_wrong"), "none visitor");
}

TEST_F(AuthenticateTest, TheHostSaysWhoseVisitorItIs) {
  for (const Access access : {Access::open, Access::visitor}) {
    EXPECT_EQ(outcome(access, "Acme.Example.:80"), "acme visitor");
    EXPECT_EQ(outcome(access, "globex.example"), "globex visitor");
    for (const char* host : {"hush.example", "evil.example", ""}) {
      const auto refused = ask(access, host);
      ASSERT_FALSE(refused) << host;
      EXPECT_EQ(refused.error().code, ErrorCode::not_found);
      EXPECT_EQ(refused.error().message, "Tenant not found or inactive");
      EXPECT_EQ(refused.error().advice, "Please check your domain configuration");
    }
  }
}

TEST_F(AuthenticateTest, VisitorsShowTheirTokenWhereTheirTenantWantsIt) {
  EXPECT_FALSE(ask(Access::visitor, "acme.example")->proof().required);
  EXPECT_TRUE(ask(Access::visitor, "globex.example")->proof().required);
  EXPECT_EQ(ask(Access::visitor, "globex.example", "bEARER  secret ")->proof().token_hash,
            crypto::hmac_sha256_hex("token-key", "secret"));
  const auto basic = ask(Access::visitor, "globex.example", "Basic secret");
  ASSERT_FALSE(basic);
  EXPECT_EQ(basic.error().message, "Visitor token required");
  EXPECT_EQ(ask(Access::open, "globex.example", "Basic secret")->proof().token_hash, "");
}

TEST_F(AuthenticateTest, AKeyOpensMoreOfAnOpenRouteOfItsTenantOnly) {
  EXPECT_EQ(outcome(Access::open, "acme.example", acme_key), "acme admin");
  EXPECT_EQ(outcome(Access::open, "acme.example", root_key), "acme superadmin");
  EXPECT_EQ(outcome(Access::open, "acme.example", globex_key), "401 API key required");
  EXPECT_EQ(outcome(Access::open, "acme.example", "pk_wrong"), "401 API key required");
  EXPECT_EQ(outcome(Access::open, "acme.example", "pk_broken"), "503 The database is busy");
  EXPECT_EQ(outcome(Access::open, "acme.example", "a-visitors-token"), "acme visitor");
  EXPECT_EQ(outcome(Access::visitor, "acme.example", acme_key), "acme visitor")
      << "conversations know visitor tokens only";
}

TEST_F(AuthenticateTest, AnAdminRouteIsOfTheTenantInItsPath) {
  for (const std::string& name :
       {acme_, std::string("acme.example"), std::string("ACME.example.")}) {
    EXPECT_EQ(outcome(Access::admin, "evil.example", acme_key, name), "acme admin");
    EXPECT_EQ(outcome(Access::admin, "globex.example", root_key, name), "acme superadmin");
    EXPECT_EQ(outcome(Access::admin, "acme.example", globex_key, name), "404 Not found");
    EXPECT_EQ(outcome(Access::admin, "acme.example", "pk_wrong", name), "401 API key required");
    EXPECT_EQ(outcome(Access::admin, "acme.example", "a-visitors-token", name),
              "401 API key required");
    EXPECT_EQ(outcome(Access::admin, "acme.example", "", name), "401 API key required");
  }
  EXPECT_EQ(outcome(Access::admin, "acme.example", acme_key, "nobody.example"), "404 Not found");
  EXPECT_EQ(outcome(Access::admin, "acme.example", root_key, "nobody.example"), "404 Not found");
  EXPECT_EQ(outcome(Access::admin, "hush.example", "pk_hush", hush_), "404 Not found");
  EXPECT_EQ(outcome(Access::admin, "hush.example", root_key, hush_), "hush superadmin");
}

TEST_F(AuthenticateTest, OnlyTheInstallationsKeyOpensItsRoutes) {
  EXPECT_EQ(outcome(Access::superadmin, "evil.example", root_key), "none superadmin");
  EXPECT_EQ(outcome(Access::superadmin, "evil.example", root_key, acme_), "acme superadmin");
  EXPECT_EQ(outcome(Access::superadmin, "evil.example", root_key, "nobody"), "404 Not found");
  EXPECT_EQ(outcome(Access::superadmin, "acme.example", acme_key), "404 Not found");
  EXPECT_EQ(outcome(Access::superadmin, "acme.example", acme_key, acme_), "404 Not found");
  EXPECT_EQ(outcome(Access::superadmin, "acme.example"), "401 API key required");
}

}  // namespace
}  // namespace parley::app
