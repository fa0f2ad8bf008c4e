// The directory of tenants over a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/ids.h"
#include "tenants/tenants.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::tenants {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TenantsTest : public testing::Test {
 protected:
  TenantsTest() { restart(); }

  /// A new service on the same data.
  void restart(const Options& options = {}) {
    service_.reset();
    database_.reset();
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    service_ = std::make_unique<Service>(options, *database_, entropy_);
    const auto loaded = service_->load(scope_);
    EXPECT_TRUE(loaded) << loaded.error().message;
  }

  TenantPtr create(const std::string& name, const std::vector<std::string>& domains,
                   const Json& settings = nullptr) {
    clock_.advance_ms(1'000);
    const auto made = service_->create(scope_, name, domains, settings);
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(nullptr);
  }

  std::string id_of(std::string_view host) const {
    const TenantPtr found = service_->find_by_host(host);
    return found == nullptr ? "" : found->id;
  }

  Error error_of(const Result<TenantPtr>& result) {
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }

  TempDir directory_;
  FakeClock clock_;
  FakeEntropy entropy_;
  Scope scope_ = ScopeForTests::system("");
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Service> service_;
};

TEST_F(TenantsTest, IsFoundByAnyOfItsDomainsHoweverTheyAreWritten) {
  const auto acme = create("Acme", {"Acme.Example.", "www.acme.example", "acme.example:80"});
  const auto globex = create("Globex", {"globex.example", "[::2]"});
  EXPECT_TRUE(is_uuid(acme->id));
  EXPECT_THAT(acme->domains, ElementsAre("acme.example", "www.acme.example"));
  for (const char* host : {"acme.example", "ACME.example", "acme.example.", "acme.example:8000",
                           "www.ACME.example.:1"}) {
    EXPECT_EQ(id_of(host), acme->id) << host;
  }
  EXPECT_EQ(id_of("[0::2]:80"), globex->id);
  for (const char* host : {"", "example", "xacme.example", "acme.example.evil", "w.acme.example",
                           "localhost", "127.0.0.1", "a@acme.example", "[::1]"}) {
    EXPECT_EQ(id_of(host), "") << host;
  }
}

