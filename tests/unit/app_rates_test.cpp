// Who is counted as one address: what a stranger writes into X-Forwarded-For changes nothing, what
// a trusted proxy appends does, and loopback is exempt.
#include "app/rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/forwarded.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::app {
namespace {

using http::RateClass;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* stranger = "203.0.113.9";
constexpr const char* proxy = "10.0.0.7";

class RatesOfAddresses : public testing::Test {
 protected:
  RatesOfAddresses() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    tenants_ = std::make_unique<tenants::Service>(tenants::Options{}, *database_, entropy_);
  }

  /// The keys of all limits per address that a request counts into.
  std::vector<std::string> counted(RateClass kind, const std::string& peer,
                                   const std::vector<std::string>& forwarded = {},
                                   const Scope& scope = ScopeForTests::visitor("acme")) {
    http::Request request;
    request.peer_address = peer;
    for (const std::string& value : forwarded) {
      request.headers.emplace_back("x-forwarded-for", value);
    }
    EXPECT_TRUE(http::take_forwarded(trusted_, request));
    http::Route route{http::Method::post, "/", http::Access::visitor, {}, {}, {}};
    route.limits.rate = kind;
    RateSettings settings;
    settings.messages_per_address = 60;
    settings.sessions_per_address = 30;
    std::vector<std::string> keys;
    for (const auto& applied : Rates(settings, *tenants_).of(request, route, scope)) {
      if (std::string_view(applied.policy) == "address") keys.push_back(applied.key);
    }
    return keys;
  }

  TempDir directory_;
  FakeClock clock_;
  FakeEntropy entropy_;
  const AddressList trusted_ = AddressList::parse({"10.0.0.0/8", "127.0.0.1"}).value();
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<tenants::Service> tenants_;
};

TEST_F(RatesOfAddresses, AStrangerIsOneAddressWhateverItClaims) {
  for (const RateClass kind : {RateClass::message, RateClass::session}) {
    const auto own = counted(kind, stranger);
    ASSERT_EQ(own.size(), 1U);
    for (const char* forged : {"192.0.2.1", "127.0.0.1", "::1", "10.0.0.7", "192.0.2.1, 10.0.0.7",
                               "unknown", "", "203.0.113.10"}) {
      EXPECT_EQ(counted(kind, stranger, {forged}), own) << forged;
    }
  }
}

TEST_F(RatesOfAddresses, BehindAProxyTheStrangerIsWhoTheProxySaw) {
  for (const RateClass kind : {RateClass::message, RateClass::session}) {
    const auto own = counted(kind, stranger);
    EXPECT_EQ(counted(kind, proxy, {stranger}), own);
    for (const char* forged : {"192.0.2.1, ", "127.0.0.1, ", "::1,", "10.0.0.7, ", "x, "}) {
      EXPECT_EQ(counted(kind, proxy, {std::string(forged) + stranger}), own) << forged;
      EXPECT_EQ(counted(kind, proxy, {forged + std::string(stranger) + ", 10.9.9.9"}), own)
          << forged << "and through two proxies";
      EXPECT_EQ(counted(kind, proxy, {forged, stranger}), own) << forged << "in a field of its own";
    }
  }
}

TEST_F(RatesOfAddresses, LoopbackIsExemptAndAProxyThatNamesNobodyIsNot) {
  for (const RateClass kind : {RateClass::message, RateClass::session}) {
    for (const char* local : {"127.0.0.1", "127.0.0.2", "::1"}) {
      EXPECT_THAT(counted(kind, local), IsEmpty()) << local;
    }
    EXPECT_THAT(counted(kind, "127.0.0.2", {"192.0.2.1"}), IsEmpty()) << "not trusted, so not read";
    EXPECT_EQ(counted(kind, proxy).size(), 1U) << "who forgets to name its clients shares a limit";
  }
}

/// An integrator's server asks for all of its users.
TEST_F(RatesOfAddresses, TheMessagesOfWhoHoldsAKeyAreNotCountedByAddress) {
  const Scope keyed = ScopeForTests::admin("acme");
  EXPECT_THAT(counted(RateClass::message, stranger, {}, keyed), IsEmpty());
  EXPECT_EQ(counted(RateClass::session, stranger, {}, keyed).size(), 1U);
}

}  // namespace
}  // namespace parley::app
