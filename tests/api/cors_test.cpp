// Which pages may read our answers: exact origins only, on every route; and which hosts we are.
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* shop = "https://shop.example";
constexpr const char* port_shop = "http://shop.example:3000";
const std::string two_origins = std::string(shop) + "," + port_shop;

/// All look like one of the two and are none.
const std::vector<std::string>& look_alikes() {
  static const std::vector<std::string> all = {"null",
                                               "",
                                               "*",
                                               "https://shop.example.evil.test",
                                               "https://evilshop.example",
                                               "https://www.shop.example",
                                               "http://shop.example",
                                               "https://shop.example:443",
                                               "https://shop.example:8443",
                                               "http://shop.example:30000",
                                               "HTTPS://SHOP.EXAMPLE",
                                               "https://Shop.example",
                                               "https://shop.example.",
                                               "https://shop.example/",
                                               "https://shop.example/path",
                                               "https://xn--shp-hoa.example",
                                               "https://sh\xC3\xB6p.example",
                                               "https://shop.example@evil.test",
                                               "https://evil.test?https://shop.example",
                                               "https://evil.test#https://shop.example",
                                               "https://shop.exampl",
                                               "https://shop-example",
                                               "https://shop.example https://evil.test",
                                               "https://shop.example,https://evil.test",
                                               "file://shop.example",
                                               "https:/shop.example",
                                               "shop.example",
                                               "https://shop.example%00",
                                               "https://shop.example%2eevil.test",
                                               two_origins};
  return all;
}

class CorsTest : public AppFixture {
 protected:
  /// Every route of the table, with an id that is in use.
  std::vector<std::pair<std::string, std::string>> every_route() {
    const std::string id = create_session();
    std::vector<std::pair<std::string, std::string>> out;
    for (const http::Route& route : app_->routes()) {
      std::string path = route.path;
      const auto fill = [&path](const std::string& name, const std::string& value) {
        const size_t at = path.find(name);
        if (at != std::string::npos) path.replace(at, name.size(), value);
      };
      for (const char* name :
           {"{session_id}", "{file_id}", "{receipt_id}", "{customer_id}", "{key_id}"}) {
        fill(name, id);
      }
      fill("{file*}", "chatbot.js");
      const auto method = route.method;
      out.emplace_back(method == http::Method::post  ? "POST"
                       : method == http::Method::put ? "PUT"
                       : method == http::Method::del ? "DELETE"
                                                     : "GET",
                       path);
    }
    out.emplace_back("GET", "/absent");
    out.emplace_back("PATCH", "/api/sessions/create");
    return out;
  }

  static Headers preflight(const std::string& origin, const std::string& method) {
    return {{"Origin", origin},
            {"Access-Control-Request-Method", method},
            {"Access-Control-Request-Headers",
             "authorization, content-type, idempotency-key, last-event-id"}};
  }
};

TEST_F(CorsTest, NoLookAlikeIsAcceptedOnAnyRoute) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  int probes = 0;
  for (const auto& [method, path] : every_route()) {
    for (const std::string& origin : look_alikes()) {
      const auto answer = call(method, path, nullptr, {{"Origin", origin}});
      EXPECT_NE(answer.status, 0) << method << path << origin;
      EXPECT_THAT(answer.raw.head, Not(HasSubstr("Access-Control-Allow"))) << path << origin;
      EXPECT_THAT(answer.raw.head, HasSubstr("Vary: Origin")) << path << origin;
      const auto asked = call("OPTIONS", path, nullptr, preflight(origin, method));
      EXPECT_THAT(asked.raw.head, Not(HasSubstr("Access-Control-Allow"))) << path << origin;
      probes += 2;
    }
  }
  RecordProperty("probes", probes);
}

