// The routes that belong to no feature: health, readiness, metrics, widget files, docs, front page.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* api_policy = "default-src 'none'; frame-ancestors 'none'";

class SiteTest : public AppFixture {
 protected:
  Answer get(const std::string& path, Headers headers = {}) {
    return call("GET", path, nullptr, std::move(headers));
  }

  /// A widget directory of our own, with made-up compressed files.
  std::string widget_directory() {
    std::string folder = directory_.path("widget");
    for (const char* part : {"/demo", "/docs"}) std::filesystem::create_directories(folder + part);
    const std::map<std::string, std::string> files = {
        {"chatbot.html", "<p>panel"},   {"chatbot.js", "plain script"},
        {"chatbot.js.br", "br script"}, {"chatbot.js.gz", "gz script"},
        {"styles.css", "plain style"},  {"styles.css.gz", "gz style"},
        {"demo/index.html", "<p>demo"}, {"docs/index.html", "<p>docs"},
        {"demo/towns.csv", "city,n\n"}, {"panel-1A2B3C4D.js", "hashed"}};
    for (const auto& [name, text] : files) std::ofstream(folder + "/" + name) << text;
    std::ofstream(directory_.path("secret.txt")) << "outside-canary";
    return folder;
  }

  std::optional<RawResponse> head_of(const std::string& method, const std::string& path,
                                     const Headers& headers = {}) {
    RawClient client(port());
    client.request(method, path, headers);
    return client.read_head();
  }
};

TEST_F(SiteTest, HealthAnswersEveryMethod) {
  start();
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    const auto answer = call(method, "/health");
    EXPECT_EQ(answer.status, 200) << method;
    EXPECT_EQ(answer.body["status"], "OK") << method;
    EXPECT_THAT(answer.body["timestamp"].get<std::string>(), HasSubstr("+00:00"));
    EXPECT_EQ(answer.body.size(), 2U);
  }
  EXPECT_EQ(head_of("HEAD", "/health")->status, 200);
  EXPECT_LT(head_of("OPTIONS", "/health")->status, 300);
}

TEST_F(SiteTest, ReadinessEndsWhenDrainingBegins) {
  std::string body = claude_stream({"Hello"});
  body.resize(body.find("event: content_block_stop"));
  script({{.body = body, .ending = fakes::FakeReply::Ending::stall}});
  start({{"DRAIN_MS", "20000"}});
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(get("/readyz").body["ready"], true);
  const std::string id = create_session();
  const auto running = open_stream(id, "Hi");
  ASSERT_TRUE(running->read_event());

  RawClient probe(port());
  RawClient stopper(port());  // the running answer holds the drain until it is stopped
  std::thread ending([this] { app_->stop(); });
  const int64_t until_ms = clock_.steady_ms() + 30'000;
  Answer answer;
  while (answer.status != 503 && clock_.steady_ms() < until_ms) {
    probe.request("GET", "/readyz");
    answer = answer_of(probe.read_response());
  }
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body["ready"], false);
  EXPECT_NE(answer.raw.header("retry-after"), "");
  stopper.request("POST", "/api/chat/stop/" + id);
  EXPECT_EQ(answer_of(stopper.read_response()).status, 200);
  ending.join();
}

TEST_F(SiteTest, MetricsArePrometheusText) {
  start();
  create_session();
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.raw.header("content-type"), HasSubstr("text/plain; version=0.0.4"));
  for (const char* name :
       {"parley_connections_open", "parley_streams_open", "parley_hang_ups_total",
        "parley_requests_refused_total", "parley_request_queue_length", "parley_db_commits_total",
        "parley_db_wal_bytes", "parley_answers_running", "parley_http_requests_in_flight",
        "parley_http_requests_total", "parley_http_request_seconds"}) {
    EXPECT_THAT(answer.raw.body, HasSubstr(std::string("# TYPE ") + name)) << name;
  }
  const std::string created =
      R"(parley_http_requests_total{method="POST",route="/api/sessions/create",status="201"} 1)";
  EXPECT_THAT(answer.raw.body, HasSubstr(created));
  EXPECT_GE(metric("parley_db_commits_total"), 1);
}

TEST_F(SiteTest, MetricLabelsAreNotTheClientsToChoose) {
  start();
  const std::string id = create_session();
  get("/api/sessions/" + id);
  get("/canary-path");
  call("CANARY", "/health");
  const std::string text = get("/metrics").raw.body;
  EXPECT_THAT(text, Not(HasSubstr(id)));
  EXPECT_THAT(text, Not(HasSubstr("canary-path")));
  EXPECT_THAT(text, Not(HasSubstr("CANARY")));
}

