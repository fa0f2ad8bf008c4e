// The HTTP layer behind a real front door: routing, errors, headers, streams, deferred answers.
#include "http/server.h"

#include <mutex>

#include "tests/api/http_fixture.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley {

namespace {

using http::Access;
using http::Method;
using http::Reply;
using http::Request;
using http::Route;

/// A stream that the test feeds.
class PushedSource final : public net::BodySource {
 public:
  State read(std::string& out, size_t) override {
    const std::lock_guard lock(mutex_);
    out += pending_;
    pending_.clear();
    return is_ended_ ? State::end : State::wait;
  }
  void on_wake(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void close(bool client_gone) override { (client_gone ? is_cut : is_done) = true; }
  void drain() override { push("event: restart\ndata: {}\n\n", true); }

  void push(const std::string& text, bool is_last = false) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      pending_ += text;
      is_ended_ = is_ended_ || is_last;
      wake = wake_;
    }
    if (wake) wake();
  }

  std::atomic<bool> is_cut = false;
  std::atomic<bool> is_done = false;

 private:
  std::mutex mutex_;
  std::string pending_;
  bool is_ended_ = false;
  std::function<void()> wake_;
};

}  // namespace

class ServerTest : public testing::Test {
 public:
  ServerTest() {
    door_options.port = 0;
    door_options.workers = 2;
    door_options.spool_directory = spool.path();
    options.allowed_origins = {"https://shop.example"};
    add(Method::any, "/health", [](const Request&, const Scope&) {
      return http::json_reply(200, {{"status", "OK"}});
    });
    add(Method::get, "/api/things/{thing_id}", [](const Request& request, const Scope&) {
      return http::json_reply(200, {{"id", request.parameter("thing_id")}, {"q", request.query}});
    });
    add(Method::post, "/api/things", [](const Request& request, const Scope&) {
      const auto body = request.json_object();
      return body ? http::json_reply(201, *body) : http::error_reply(body.error());
    });
    add(Method::get, "/api/stream", [this](const Request&, const Scope&) {
      Reply reply;
      reply.content_type = "text/event-stream";
      reply.body = http::Stream{source, ": keep-alive\n\n"};
      return reply;
    });
    add(Method::get, "/api/later", [this](const Request&, const Scope&) {
      Reply reply;
      reply.body = http::Later{[this](auto finish) { finish_later = finish; }};
      return reply;
    });
    add(Method::get, "/api/throws",
        [](const Request&, const Scope&) -> Reply { throw std::runtime_error("secret"); });
    add(Method::get, "/static/{path*}", [](const Request& request, const Scope&) {
      return http::json_reply(200, {{"path", request.parameter("path")}});
    });
  }

  void add(Method method, const std::string& path, http::Handler handler) {
    routes.push_back(Route{method, path, Access::open, {}, {}, std::move(handler)});
  }

  void start() {
    log::set_level(log::Level::off);
    server = std::make_unique<http::Server>(
        options, routes,
        [](const Request&, const Route&) -> Result<Scope> { return ScopeForTests::visitor(); },
        metrics, clock, entropy);
    door = std::make_unique<net::FrontDoor>(door_options, *server);
    const auto started = door->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  RawResponse get(const std::string& method, const std::string& target,
                  const std::vector<std::pair<std::string, std::string>>& headers = {},
                  const std::string& body = {}) {
    return fetch(door->port(), method, target, headers, body).value_or(RawResponse{});
  }

  TempDir spool;
  net::FrontDoorOptions door_options;
  http::ServerOptions options;
  http::Routes routes;
  Metrics metrics;
  SystemClock clock;
  FakeEntropy entropy;
  std::shared_ptr<PushedSource> source = std::make_shared<PushedSource>();
  std::function<void(Reply)> finish_later;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<net::FrontDoor> door;
};

constexpr const char* thing = "/api/things/0123abcd-0123-4123-8123-0123456789ab";

TEST_F(ServerTest, health_answers_any_method) {
  start();
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"}) {
    const auto response = get(method, "/health");
    EXPECT_EQ(response.status, 200) << method;
    EXPECT_EQ(response.body, R"({"status":"OK"})") << method;
  }
}

TEST_F(ServerTest, matches_parameters_and_decodes_the_query) {
  start();
  const auto response = get("GET", std::string(thing) + "?a=1+2&a=%C3%A9&b");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "application/json");
  EXPECT_EQ(response.body, R"({"id":"0123abcd-0123-4123-8123-0123456789ab","q":{"a":"é","b":""}})");
}

TEST_F(ServerTest, unknown_paths_are_not_found) {
  start();
  for (const std::string target :
       {"/nothing", "/health/", "//health", "/api/things/0123ABCD-0123-4123-8123-0123456789AB",
        "/api/things/1", "/api/things/", "/Health", "/api%2Fthings"}) {
    const auto response = get("GET", target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.body, R"({"error":"Not found"})") << target;
  }
}

TEST_F(ServerTest, bad_escapes_in_the_path_are_refused) {
  start();
  for (const std::string target : {"/%", "/%4", "/%zz", "/%00", "/%0a", "/%ff", "/%u0041"}) {
    EXPECT_EQ(get("GET", target).status, 400) << target;
  }
}

