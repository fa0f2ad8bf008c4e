// API keys over a real database: made, used, noted and revoked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "admin/admin.h"
#include "tenants/tenants.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::admin {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KeysTest : public testing::Test {
 protected:
  KeysTest() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    tenants::Service tenants({}, *database_, entropy_);
    acme_id_ = (*tenants.create(installation_, "Acme", {"acme.example"}, nullptr))->id;
    globex_id_ = (*tenants.create(installation_, "Globex", {"globex.example"}, nullptr))->id;
    keys_ =
        std::make_unique<Keys>(Options{"hmac key", operator_key_}, *database_, clock_, entropy_);
  }

  Scope acme() const { return ScopeForTests::system(acme_id_); }
  Scope globex() const { return ScopeForTests::system(globex_id_); }

  NewKey make(const Scope& scope, const std::string& label = "console") {
    const auto made = keys_->create(scope, label);
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(NewKey{});
  }

  /// "nobody", "installation", or the tenant's id.
  std::string holder_of(const std::string& secret) {
    const auto holder = keys_->authenticate(installation_, secret);
    EXPECT_TRUE(holder) << holder.error().detail;
    if (!holder || !*holder) return "nobody";
    return (*holder)->tenant_id.empty() ? "installation" : (*holder)->tenant_id;
  }

  std::optional<int64_t> last_use() { return keys_->list(acme())->front().last_used_at_ms; }

  TempDir directory_;
  FakeClock clock_;
  FakeEntropy entropy_;
  const std::string operator_key_ = new_secret(entropy_);
  Scope installation_ = ScopeForTests::system("");
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Keys> keys_;
  std::string acme_id_;
  std::string globex_id_;
};

TEST_F(KeysTest, AKeyBelongsToTheTenantItWasMadeFor) {
  EXPECT_EQ(holder_of(make(acme()).secret), acme_id_);
  EXPECT_EQ(holder_of(make(globex()).secret), globex_id_);
  EXPECT_EQ(holder_of(make(installation_).secret), "installation");
  EXPECT_EQ(holder_of(operator_key_), "installation");
}

