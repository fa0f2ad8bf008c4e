// Each query of API keys is run without its tenant in turn, and what holders see must tell.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "admin/admin.h"
#include "admin/store.h"
#include "tenants/tenants.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"
#include "tests/isolation/statements.h"
#include "tests/isolation/written_statements.h"

namespace parley::isolation {
namespace {

/// An installation with two tenants, and all that they see of keys.
class Holders {
 public:
  Holders() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    keys_ =
        std::make_unique<admin::Keys>(admin::Options{"hmac key", ""}, *database_, clock_, entropy_);
    tenants::Service tenants({}, *database_, entropy_);
    for (const char* name : {"acme.test", "glob.test"}) {
      const auto made = tenants.create(ScopeForTests::system(""), name, {name}, nullptr);
      scopes_.push_back(ScopeForTests::system(made ? (*made)->id : ""));
    }
  }

  std::string see() {
    std::vector<std::string> ids;
    for (const Scope& scope : scopes_) ids.push_back(create(scope));
    for (const Scope& scope : scopes_) {
      for (const std::string& id : ids) note("revoke", keys_->revoke(scope, id));
    }
    use_as_another(ids[0]);
    fill(scopes_[0]);
    create(scopes_[1]);  // there is room for it, as the other's do not count
    for (int64_t i = 0; i < 2 * admin::revoked_keys_max; ++i) revoke_newest(scopes_[i % 8 == 0]);
    for (const Scope& scope : scopes_) {
      create(scope);
      const auto listed = keys_->list(scope);
      for (const admin::Key& key : *listed) {
        seen_ += fmt::format("{} {} {}\n", key.id, key.revoked_at_ms.value_or(0),
                             key.last_used_at_ms.value_or(0));
      }
    }
    return seen_;
  }

 private:
  std::string create(const Scope& scope) {
    clock_.advance_ms(1);
    const auto made = keys_->create(scope, "key");
    note("create", made);
    return made ? made->key.id : "";
  }

  /// Notes a use of `id` in the name of who does not hold it.
  void use_as_another(const std::string& id) {
    admin::store::Found found;
    found.key_id = id;
    found.tenant_id = scopes_[1].tenant_id();
    const auto noted = database_->write<bool>(scopes_[1], [&](const db::Tx& tx) -> Result<bool> {
      admin::store::set_used(tx, scopes_[1], found);
      return true;
    });
    note("use", noted);
    const auto listed = keys_->list(scopes_[0]);
    for (const admin::Key& key : *listed) {
      seen_ += fmt::format("{} {}\n", key.id, key.last_used_at_ms.value_or(0));
    }
  }

  void fill(const Scope& scope) {
    for (int64_t i = 0; i < admin::keys_max; ++i) create(scope);
  }

  /// And makes another in its place.
  void revoke_newest(const Scope& scope) {
    const auto listed = keys_->list(scope);
    note("revoke", keys_->revoke(scope, listed->empty() ? "" : listed->front().id));
    create(scope);
  }

  template <class Outcome>
  void note(const char* what, const Outcome& outcome) {
    seen_ += fmt::format("{}: {}\n", what, outcome ? "done" : outcome.error().message);
  }

  TempDir directory_;
  FakeClock clock_;
  FakeEntropy entropy_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<admin::Keys> keys_;
  std::vector<Scope> scopes_;
  std::string seen_;
};

TEST(KeysWithoutTheirTenant, EveryQueryIsNoticed) {
  forget_statements();
  const std::string right = Holders().see();
  std::vector<Mutant> mutants;
  for (const std::string& statement : noted_statements()) {
    if (statement.find("api_keys") == std::string::npos) continue;
    for (Mutant& mutant : mutants_of(statement)) mutants.push_back(std::move(mutant));
  }
  EXPECT_EQ(not_run(written_statements(PARLEY_SOURCE_DIR "/src/admin"), noted_statements()), "");
  ASSERT_EQ(Holders().see(), right) << "the same in every run";
  EXPECT_GE(mutants.size(), 5U);
  for (const Mutant& mutant : mutants) {
    mutate(mutant);
    EXPECT_NE(Holders().see(), right) << "nobody noticed: " << mutant.changed;
    mutate(std::nullopt);
  }
}

}  // namespace
}  // namespace parley::isolation