TEST_F(TenantsTest, SurvivesARestartWithAllItsSettings) {
  const Json settings = {{"systemParameter", "Be kind.\nBe brief."},
                         {"provider", "demo"},
                         {"origins", {"https://shop.example"}},
                         {"bot", {{"name", "Ada"}, {"starterQuestions", {"Why?", "How?"}}}},
                         {"plan", {{"unit", "tokens"}, {"limit", 5}, {"atLimit", "human"}}},
                         {"identity", {{"hs256Secret", std::string(32, 's')}}},
                         {"openness", {{"historyOpen", false}}},
                         {"rates", {{"answersMax", 3}}}};
  const auto made = create("Acme", {"acme.example"}, settings);
  clock_.advance_ms(5'000);
  ASSERT_TRUE(service_->update(scope_, made->id, {.status = Status::suspended}));
  const auto before = service_->find(made->id);
  restart();
  const auto after = service_->find(made->id);
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(to_json(*after), to_json(*before));
  EXPECT_EQ(after->settings.identity.hs256_secret, std::string(32, 's'));
  EXPECT_EQ(after->settings.plan.at_limit, AtLimit::human);
  EXPECT_EQ(after->settings.openness.history_open, false);
  EXPECT_EQ(after->settings.openness.call_open, std::nullopt);
  EXPECT_EQ(after->updated_at_ms - after->created_at_ms, 5'000);
}

TEST_F(TenantsTest, ADomainBelongsToOneTenant) {
  create("Sample Company", {"localhost", "a.example"});
  const auto taken = error_of(service_->create(scope_, "Other", {"b.example", "A.Example."}, {}));
  EXPECT_EQ(taken.code, ErrorCode::conflict);
  EXPECT_EQ(taken.message, "Tenant already exists: Sample Company (a.example)");
  EXPECT_EQ(id_of("b.example"), "") << "nothing of it was kept";

  const auto other = create("Other", {"b.example"});
  Update update;
  update.domains = {"b.example", "localhost"};
  EXPECT_EQ(error_of(service_->update(scope_, other->id, update)).code, ErrorCode::conflict);
  restart();
  EXPECT_THAT(service_->find(other->id)->domains, ElementsAre("b.example"));
}

TEST_F(TenantsTest, ADomainGivenUpIsFree) {
  const auto first = create("First", {"a.example", "b.example"});
  Update update;
  update.domains = {"b.example"};
  ASSERT_TRUE(service_->update(scope_, first->id, update));
  EXPECT_EQ(id_of("a.example"), "");
  const auto second = create("Second", {"a.example"});
  EXPECT_EQ(id_of("a.example"), second->id);
  EXPECT_EQ(id_of("b.example"), first->id);
  restart();
  EXPECT_EQ(id_of("a.example"), second->id);
  EXPECT_EQ(id_of("b.example"), first->id) << "a change touches the tenant's own domains only";
}

TEST_F(TenantsTest, ASuspendedTenantIsFoundByIdOnly) {
  const auto acme = create("Acme", {"acme.example"});
  ASSERT_TRUE(service_->update(scope_, acme->id, {.status = Status::suspended}));
  EXPECT_EQ(id_of("acme.example"), "");
  EXPECT_EQ(service_->find(acme->id)->status, Status::suspended);
  EXPECT_EQ(service_->find_named("acme.example")->id, acme->id);
  EXPECT_EQ(service_->find_named(acme->id)->id, acme->id);
  EXPECT_EQ(service_->find_named("nobody.example"), nullptr);
  ASSERT_TRUE(service_->update(scope_, acme->id, {.status = Status::active}));
  EXPECT_EQ(id_of("acme.example"), acme->id);
}

TEST_F(TenantsTest, LoopbackIsTheEarliestActiveTenantsOnlyInDevelopment) {
  const auto first = create("First", {"first.example"});
  const auto second = create("Second", {"second.example"});
  EXPECT_EQ(id_of("localhost"), "");
  restart({.has_development_tenant = true});
  for (const char* host : {"localhost", "LOCALHOST:3000", "127.0.0.1:8000", "[::1]:1"}) {
    EXPECT_EQ(id_of(host), first->id) << host;
  }
  for (const char* host : {"127.0.0.2", "0.0.0.0", "localhost.evil", "x.localhost", "[::]", ""}) {
    EXPECT_EQ(id_of(host), "") << host;
  }
  ASSERT_TRUE(service_->update(scope_, first->id, {.status = Status::suspended}));
  EXPECT_EQ(id_of("localhost"), second->id);
  const auto owner = create("Owner", {"localhost"});
  EXPECT_EQ(id_of("localhost"), owner->id);
  ASSERT_TRUE(service_->update(scope_, owner->id, {.status = Status::suspended}));
  EXPECT_EQ(id_of("localhost"), "") << "it is somebody's";
}

TEST_F(TenantsTest, NamesAndDomainsAreChecked) {
  const std::string long_name(name_characters_max + 1, 'n');
  for (const std::string& name : {std::string(), std::string("  "), long_name,
                                  std::string("two\nlines"), std::string("nul\0", 4)}) {
    EXPECT_THAT(error_of(service_->create(scope_, name, {"a.example"}, {})).message,
                HasSubstr("name must be"));
  }
  std::vector<std::string> many;
  for (size_t i = 0; i <= domains_max; ++i) many.push_back("d" + std::to_string(i) + ".example");
  for (const auto& domains : std::vector<std::vector<std::string>>{
           {}, {""}, {"*"}, {"http://a.example"}, {"a.example", "b c"}, many}) {
    const Error error = error_of(service_->create(scope_, "A", domains, {}));
    EXPECT_EQ(error.code, ErrorCode::invalid);
    EXPECT_THAT(error.message, HasSubstr("domains"));
  }
  EXPECT_EQ(error_of(service_->update(scope_, "no-such", {})).code, ErrorCode::not_found);
  EXPECT_TRUE(service_->list().empty());
}

TEST_F(TenantsTest, TheDefaultPlanIsThatOfTheInstallationWhenItWasMade) {
  Options options;
  options.default_plan = {.unit = Unit::tokens, .limit = 77};
  restart(options);
  const auto plain = create("Plain", {"plain.example"});
  const auto own = create("Own", {"own.example"}, {{"plan", {{"limit", 5}}}});
  options.default_plan = {.unit = Unit::calls, .limit = 1};
  restart(options);
  EXPECT_EQ(service_->find(plain->id)->settings.plan.limit, 77);
  EXPECT_EQ(service_->find(own->id)->settings.plan.limit, 5);
  EXPECT_EQ(service_->find(own->id)->settings.plan.unit, Unit::tokens);
}

TEST_F(TenantsTest, TheFirstTenantIsMadeOnceAndGetsWhatIsFree) {
  const auto made = service_->ensure_first(scope_, "Parley", {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)->id, default_tenant_id);
  EXPECT_EQ((*made)->name, "Parley");
  EXPECT_THAT((*made)->domains, ElementsAre("localhost"));
  const auto other = create("Other", {"taken.example"});
  Update update;
  update.name = "Mine";
  update.domains = {"a.example"};
  ASSERT_TRUE(service_->update(scope_, default_tenant_id, update));
  restart();
  const auto again = service_->ensure_first(scope_, "Parley", {"taken.example", "B.example"});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->name, "Mine");
  EXPECT_THAT((*again)->domains, ElementsAre("a.example", "b.example"));
  EXPECT_EQ(id_of("taken.example"), other->id);
  EXPECT_EQ(*service_->ensure_first(scope_, "Parley", {}), *again) << "nothing to do";
  EXPECT_FALSE(service_->ensure_first(scope_, "Parley", {"no host"}));
}

TEST_F(TenantsTest, TheTenantOfAnOlderInstallationKeepsItsDataAndGetsADomain) {
  ASSERT_TRUE(database_->write<bool>(scope_, [](const db::Tx& tx) -> Result<bool> {
    tx.execute("INSERT INTO tenants (id, name, created_at) VALUES ('default', 'Default', 7)", {});
    return true;
  }));
  restart();
  const auto known = service_->ensure_first(scope_, "Parley", {});
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ((*known)->id, "default");
  EXPECT_EQ((*known)->name, "Default");
  EXPECT_EQ((*known)->created_at_ms, 7);
  EXPECT_EQ(id_of("localhost:8000"), "default");
  EXPECT_EQ(service_->list().size(), 1U);
}

TEST_F(TenantsTest, FindingNeverWaitsForAChange) {
  const auto acme = create("Acme", {"acme.example"});
  std::atomic<bool> done = false;
  std::atomic<int64_t> missed = 0;
  std::jthread reader([&] {
    while (!done) missed += service_->find_by_host("acme.example") == nullptr ? 1 : 0;
  });
  for (int i = 0; i < 50; ++i) {
    create("T" + std::to_string(i), {"t" + std::to_string(i) + ".example"});
  }
  done = true;
  reader.join();
  EXPECT_EQ(missed, 0);
  EXPECT_EQ(service_->list().size(), 51U);
  EXPECT_EQ(service_->list().front()->id, acme->id) << "earliest first";
}

}  // namespace
}  // namespace parley::tenants