TEST_F(KeysTest, WhatIsNoKeyIsNobodys) {
  const std::string secret = make(acme()).secret;
  for (const std::string& wrong :
       {std::string(), std::string("pk_"), secret + "x", secret.substr(0, secret.size() - 1),
        "pk_" + std::string(43, 'A'), "xx_" + secret.substr(3), secret.substr(3),
        std::string(10'000, 'p')}) {
    EXPECT_EQ(holder_of(wrong), "nobody") << wrong;
  }
}

TEST_F(KeysTest, KeysAreLongAndNeverTwiceTheSame) {
  std::set<std::string> seen;
  for (int64_t i = 0; i < keys_max; ++i) seen.insert(make(acme()).secret);
  EXPECT_THAT(seen, SizeIs(keys_max));
  for (const std::string& secret : seen) {
    EXPECT_EQ(secret.size(), 46U);
    EXPECT_EQ(secret.substr(3).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
                                                 "xyz0123456789-_"),
              std::string::npos);
  }
}

TEST_F(KeysTest, TheDatabaseNeverHoldsAKey) {
  const std::string secret = make(acme()).secret;
  EXPECT_EQ(holder_of(secret), acme_id_);
  database_->close();
  std::ifstream file(directory_.path("parley.db"), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(bytes, HasSubstr("console"));
  EXPECT_EQ(bytes.find(secret.substr(3)), std::string::npos);
}

TEST_F(KeysTest, ARevokedKeyStopsAtOnceAndAgainIsFine) {
  const NewKey key = make(acme());
  EXPECT_EQ(holder_of(key.secret), acme_id_);
  const auto revoked = keys_->revoke(acme(), key.key.id);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(holder_of(key.secret), "nobody");
  clock_.advance_ms(5'000);
  const auto again = keys_->revoke(acme(), key.key.id);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->revoked_at_ms, revoked->revoked_at_ms);
}

/// As if another process had revoked it: what is remembered is soon forgotten.
TEST_F(KeysTest, WhatIsRememberedOfAKeyIsHalfASecondOld) {
  const NewKey key = make(acme());
  EXPECT_EQ(holder_of(key.secret), acme_id_);
  Keys other({"hmac key", ""}, *database_, clock_, entropy_);
  ASSERT_TRUE(other.revoke(acme(), key.key.id));
  clock_.advance_ms(500);
  EXPECT_EQ(holder_of(key.secret), "nobody");
}

TEST_F(KeysTest, KeysOfAnotherHolderAreAsAbsent) {
  const NewKey key = make(acme());
  for (const Scope& other : {globex(), installation_}) {
    const auto refused = keys_->revoke(other, key.key.id);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(refused.error().message, "Not found");
    EXPECT_THAT(*keys_->list(other), IsEmpty());
  }
  EXPECT_EQ(holder_of(key.secret), acme_id_);
  const NewKey installations = make(installation_);
  EXPECT_FALSE(keys_->revoke(acme(), installations.key.id));
  EXPECT_EQ(holder_of(installations.secret), "installation");
}

TEST_F(KeysTest, UseIsNotedOnceAMinute) {
  const NewKey key = make(acme());
  EXPECT_EQ(last_use(), std::nullopt);
  holder_of(key.secret);
  const auto first = last_use();
  EXPECT_EQ(first, clock_.now_ms());
  clock_.advance_ms(59'000);
  holder_of(key.secret);
  EXPECT_EQ(last_use(), first);
  clock_.advance_ms(1'000);
  holder_of(key.secret);
  EXPECT_EQ(last_use(), clock_.now_ms());
}

TEST_F(KeysTest, ALabelIsALineOfText) {
  for (const std::string& label :
       {std::string(), std::string("  "), std::string(label_characters_max + 1, 'x'),
        std::string("\xFF")}) {
    const auto refused = keys_->create(acme(), label);
    ASSERT_FALSE(refused) << label;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(make(acme(), "  CI ").key.label, "CI");
}

TEST_F(KeysTest, AHolderHasSoManyKeysAndNoMore) {
  std::string first;
  for (int64_t i = 0; i < keys_max; ++i) first = make(acme()).key.id;
  const auto refused = keys_->create(acme(), "one more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  make(globex());
  ASSERT_TRUE(keys_->revoke(acme(), first));
  make(acme());
  EXPECT_THAT(*keys_->list(acme()), SizeIs(keys_max + 1));
  EXPECT_EQ(keys_->list(acme())->back().id, first) << "revoked ones come last";
}

TEST_F(KeysTest, RevokedKeysDoNotPileUp) {
  const std::string kept = make(globex(), "of another").key.id;
  ASSERT_TRUE(keys_->revoke(globex(), kept));
  for (int64_t i = 0; i < revoked_keys_max + 5; ++i) {
    clock_.advance_ms(1);
    ASSERT_TRUE(keys_->revoke(acme(), make(acme(), std::to_string(i)).key.id));
  }
  clock_.advance_ms(1);
  ASSERT_TRUE(keys_->revoke(globex(), make(globex()).key.id));
  make(acme(), "last");
  const auto listed = keys_->list(acme());
  ASSERT_THAT(*listed, SizeIs(revoked_keys_max + 1));
  EXPECT_EQ(listed->front().label, "last");
  EXPECT_EQ(listed->back().label, "5") << "the oldest went first";
  EXPECT_THAT(*keys_->list(globex()), SizeIs(2));
  EXPECT_EQ(keys_->list(globex())->back().id, kept);
}

TEST_F(KeysTest, AnotherSecretKeyEndsEveryKey) {
  const std::string secret = make(acme()).secret;
  keys_ = std::make_unique<Keys>(Options{"another", ""}, *database_, clock_, entropy_);
  EXPECT_EQ(holder_of(secret), "nobody");
  EXPECT_EQ(holder_of(operator_key_), "nobody");
}

}  // namespace
}  // namespace parley::admin