TEST_F(CorsTest, AListedOriginIsAcceptedOnEveryRoute) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  for (const auto& [method, path] : every_route()) {
    for (const char* origin : {shop, port_shop}) {
      const auto answer = call(method, path, nullptr, {{"Origin", origin}});
      EXPECT_EQ(answer.raw.header("access-control-allow-origin"), origin) << method << path;
      EXPECT_THAT(answer.raw.head, HasSubstr("Vary: Origin")) << method << path;
      EXPECT_THAT(answer.raw.header("access-control-expose-headers"), HasSubstr("X-Request-Id"));
    }
  }
}

TEST_F(CorsTest, WithoutAnOriginThereIsStillVary) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  const auto answer = call("GET", "/api/sessions/bot-config");
  EXPECT_THAT(answer.raw.head, HasSubstr("Vary: Origin"));
  EXPECT_THAT(answer.raw.head, Not(HasSubstr("Access-Control")));
}

TEST_F(CorsTest, PreflightsAllowWhatTheWidgetSends) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  for (const auto& [method, path] : every_route()) {
    if (path == "/health" || path == "/absent" || method == "PATCH") continue;
    const auto asked = call("OPTIONS", path, nullptr, preflight(shop, method));
    EXPECT_EQ(asked.status, 204) << path << asked.raw.body;
    EXPECT_EQ(asked.raw.header("access-control-allow-origin"), shop) << path;
    EXPECT_THAT(asked.raw.header("access-control-allow-methods"), HasSubstr(method)) << path;
    for (const char* name : {"Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"}) {
      EXPECT_THAT(asked.raw.header("access-control-allow-headers"), HasSubstr(name)) << path;
    }
    EXPECT_NE(asked.raw.header("access-control-max-age"), "") << path;
  }
}

TEST_F(CorsTest, AForeignPreflightIsForbidden) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  const auto asked =
      call("OPTIONS", "/api/chat/message", nullptr, preflight("https://evil.test", "POST"));
  EXPECT_EQ(asked.status, 403);
  EXPECT_EQ(asked.body, (Json{{"error", "Origin not allowed"}}));
}

TEST_F(CorsTest, AnyOriginMeansNoCredentials) {
  start({{"ALLOWED_ORIGINS", "*"}});
  for (const std::string& origin : {std::string("https://any.test"), std::string("null")}) {
    const auto answer = call("GET", "/api/sessions/bot-config", nullptr, {{"Origin", origin}});
    EXPECT_EQ(answer.raw.header("access-control-allow-origin"), "*");
    EXPECT_THAT(answer.raw.head, Not(HasSubstr("Access-Control-Allow-Credentials")));
    const auto asked = call("OPTIONS", "/api/chat/message", nullptr, preflight(origin, "POST"));
    EXPECT_EQ(asked.status, 204);
    EXPECT_THAT(asked.raw.head, Not(HasSubstr("Access-Control-Allow-Credentials")));
  }
}

TEST_F(CorsTest, AStreamCarriesTheSameHeaders) {
  script({{.body = claude_stream({"Hello"})}});
  start({{"ALLOWED_ORIGINS", two_origins}});
  const std::string id = create_session();
  RawClient client(port());
  client.request(
      "POST", "/api/chat/message",
      {{"Origin", shop}, {"Accept", "text/event-stream"}, {"Content-Type", "application/json"}},
      dump({{"sessionId", id}, {"message", "Hi"}}));
  const auto head = client.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("access-control-allow-origin"), shop);
  EXPECT_THAT(head->head, HasSubstr("Vary: Origin"));
  read_all(client);
}

TEST_F(CorsTest, RefusalsOfTheFramingCarryThemToo) {
  start({{"ALLOWED_ORIGINS", two_origins}});
  RawClient client(port());
  client.send("POST /api/sessions/create HTTP/1.1\r\nHost: localhost\r\nOrigin: " +
              std::string(shop) + "\r\nContent-Length: 99999999\r\n\r\n");
  const auto refused = client.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 413);
  EXPECT_EQ(refused->header("access-control-allow-origin"), shop) << "the page can say why";
}

}  // namespace
}  // namespace parley
