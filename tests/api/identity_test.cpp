// Signed identities over real sockets: who gets in, as whom, how often, and who does not.
#include <atomic>
#include <set>
#include <thread>

#include "base/ids.h"
#include "tests/api/stored_tenants.h"
#include "tests/fakes/jwt_signer.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* globex_id = "22222222-0000-4000-8000-000000000002";
constexpr const char* globex_secret = "the secret of globex.example, also 43 bytes";
const Json invalid_body = {{"error", "Invalid identity"}};

class IdentityApiTest : public StoredTenants {
 protected:
  static Json keys(bool is_enforced = false) {
    return {{"identity",
             {{"hs256Secret", JwtTestKeys::secret},
              {"ed25519PublicKey", JwtTestKeys::ed25519_public},
              {"isEnforced", is_enforced}}}};
  }

  int64_t now_s() const { return server_clock_->now_ms() / 1'000; }

  /// Claims that are good, with `changes` over them.
  std::string claims(const Json& changes = Json::object()) const {
    Json out = {{"sub", "user-42"}, {"aud", "localhost"}, {"exp", now_s() + 600}};
    out.update(changes);
    return dump(out);
  }

  std::string identity(const Json& changes = Json::object()) const {
    return jwt_hs256(claims(changes), JwtTestKeys::secret);
  }

  Answer create(const Json& body, Headers headers = {}) {
    return call("POST", "/api/sessions/create", body, std::move(headers));
  }

  Answer create_as(const std::string& token, Headers headers = {}) {
    return create({{"identity", token}}, std::move(headers));
  }

  /// What the model was sent for one message in the session that `created` is.
  std::string prompt_of(const Answer& created) {
    const std::string id = created.body["sessionId"];
    const std::string token = created.body["visitorToken"];
    const auto said = say(id, "Hi", {{"Authorization", "Bearer " + token}});
    EXPECT_EQ(said.status, 200) << said.raw.body;
    return model_->requests().back().body;
  }

  void script_hello() { script({{.body = claude_stream({"Hello."})}}); }
};

TEST_F(IdentityApiTest, TheModelIsToldWhoTheVisitorIs) {
  script_hello();
  start_with(keys());
  const auto created = create_as(identity({{"name", "Ada L."}, {"email", "ada@example.com"}}));
  ASSERT_EQ(created.status, 201) << created.raw.body;
  EXPECT_THAT(prompt_of(created), HasSubstr("Name: Ada L.\\nE-mail: ada@example.com"));
  EXPECT_THAT(prompt_of(create(Json::object())), Not(HasSubstr("Ada L.")));
  EXPECT_THAT(created.raw.body, Not(HasSubstr("Ada"))) << "the identity is not in the config";
}

TEST_F(IdentityApiTest, InProductionToo) {
  script_hello();
  start_with(keys(true), {{"APP_PROFILE", "production"}});
  EXPECT_EQ(create(Json::object()).status, 403);
  const auto created = create_as(jwt_ed25519(claims({{"name", "Ada L."}})));
  ASSERT_EQ(created.status, 201) << created.raw.body;
  EXPECT_THAT(prompt_of(created), HasSubstr("Name: Ada L."));
  const std::string path = "/api/sessions/" + created.body["sessionId"].get<std::string>();
  EXPECT_EQ(call("GET", path).status, 401);
  EXPECT_EQ(call("GET", path, nullptr, {{"Authorization", "Bearer " + identity()}}).status, 404)
      << "an identity is no visitor token";
}

TEST_F(IdentityApiTest, TheSamePersonIsOneCustomer) {
  start_with(keys());
  ASSERT_EQ(create_as(identity({{"name", "Ada"}})).status, 201);
  ASSERT_EQ(create_as(identity({{"name", "Ada L."}})).status, 201);
  ASSERT_EQ(create_as(identity({{"sub", "user-43"}})).status, 201);
  ASSERT_EQ(create(Json::object()).status, 201);
  stop();
  EXPECT_EQ(count("SELECT count(*) FROM customers"), 2);
  EXPECT_EQ(
      count("SELECT count(*) FROM customers WHERE external_id = 'user-42' AND name = 'Ada L.'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM conversations JOIN customers "
                  "ON customers.id = conversations.customer_id AND external_id = 'user-42'"),
            2);
}

TEST_F(IdentityApiTest, EveryBadIdentityGetsTheSameAnswerAndStoresNothing) {
  add_tenant(globex_id, "globex.example", {{"identity", {{"hs256Secret", globex_secret}}}});
  start_with(keys());
  const std::string good = claims();
  const std::vector<std::string> bad = {
      "",
      "x",
      "..",
      identity() + "x",
      identity().substr(1),
      " " + identity(),
      unsigned_jwt(R"({"alg":"none"})", good) + ".",
      unsigned_jwt(R"({"alg":"HS256"})", good) + ".",
      jwt_hs256(good, JwtTestKeys::ed25519_public),
      jwt_hs256(good, globex_secret),
      jwt_hs256(good, ""),
      jwt_ed25519(good, std::string(32, 'e')),
      jwt_hs256(good, JwtTestKeys::secret, R"({"alg":"HS512"})"),
      jwt_hs256(good, JwtTestKeys::secret, R"({"alg":"HS256","jku":"https://evil.example"})"),
      jwt_hs256(good, JwtTestKeys::secret, R"({"alg":"HS256","crit":["exp"]})"),
      jwt_hs256(R"({"sub":"a","sub":"b"})", JwtTestKeys::secret),
      identity({{"exp", now_s() - 31}}),
      identity({{"exp", now_s() + 4'000}}),
      identity({{"exp", "never"}}),
      identity({{"exp", nullptr}}),
      identity({{"nbf", now_s() + 60}}),
      identity({{"iat", now_s() + 60}}),
      identity({{"aud", "globex.example"}}),
      identity({{"aud", nullptr}}),
      identity({{"aud", globex_id}}),
      identity({{"aud", Json::array()}}),
      identity({{"sub", ""}}),
      identity({{"sub", 42}}),
      identity({{"sub", nullptr}}),
      identity({{"sub", std::string(201, 'x')}}),
      identity({{"sub", "a\nb"}}),
      identity({{"name", 1}}),
      identity({{"name", "a\nb"}}),
      identity({{"email", "nobody"}}),
      identity({{"jti", ""}}),
      identity({{"pad", std::string(5'000, 'x')}})};
  ASSERT_GE(bad.size(), 25U);
  for (const std::string& token : bad) {
    const auto refused = create_as(token);
    EXPECT_EQ(refused.status, 401) << token;
    EXPECT_EQ(refused.body, invalid_body) << token;
  }
  for (const Json& odd : {Json(1), Json(true), Json::array({identity()}), Json::object()}) {
    EXPECT_EQ(create({{"identity", odd}}).body, invalid_body) << odd;
  }
  stop();
  EXPECT_EQ(count("SELECT count(*) FROM conversations"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM customers"), 0);
}

TEST_F(IdentityApiTest, AnIdentityOfOneTenantIsNoneOfAnother) {
  add_tenant(globex_id, "globex.example", {{"identity", {{"hs256Secret", globex_secret}}}});
  start_with(keys());
  const Headers globex = at_host("globex.example");
  const std::string theirs = jwt_hs256(claims({{"aud", "globex.example"}}), globex_secret);
  EXPECT_EQ(create_as(theirs, globex).status, 201);
  EXPECT_EQ(create_as(theirs).body, invalid_body);
  EXPECT_EQ(create_as(identity()).status, 201);
  EXPECT_EQ(create_as(identity(), globex).body, invalid_body);
  const std::string both =
      jwt_hs256(claims({{"aud", {"globex.example", "localhost"}}}), JwtTestKeys::secret);
  EXPECT_EQ(create_as(both).status, 201);
  EXPECT_EQ(create_as(both, globex).body, invalid_body);
  stop();
  EXPECT_EQ(count("SELECT count(DISTINCT tenant_id) FROM customers WHERE external_id = 'user-42'"),
            2);
}

TEST_F(IdentityApiTest, WithoutKeysNoIdentityIsGood) {
  start_with(Json::object());
  EXPECT_EQ(create_as(identity()).body, invalid_body);
  EXPECT_EQ(create_as(jwt_hs256(claims(), "")).body, invalid_body);
  EXPECT_EQ(create({{"identity", nullptr}}).status, 201);
}

TEST_F(IdentityApiTest, WhereItIsDemandedNobodyBeginsWithoutOne) {
  start_with(keys(true));
  const Json required = {{"error", "Signed identity required"}};
  for (const Json& body : {Json::object(), Json{{"identity", nullptr}},
                           Json{{"config", {{"identity", identity()}}}}}) {
    const auto refused = create(body);
    EXPECT_EQ(refused.status, 403) << body;
    EXPECT_EQ(refused.body, required) << body;
  }
  const auto by_address =
      call("POST", "/api/sessions/create?identity=" + identity(), Json::object());
  EXPECT_EQ(by_address.status, 403) << "never from an address";
  const auto by_header = create(Json::object(), {{"Authorization", "Bearer " + identity()}});
  EXPECT_EQ(by_header.status, 403);
  EXPECT_EQ(create_as("x").status, 401);
  EXPECT_EQ(create_as(identity()).status, 201);
}

TEST_F(IdentityApiTest, ATokenServesReloadsUntilItExpires) {
  server_clock_ = &fake_clock_;
  start_with(keys());
  const std::string token = identity();
  EXPECT_EQ(create_as(token).status, 201);
  EXPECT_EQ(create_as(token).status, 201);
  fake_clock_.advance_ms(629'000);
  EXPECT_EQ(create_as(token).status, 201);
  fake_clock_.advance_ms(1'000);
  EXPECT_EQ(create_as(token).body, invalid_body);
}

TEST_F(IdentityApiTest, AOneUseTokenBeginsOneSession) {
  start_with(keys());
  const std::string token = identity({{"jti", "once"}});
  EXPECT_EQ(create({{"identity", token}, {"config", {{"maxTokens", 0}}}}).status, 400);
  EXPECT_EQ(create_as(token).status, 201) << "a failed try does not use it up";
  EXPECT_EQ(create_as(token).body, invalid_body);
  EXPECT_EQ(create_as(identity({{"jti", "once"}, {"sub", "eve"}})).body, invalid_body);
  EXPECT_EQ(create_as(identity({{"jti", "twice"}})).status, 201);
  stop();
  start();
  EXPECT_EQ(create_as(token).body, invalid_body) << "nor after a restart";
}

TEST_F(IdentityApiTest, OfManyAtOnceAOneUseTokenLetsOneIn) {
  start_with(keys());
  const std::string token = identity({{"jti", "once"}});
  std::atomic<int> created = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        if (create_as(token).status == 201) ++created;
      });
    }
  }
  EXPECT_EQ(created, 1);
}

TEST_F(IdentityApiTest, UsedTokensAreForgottenWhenTheyHaveExpired) {
  server_clock_ = &fake_clock_;
  start_with(keys());
  for (const char* jti : {"a", "b", "c"}) {
    ASSERT_EQ(create_as(identity({{"jti", jti}})).status, 201);
  }
  fake_clock_.advance_ms(700'000);
  ASSERT_EQ(create_as(identity({{"jti", "d"}})).status, 201);
  stop();
  EXPECT_EQ(count("SELECT count(*) FROM used_identities"), 1);
}

TEST_F(IdentityApiTest, NobodyChoosesASessionsIdTokenOrCustomer) {
  script_hello();
  start_with(keys(), {{"VISITOR_TOKEN_REQUIRED", "true"}});
  const auto victim = create_as(identity({{"name", "Ada L."}}));
  const std::string id = victim.body["sessionId"];
  const std::string own_id = "00000000-0000-4000-8000-000000000000";
  const std::string own_token(43, 'A');
  stop();
  std::string customer_id;
  write([&](const db::Tx& tx) {
    customer_id =
        *tx.first("SELECT id FROM customers", {}, [](const db::Row& row) { return row.text(0); });
  });
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  std::set<std::string> seen = {id, own_id};
  std::set<std::string> tokens = {victim.body["visitorToken"], own_token};
  for (const std::string& wanted : {id, own_id}) {
    const Json fixed = {
        {"sessionId", wanted},       {"session_id", wanted}, {"id", wanted},
        {"visitorToken", own_token}, {"token", own_token},   {"customerId", customer_id},
        {"customer_id", customer_id}};
    Json body = fixed;
    body["config"] = fixed;
    const auto created = create(body, {{"Authorization", "Bearer " + own_token}});
    ASSERT_EQ(created.status, 201) << created.raw.body;
    EXPECT_TRUE(seen.insert(created.body["sessionId"]).second);
    EXPECT_TRUE(tokens.insert(created.body["visitorToken"]).second);
    EXPECT_THAT(prompt_of(created), Not(HasSubstr("Ada L.")));
    for (const std::string& path : {id, own_id, created.body["sessionId"].get<std::string>()}) {
      EXPECT_EQ(
          call("GET", "/api/sessions/" + path, nullptr, {{"Authorization", "Bearer " + own_token}})
              .status,
          404);
    }
  }
}

}  // namespace
}  // namespace parley