TEST_F(ServerTest, a_wrong_method_names_the_right_ones) {
  start();
  const auto response = get("DELETE", thing);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.body, R"({"detail":"Method \"DELETE\" not allowed."})");
  EXPECT_EQ(response.header("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(get("OPTIONS", thing).status, 204);
}

TEST_F(ServerTest, head_answers_without_a_body) {
  start();
  RawClient client(door->port());
  client.request("HEAD", thing);
  client.request("GET", "/health");
  const auto head = client.read_response(RawClient::deadline_ms, true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("content-length"), "52");
  EXPECT_EQ(client.read_response()->body, R"({"status":"OK"})");
}

TEST_F(ServerTest, a_body_that_no_handler_reads_must_be_small) {
  start();
  const auto status_for = [this](const char* method, size_t bytes) {
    RawClient client(door->port());
    client.request(method, thing, {}, std::string(bytes, 'x'));
    return client.read_head()->status;
  };
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_EQ(status_for(method, http::unread_body_bytes_max), 200) << method;
    EXPECT_EQ(status_for(method, http::unread_body_bytes_max + 1), 413) << method;
  }
}

TEST_F(ServerTest, every_answer_has_the_security_headers_and_a_request_id) {
  start();
  for (const std::string target : {"/health", "/nothing", "/api/throws"}) {
    const auto response = get("GET", target, {{"X-Request-Id", "abc.1-2_3"}});
    EXPECT_EQ(response.header("x-request-id"), "abc.1-2_3");
    EXPECT_EQ(response.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.header("referrer-policy"), "same-origin");
    EXPECT_EQ(response.header("cache-control"), "no-store");
    EXPECT_EQ(response.header("vary"), "Origin");
    EXPECT_EQ(response.header("content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(response.header("keep-alive"), "");
  }
  const auto insane = get("GET", "/health", {{"X-Request-Id", "a b"}});
  EXPECT_EQ(insane.header("x-request-id").size(), 36U);
}

TEST_F(ServerTest, exceptions_become_500_without_their_text) {
  start();
  const auto response = get("GET", "/api/throws");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"error":"Internal server error"})");
  EXPECT_EQ(response.head.find("secret"), std::string::npos);
}

TEST_F(ServerTest, streams_events_until_the_end_and_keeps_the_connection) {
  start();
  RawClient client(door->port());
  client.request("GET", "/api/stream");
  const auto head = client.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("content-type"), "text/event-stream");
  EXPECT_EQ(head->header("transfer-encoding"), "chunked");
  source->push("id: 1\nevent: delta\ndata: a\n\n");
  EXPECT_EQ(client.read_event()->data, "a");
  source->push("data: b\n\n");
  source->push("data: c\n\n", true);
  EXPECT_EQ(client.read_event()->data, "b");
  EXPECT_EQ(client.read_event()->data, "c");
  EXPECT_FALSE(client.read_event());
  EXPECT_TRUE(eventually([this] { return source->is_done.load(); }));
  client.request("GET", "/health");
  EXPECT_EQ(client.read_response()->status, 200);
}

TEST_F(ServerTest, a_later_answer_costs_no_worker) {
  door_options.workers = 1;
  start();
  RawClient client(door->port());
  client.request("GET", "/api/later");
  ASSERT_TRUE(eventually([this] { return get("GET", "/health").status == 200; }));
  finish_later(http::json_reply(202, {{"late", true}}));
  finish_later(http::json_reply(500, {{"twice", true}}));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 202);
  EXPECT_EQ(response->body, R"({"late":true})");
  EXPECT_NE(response->header("x-request-id"), "");
}

TEST_F(ServerTest, json_and_form_bodies_become_objects) {
  start();
  const auto post = [this](const std::string& type, const std::string& body) {
    return get("POST", "/api/things", {{"Content-Type", type}}, body);
  };
  EXPECT_EQ(post("application/json", R"({"a":1,"a":2})").body, R"({"a":2})");
  EXPECT_EQ(post("Application/JSON; charset=utf-8", "{}").body, "{}");
  EXPECT_EQ(post("text/plain", "").body, "{}");
  EXPECT_EQ(post("application/x-www-form-urlencoded", "a=1&b=%26+x").body,
            R"({"a":"1","b":"& x"})");
  EXPECT_EQ(post("multipart/form-data; boundary=x",
                 "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n")
                .body,
            R"({"a":"1"})");
}

TEST_F(ServerTest, bad_bodies_are_explained) {
  start();
  const auto post = [this](const std::string& type, const std::string& body) {
    const auto response = get("POST", "/api/things", {{"Content-Type", type}}, body);
    return std::to_string(response.status) + " " + response.body.substr(0, 70);
  };
  EXPECT_EQ(post("text/plain", "x"),
            R"(415 {"detail":"Unsupported media type \"text/plain\" in request."})");
  EXPECT_THAT(post("application/json", "{"),
              testing::StartsWith(R"(400 {"detail":"JSON parse err)"));
  EXPECT_THAT(post("application/json", "\"\xff\""), testing::StartsWith("400 {\"detail\""));
  EXPECT_EQ(post("application/json", "[]"),
            R"(400 {"error":"The request body must be a JSON object"})");
}

TEST_F(ServerTest, counts_requests_by_route_and_status) {
  start();
  get("GET", thing);
  get("GET", "/nothing");
  const std::string text = metrics.text();
  EXPECT_THAT(text, testing::HasSubstr("parley_http_requests_total{method=\"GET\",route=\""
                                       "/api/things/{thing_id}\",status=\"200\"} 1"));
  EXPECT_THAT(text, testing::HasSubstr("route=\"-\",status=\"404\"} 1"));
  EXPECT_THAT(text, testing::HasSubstr("parley_http_request_seconds_bucket"));
}

}  // namespace parley
