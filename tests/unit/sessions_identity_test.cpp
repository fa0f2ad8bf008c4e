// Signed identities as a tenant's site makes them: what their claims may say, and when.
#include "sessions/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "tests/fakes/jwt_signer.h"

namespace parley::sessions {
namespace {

using testing::HasSubstr;

constexpr int64_t now_s = 1'795'176'000;
constexpr int64_t now_ms = now_s * 1'000 + 999;

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    tenant_.id = "11111111-0000-4000-8000-000000000001";
    tenant_.domains = {"acme.example", "www.acme.example"};
    tenant_.settings.identity.hs256_secret = JwtTestKeys::secret;
    tenant_.settings.identity.ed25519_public_key = JwtTestKeys::ed25519_public;
  }

  /// Claims that are good, with `changes` over them.
  static Json claims(const Json& changes = Json::object()) {
    Json out = {{"sub", "user-42"}, {"aud", "acme.example"}, {"exp", now_s + 600}};
    for (const auto& [name, value] : changes.items()) {
      if (value == "absent") {
        out.erase(name);
      } else {
        out[name] = value;
      }
    }
    return out;
  }

  Result<SignedIdentity> read(const Json& changes) const {
    return read_identity(jwt_hs256(dump(claims(changes)), JwtTestKeys::secret), tenant_, now_ms);
  }

  /// Why it is refused; "" if it is not.
  std::string refusal(const Json& changes) const {
    const auto identity = read(changes);
    if (identity) return "";
    EXPECT_EQ(identity.error().code, ErrorCode::unauthorized);
    EXPECT_EQ(identity.error().message, "Invalid identity");
    EXPECT_EQ(identity.error().advice, "");
    return identity.error().detail;
  }

  tenants::Tenant tenant_;
};

TEST_F(IdentityTest, WhatTheSiteSaysIsRead) {
  const auto plain = read(Json::object());
  ASSERT_TRUE(plain) << plain.error().detail;
  EXPECT_EQ(plain->known.external_id, "user-42");
  EXPECT_EQ(plain->known.name, std::nullopt);
  EXPECT_EQ(plain->one_use_id, "");
  EXPECT_EQ(plain->expires_at_ms, (now_s + 630) * 1'000);

  const auto full = read({{"name", "Ada"}, {"email", "ada@example.com"}, {"jti", "once"}});
  ASSERT_TRUE(full);
  EXPECT_EQ(full->known.name, "Ada");
  EXPECT_EQ(full->known.email, "ada@example.com");
  EXPECT_EQ(full->one_use_id, crypto::sha256_hex("once"));
  EXPECT_TRUE(read({{"name", nullptr}, {"email", nullptr}, {"jti", nullptr}, {"iat", nullptr}}));
  EXPECT_TRUE(read({{"role", "admin"}, {"iss", "https://acme.example"}})) << "others say nothing";
  EXPECT_TRUE(read_identity(jwt_ed25519(dump(claims())), tenant_, now_ms));
}

TEST_F(IdentityTest, ItExpiresAndIsNotMadeForLong) {
  EXPECT_EQ(refusal({{"exp", now_s + 3'600}}), "");
  EXPECT_EQ(refusal({{"exp", now_s + 3'630}}), "");
  EXPECT_THAT(refusal({{"exp", now_s + 3'631}}), HasSubstr("more than an hour"));
  EXPECT_EQ(refusal({{"exp", now_s - 29}}), "") << "leeway";
  EXPECT_EQ(refusal({{"exp", now_s - 30}}), "expired");
  EXPECT_EQ(refusal({{"exp", 0}}), "expired");
  EXPECT_EQ(refusal({{"exp", -1}}), "expired");
  for (const Json& odd :
       {Json("absent"), Json(nullptr), Json("1795176600"), Json(1795176600.5), Json(true),
        Json::array({now_s + 600}), Json(std::numeric_limits<uint64_t>::max())}) {
    EXPECT_THAT(refusal({{"exp", odd}}), HasSubstr("exp is missing")) << odd;
  }
  EXPECT_THAT(refusal({{"exp", std::numeric_limits<int64_t>::max()}}), HasSubstr("an hour"));
  EXPECT_EQ(refusal({{"exp", std::numeric_limits<int64_t>::min()}}), "expired");
}

TEST_F(IdentityTest, ItIsNotFromTheFuture) {
  for (const char* name : {"nbf", "iat"}) {
    EXPECT_EQ(refusal({{name, now_s + 30}}), "") << name;
    EXPECT_EQ(refusal({{name, now_s - 100'000}}), "") << name;
    EXPECT_THAT(refusal({{name, now_s + 31}}), HasSubstr("lies ahead")) << name;
    for (const Json& odd : {Json(-1), Json("1"), Json(1.5), Json::object(), Json(false)}) {
      EXPECT_THAT(refusal({{name, odd}}), HasSubstr("is no time")) << name << odd;
    }
  }
}

TEST_F(IdentityTest, ItIsForThisTenant) {
  for (const Json& audience : {Json(tenant_.id), Json("acme.example"), Json("www.acme.example"),
                               Json({"globex.example", "acme.example"})}) {
    EXPECT_EQ(refusal({{"aud", audience}}), "") << audience;
  }
  for (const Json& audience :
       {Json("absent"), Json(nullptr), Json(""), Json("globex.example"), Json("acme.example."),
        Json("ACME.example"), Json("acme.example.evil"), Json("xacme.example"), Json("*"),
        Json::array(), Json({"globex.example"}), Json::array({Json::array({"acme.example"})}),
        Json({{"acme.example", true}}), Json(1), Json(true)}) {
    EXPECT_THAT(refusal({{"aud", audience}}), HasSubstr("aud ")) << audience;
  }
}

TEST_F(IdentityTest, TextsAreTexts) {
  for (const char* name : {"name", "email", "jti"}) {
    for (const Json& odd : {Json(1), Json::array({"x"}), Json::object(), Json(true)}) {
      EXPECT_THAT(refusal({{name, odd}}), HasSubstr("is no text")) << name << odd;
    }
  }
  EXPECT_THAT(refusal({{"jti", ""}}), HasSubstr("jti"));
  EXPECT_THAT(refusal({{"jti", std::string(201, 'x')}}), HasSubstr("jti"));
}

TEST_F(IdentityTest, AnothersKeyIsNoKey) {
  const std::string good = dump(claims());
  const auto refused = [&](const std::string& token) {
    const auto identity = read_identity(token, tenant_, now_ms);
    return !identity && identity.error().message == "Invalid identity";
  };
  EXPECT_FALSE(refused(jwt_hs256(good, JwtTestKeys::secret)));
  EXPECT_TRUE(refused(jwt_hs256(good, "the secret of globex.example, also 43 bytes")));
  EXPECT_TRUE(refused(jwt_hs256(good, JwtTestKeys::ed25519_public)));
  EXPECT_TRUE(refused(jwt_ed25519(good, std::string(32, 'e'))));
  EXPECT_TRUE(refused(unsigned_jwt(R"({"alg":"none"})", good) + "."));
  EXPECT_TRUE(refused(""));
  tenant_.settings.identity = {};
  EXPECT_TRUE(refused(jwt_hs256(good, JwtTestKeys::secret))) << "none is configured";
  EXPECT_TRUE(refused(jwt_hs256(good, "")));
  EXPECT_TRUE(refused(jwt_ed25519(good)));
}

}  // namespace
}  // namespace parley::sessions
