// Which tenant a request is for: by its one Host, in any honest spelling, and by nothing else.
#include "http/router.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

constexpr const char* no_tenant_body = R"({"error":"Tenant not found or inactive",)"
                                       R"("message":"Please check your domain configuration"})";

const std::string get_bot = "GET /api/sessions/bot-config HTTP/1.1\r\n";

class TenantHostsTest : public AppFixture {
 protected:
  void start_two(Environment changes = {}) {
    make_tenant("Acme", {"acme.example", "www.acme.example"}, {{"bot", {{"name", "acme"}}}});
    make_tenant("Globex", {"globex.example", "[2001:db8::1]", "xn--glbex-jua.example"},
                {{"bot", {{"name", "globex"}}}});
    changes.insert({"DEV_DEFAULT_TENANT", "false"});
    start(changes);
  }

  /// Who answers these bytes: a bot's name, or the status of a refusal.
  std::string answerer(const std::string& bytes) {
    RawClient client(port());
    client.send(bytes);
    const Answer answer = answer_of(client.read_response());
    if (answer.status != 200) return std::to_string(answer.status);
    return answer.body["botName"];
  }

  std::string answerer_at(const std::string& host) {
    return answerer(get_bot + "Host: " + host + "\r\n\r\n");
  }
};

TEST_F(TenantHostsTest, EachSpellingOfADomainIsItsTenants) {
  start_two();
  for (const char* host :
       {"acme.example", "ACME.EXAMPLE", "Acme.Example:8000", "acme.example.", "acme.example.:1",
        "acme.example:", "www.acme.example", "\t acme.example "}) {
    EXPECT_EQ(answerer_at(host), "acme") << host;
  }
  for (const char* host : {"globex.example", "GLOBEX.example.:80", "[2001:db8::1]",
                           "[2001:DB8:0:0:0:0:0:1]:8000", "XN--GLBEX-JUA.example"}) {
    EXPECT_EQ(answerer_at(host), "globex") << host;
  }
  EXPECT_EQ(answerer("GET http://acme.example/api/sessions/bot-config HTTP/1.1\r\n"
                     "Host: acme.example\r\n\r\n"),
            "acme");
}

TEST_F(TenantHostsTest, NoTrickReachesATenant) {
  start_two();
  const std::string end = "\r\n\r\n";
  const std::vector<std::string> tricks = {
      "Host: acme.example\r\nHost: globex.example",
      "Host: acme.example\r\nHost: acme.example",
      "Host: acme.example\r\nhost: globex.example",
      "Host: acme.example, globex.example",
      "Host: acme.example globex.example",
      "Host: acme.example;globex.example",
      "Host: acme.example\r\n globex.example",
      "Host : acme.example",
      "Host:",
      "X: y",
      "Host: user@acme.example",
      "Host: user:pass@acme.example",
      "Host: acme.example@evil.example",
      "Host: acme.example#evil.example",
      "Host: acme.example/globex.example",
      "Host: acme.example?globex.example",
      "Host: acme.example\\globex.example",
      "Host: http://acme.example",
      "Host: //acme.example",
      "Host: acme.example..",
      "Host: .acme.example",
      "Host: acme..example",
      "Host: acme.example.evil.example",
      "Host: evilacme.example",
      "Host: www.www.acme.example",
      "Host: acme",
      "Host: example",
      "Host: *",
      "Host: *.example",
      "Host: acme.example:80:80",
      "Host: acme.example:x",
      "Host: acme.example:-1",
      "Host: acme.example:123456",
      "Host: acme%2eexample",
      "Host: acme.example%00",
      "Host: acme.example%20",
      "Host: \"acme.example\"",
      "Host: acme_example",
      "Host: acm\xC3\xA9.example",
      "Host: gl\xC3\xB8"
      "bex.example",
      "Host: xn--acm-dma.example",
      "Host: \xEF\xBD\x81"
      "cme.example",
      "Host: acme\xE3\x80\x82"
      "example",
      "Host: 2001:db8::1",
      "Host: [2001:db8::2]",
      "Host: [2001:db8::1",
      "Host: [2001:db8::1]x",
      "Host: [2001:db8::1%25eth0]",
      "Host: [::ffff:127.0.0.1]",
      "Host: localhost.evil.example",
      "Host: 127.0.0.1",
      "Host: [::1]",
      "Host: 2130706433",
      "Host: 0x7f.1",
      "Host: evil.example\r\nX-Forwarded-Host: acme.example",
      "Host: evil.example\r\nX-Forwarded-Server: acme.example",
      "Host: evil.example\r\nX-Host: acme.example",
      "Host: evil.example\r\nX-Original-Host: acme.example",
      "Host: evil.example\r\nX-HTTP-Host-Override: acme.example",
      "Host: evil.example\r\nForwarded: host=acme.example",
      "Host: evil.example\r\nX-Real-Host: acme.example",
      "Host: evil.example\r\nOrigin: https://acme.example",
      "Host: evil.example\r\nReferer: https://acme.example/",
      "Host: evil.example\r\nX-Tenant-Id: acme.example",
  };
  EXPECT_GE(tricks.size(), 40U);
  for (const std::string& fields : tricks) {
    const std::string who = answerer(get_bot + fields + end);
    EXPECT_TRUE(who == "404" || who == "400") << fields << " → " << who;
  }
  for (const char* line : {"GET http://acme.example/api/sessions/bot-config HTTP/1.1",
                           "GET http://acme.example:80/api/sessions/bot-config HTTP/1.1",
                           "GET http://u@globex.example/api/sessions/bot-config HTTP/1.1",
                           "GET //acme.example/api/sessions/bot-config HTTP/1.1",
                           "GET /api/sessions/bot-config?host=acme.example HTTP/1.0"}) {
    const std::string who = answerer(std::string(line) + "\r\nHost: evil.example" + end);
    EXPECT_TRUE(who == "404" || who == "400") << line << " → " << who;
  }
  EXPECT_EQ(answerer("GET /api/sessions/bot-config HTTP/1.0" + end), "404") << "no Host at all";
}