TEST_F(SiteTest, WidgetFilesHaveTheirTypes) {
  start({{"WIDGET_DIR", widget_directory()}});
  const std::map<std::string, std::string> types = {
      {"/static/widget/chatbot.html", "text/html; charset=utf-8"},
      {"/widget/chatbot.html", "text/html; charset=utf-8"},
      {"/static/widget/chatbot.js", "text/javascript; charset=utf-8"},
      {"/static/widget/styles.css", "text/css; charset=utf-8"},
      {"/docs", "text/html; charset=utf-8"}};
  for (const auto& [path, type] : types) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.raw.header("content-type"), type) << path;
    EXPECT_EQ(answer.raw.header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(answer.raw.header("cache-control"), "no-cache") << path;
    EXPECT_EQ(answer.raw.header("referrer-policy"), "same-origin") << path;
  }
  EXPECT_EQ(get("/static/widget/chatbot.js").raw.header("cross-origin-resource-policy"),
            "cross-origin");
  EXPECT_THAT(get("/static/widget/panel-1A2B3C4D.js").raw.header("cache-control"),
              HasSubstr("immutable"));
}

TEST_F(SiteTest, CodingsAreNegotiated) {
  start({{"WIDGET_DIR", widget_directory()}});
  struct Case {
    const char* path;
    const char* accepted;
    const char* coding;
    const char* body;
  };
  for (const Case& c : {Case{"chatbot.js", "", "", "plain script"},
                        {"chatbot.js", "gzip, deflate, br", "br", "br script"},
                        {"chatbot.js", "gzip, deflate", "gzip", "gz script"},
                        {"chatbot.js", "br;q=0, gzip;q=0.5", "gzip", "gz script"},
                        {"chatbot.js", "BR", "br", "br script"},
                        {"chatbot.js", "identity", "", "plain script"},
                        {"chatbot.js", "brotli", "", "plain script"},
                        {"styles.css", "br, gzip", "gzip", "gz style"},
                        {"chatbot.html", "br, gzip", "", "<p>panel"}}) {
    const auto answer =
        get(std::string("/static/widget/") + c.path, {{"Accept-Encoding", c.accepted}});
    EXPECT_EQ(answer.status, 200) << c.path << c.accepted;
    EXPECT_EQ(answer.raw.header("content-encoding"), c.coding) << c.path << c.accepted;
    EXPECT_EQ(answer.raw.body, c.body) << c.path << c.accepted;
  }
  const auto answer = get("/static/widget/chatbot.js");
  EXPECT_THAT(answer.raw.head, HasSubstr("Accept-Encoding")) << "Vary, also on the plain one";
}

TEST_F(SiteTest, CompressedFilesAreNoFilesOfTheirOwn) {
  start({{"WIDGET_DIR", widget_directory()}});
  EXPECT_EQ(get("/static/widget/chatbot.js.br").status, 404);
  EXPECT_EQ(get("/static/widget/chatbot.js.gz").status, 404);
}

TEST_F(SiteTest, UnchangedFilesAreNotSentAgain) {
  start({{"WIDGET_DIR", widget_directory()}});
  const std::string path = "/static/widget/chatbot.js";
  const std::string plain = get(path).raw.header("etag");
  const std::string brotli = get(path, {{"Accept-Encoding", "br"}}).raw.header("etag");
  EXPECT_THAT(plain, MatchesRegex("\".+\""));
  EXPECT_NE(plain, brotli);
  for (const std::string& tags : {plain, "W/" + plain, "\"other\", " + plain, std::string("*")}) {
    const auto head = head_of("GET", path, {{"If-None-Match", tags}});
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 304) << tags;
    EXPECT_EQ(head->header("etag"), plain);
    EXPECT_EQ(head->header("content-encoding"), "");
  }
  EXPECT_EQ(head_of("GET", path, {{"If-None-Match", brotli}})->status, 200);
  EXPECT_EQ(head_of("GET", path, {{"If-None-Match", "\"x\""}})->status, 200);
}

TEST_F(SiteTest, HeadIsGetWithoutTheBody) {
  start({{"WIDGET_DIR", widget_directory()}});
  for (const char* path : {"/static/widget/chatbot.js", "/health", "/api/sessions/bot-config",
                           "/openapi.json", "/docs", "/", "/absent"}) {
    const auto full = get(path);
    RawClient client(port());
    client.request("HEAD", path);
    const auto head = client.read_head();
    ASSERT_TRUE(head) << path;
    EXPECT_EQ(head->status, full.status) << path;
    EXPECT_EQ(head->header("content-type"), full.raw.header("content-type")) << path;
    EXPECT_EQ(head->header("content-length"), full.raw.header("content-length")) << path;
    client.request("GET", "/health");  // a body would stand in the way of this answer
    const auto next = client.read_response();
    ASSERT_TRUE(next) << path;
    EXPECT_THAT(next->body, HasSubstr("\"OK\"")) << path;
  }
}

TEST_F(SiteTest, ThePanelMayBeFramedByWhomTheSettingSays) {
  const std::map<std::string, std::string> ancestors_by_setting = {
      {"*", "frame-ancestors *;"},
      {"https://a.example,https://b.example:8443",
       "frame-ancestors 'self' https://a.example https://b.example:8443;"}};
  for (const auto& [origins, expected] : ancestors_by_setting) {
    start({{"ALLOWED_ORIGINS", origins}});
    for (const char* path : {"/static/widget/chatbot.html", "/widget/chatbot.html"}) {
      const auto answer = get(path);
      const std::string policy = answer.raw.header("content-security-policy");
      EXPECT_THAT(policy, HasSubstr(expected)) << path;
      for (const char* part :
           {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
            "form-action 'none'", "object-src 'none'", "require-trusted-types-for 'script'"}) {
        EXPECT_THAT(policy, HasSubstr(part)) << path;
      }
      EXPECT_THAT(policy, AllOf(Not(HasSubstr("unsafe")), Not(HasSubstr("data:"))));
      EXPECT_FALSE(answer.raw.headers.contains("x-frame-options")) << path;
    }
    stop();
  }
}

TEST_F(SiteTest, ApiAnswersCannotBeFramedOrKept) {
  start();
  for (const char* path : {"/health", "/api/sessions/bot-config", "/openapi.json", "/absent",
                           "/metrics", "/api/sessions/x"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.raw.header("content-security-policy"), api_policy) << path;
    EXPECT_EQ(answer.raw.header("x-frame-options"), "DENY") << path;
    EXPECT_EQ(answer.raw.header("cache-control"), "no-store") << path;
    EXPECT_EQ(answer.raw.header("x-content-type-options"), "nosniff") << path;
    EXPECT_THAT(answer.raw.header("permissions-policy"), HasSubstr("microphone=()")) << path;
    EXPECT_NE(answer.raw.header("x-request-id"), "") << path;
    EXPECT_EQ(answer.raw.header("server"), "") << path;
  }
  for (const char* path : {"/docs", "/static/docs/index.html"}) {
    const auto page = get(path);
    EXPECT_THAT(page.raw.header("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(page.raw.header("x-frame-options"), "DENY") << path;
  }
  // The panel's policy lists sites; this header would keep them out.
  EXPECT_EQ(get("/static/widget/chatbot.html").raw.header("x-frame-options"), "");
}

TEST_F(SiteTest, BehindHttpsItSaysSo) {
  start();
  EXPECT_EQ(get("/health").raw.header("strict-transport-security"), "");
  stop();
  start({{"TLS_IN_FRONT", "true"}});
  EXPECT_THAT(get("/health").raw.header("strict-transport-security"),
              HasSubstr("max-age=31536000"));
}

TEST_F(SiteTest, TheFrontPageIsADemoOnlyInDevelopment) {
  config_directory_ = PARLEY_SOURCE_DIR "/config";
  start({{"APP_PROFILE", "development"}, {"WIDGET_DIR", widget_directory()}});
  EXPECT_EQ(get("/").raw.body, "<p>demo");
  EXPECT_EQ(get("/static/demo/towns.csv").raw.header("content-type"), "text/csv; charset=utf-8");
  stop();
  start({{"APP_PROFILE", "production"},
         {"ALLOWED_ORIGINS", "https://a.example"},
         {"WIDGET_DIR", widget_directory()}});
  const auto front = get("/");
  EXPECT_EQ(front.status, 200);
  EXPECT_EQ(front.raw.body, "Parley is running.\n");
  EXPECT_EQ(get("/static/demo/towns.csv").status, 404);
  EXPECT_EQ(get("/static/widget/demo/index.html").status, 404) << "nor by another way";
}

}  // namespace
}  // namespace parley