TEST_F(TenantHostsTest, NoTrickReachesAnotherTenant) {
  start_two();
  for (const char* field :
       {"X-Forwarded-Host: globex.example", "Forwarded: host=globex.example",
        "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: globex.example", "X-Host: globex.example",
        "X-Original-URL: http://globex.example/", "Origin: https://globex.example",
        "Referer: https://globex.example/", "Cookie: tenant=globex.example",
        "Authorization: Bearer globex.example"}) {
    EXPECT_EQ(answerer(get_bot + "Host: acme.example\r\n" + field + "\r\n\r\n"), "acme") << field;
  }
  RawClient client(port());
  for (const char* name : {"acme", "globex", "acme"}) {
    client.send(get_bot + "Host: " + name + ".example\r\n\r\n");
    EXPECT_EQ(answer_of(client.read_response()).body["botName"], name) << "on one connection";
  }
}

TEST_F(TenantHostsTest, ATrustedProxySaysWhichHostWasAskedFor) {
  start_two({{"TRUSTED_PROXIES", "127.0.0.0/8"}});
  const auto forwarded = [this](const std::string& fields) {
    return answerer(get_bot + "Host: acme.example\r\n" + fields + "\r\n\r\n");
  };
  EXPECT_EQ(forwarded("X-Forwarded-Host: GLOBEX.example:443"), "globex");
  EXPECT_EQ(forwarded("X-Forwarded-For: 192.0.2.1"), "acme");
  EXPECT_EQ(forwarded("X-Forwarded-Host: evil.example"), "404");
  EXPECT_EQ(forwarded("X-Forwarded-Host: acme.example, globex.example"), "400");
  EXPECT_EQ(forwarded("X-Forwarded-Host: acme.example\r\nX-Forwarded-Host: globex.example"), "400");
  EXPECT_EQ(forwarded("X-Forwarded-Host:"), "400");
}

TEST_F(TenantHostsTest, EveryRouteButTheServersOwnNeedsATenant) {
  make_tenant("Hush", {"hush.example"}, {{"bot", {{"name", "hush"}}}});
  suspend("hush.example");
  start({{"DEV_DEFAULT_TENANT", "false"}});
  size_t checked = 0;
  for (const http::Route& route : app_->routes()) {
    std::string path = route.path;
    for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
      path.replace(at, path.find('}') - at + 1,
                   path.find("_id}", at) == std::string::npos
                       ? "chatbot.html"
                       : "00000000-0000-4000-8000-00000000000a");
    }
    const std::string method =
        route.method == http::Method::any ? "GET" : std::string(http::name_of(route.method));
    for (const char* host : {"evil.example", "hush.example", "127.0.0.1"}) {
      const auto answer = call(method, path, nullptr, {{"Host", host}});
      if (route.access == http::Access::server) {
        EXPECT_NE(answer.raw.body, no_tenant_body) << method << path << host;
        continue;
      }
      if (route.access != http::Access::open && route.access != http::Access::visitor) continue;
      EXPECT_EQ(answer.status, 404) << method << path << host;
      EXPECT_EQ(answer.raw.body, no_tenant_body) << method << path << host;
      ++checked;
    }
  }
  EXPECT_GE(checked, 60U);
}

TEST_F(TenantHostsTest, LoopbackIsTheEarliestTenantsInDevelopmentOnly) {
  start_two({{"DEV_DEFAULT_TENANT", "true"}});
  for (const char* host : {"localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]"}) {
    EXPECT_EQ(answerer_at(host), "acme") << host;
  }
  for (const char* host : {"127.0.0.2", "0.0.0.0", "x.localhost", "evil.example"}) {
    EXPECT_EQ(answerer_at(host), "404") << host;
  }
}

TEST_F(TenantHostsTest, AFreshInstallationAnswersToLocalhost) {
  start({{"DEV_DEFAULT_TENANT", "false"}});
  EXPECT_EQ(answerer_at("localhost:8000"), "Claude Assistant");
  EXPECT_EQ(answerer_at("127.0.0.1"), "404");
  EXPECT_EQ(call("GET", "/api/tenant/info/").body["tenant"]["name"], "Parley");
}

TEST_F(TenantHostsTest, ItsDomainsAreThoseOfAllowedHosts) {
  start({{"DEV_DEFAULT_TENANT", "false"}, {"ALLOWED_HOSTS", "Chat.example,www.chat.example"}});
  EXPECT_EQ(answerer_at("chat.example"), "Claude Assistant");
  EXPECT_EQ(answerer_at("www.chat.example"), "Claude Assistant");
  EXPECT_EQ(answerer_at("localhost"), "404");
}

}  // namespace
}  // namespace parley
