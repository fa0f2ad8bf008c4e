// Odd bodies over every route that takes one: an error of the right family, never a 500, and the
// server answers afterwards. Parsers' own corner cases are in tests/unit.
#include <fmt/format.h>

#include <fstream>
#include <random>

#include "http/router.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;

struct Body {
  std::string name;
  std::string content_type;
  std::string bytes;
};

std::string nested(size_t depth) {
  return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

/// Framed as JSON, and none or none that is sensible.
// A table, longer than a function may be.
// NOLINTNEXTLINE(readability-function-size)
std::vector<Body> odd_json() {
  const std::string json = "application/json";
  std::vector<Body> out;
  const std::vector<std::string> bodies = {
      "",
      " ",
      "null",
      "true",
      "0",
      "-",
      "\"text\"",
      "[]",
      "[[[]]]",
      "{",
      "}",
      "{}x",
      "{\"a\"}",
      "{\"a\":}",
      "{'a':1}",
      "{a:1}",
      "{\"a\":1,}",
      "{\"a\":01}",
      "{\"a\":+1}",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":1e999999}",
      "{\"a\":-1e999999}",
      "{\"a\":0x10}",
      "{\"a\":123456789012345678901234567890123456789012345678901234567890}",
      "{\"sessionId\":1e400,\"message\":1e400,\"query\":1e400,\"config\":1e400}",
      "{\"sessionId\":{},\"message\":[],\"query\":{},\"config\":[]}",
      "{\"sessionId\":null,\"message\":null,\"query\":null,\"config\":null}",
      "{\"sessionId\":true,\"message\":true,\"query\":true,\"config\":true}",
      "{\"config\":{\"maxTokens\":-1}}",
      "{\"config\":{\"maxTokens\":1e308}}",
      "{\"config\":{\"maxTokens\":9223372036854775808}}",
      "{\"config\":{\"aiProvider\":{}}}",
      "{\"config\":{\"jsonData\":7}}",
      "{\"config\":{\"__proto__\":{\"x\":1}}}",
      "{\"query\":\"\"}",
      "{\"query\":\"a\",\"query\":7}",
      "{\"message\":\"\\ud800\"}",
      "{\"message\":\"\\u0000\"}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\t\"}",
      "\xEF\xBB\xBF{}",
      "{\"a\":\"\xFF\xFE\"}",
      "{\"\xC3\x28\":1}",
      "{\"a\":\"\xED\xA0\x80\"}",
      "\xFF\xFE{\0}",
      std::string("\0", 1),
      std::string("{\"a\":\"\0\"}", 9),
      "/* x */{}",
      "{} // x",
      nested(65),
      nested(1'000),
      nested(100'000),
      std::string(100'000, '['),
      "{\"a\":\"" + std::string(1024 * 1024, 'a') + "\"}"};
  for (const std::string& bytes : bodies) {
    out.push_back({"json " + bytes.substr(0, 60), json, bytes});
  }
  std::string many = "{\"k0\":0";
  for (int i = 1; i < 20'000; ++i) many += fmt::format(",\"k{}\":{}", i, i);
  out.push_back({"many keys", json, many + "}"});
  return out;
}

/// Other media types, also cut and mislabelled.
std::vector<Body> odd_types() {
  const std::string form = "multipart/form-data";
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"file\"; ";
  return {{"text", "text/plain", "hello"},
          {"no type", "", "hello"},
          {"xml", "application/xml", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"},
          {"garbage type", "\xC3\xA9;;==", "{}"},
          {"json suffix", "application/problem+json", "{}"},
          {"utf-16 json", "application/json; charset=utf-16", std::string("{\0}\0", 4)},
          {"form bad escape", "application/x-www-form-urlencoded", "a=%zz&b=%"},
          {"form bad utf-8", "application/x-www-form-urlencoded", "message=%ff%fe"},
          {"form many", "application/x-www-form-urlencoded", std::string(50'000, '&')},
          {"multipart without boundary", form, "--b\r\n"},
          {"multipart empty boundary", form + "; boundary=", "--\r\n"},
          {"multipart long boundary", form + "; boundary=" + std::string(300, 'b'), "x"},
          {"multipart empty", form + "; boundary=b", ""},
          {"multipart cut", form + "; boundary=b", part + "filename=\"a.csv\"\r\n\r\na,b"},
          {"multipart no name", form + "; boundary=b",
           "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"},
          {"multipart bad header", form + "; boundary=b", "--b\r\nx\r\n\r\n\r\n--b--\r\n"},
          {"multipart only end", form + "; boundary=b", "--b--\r\n"},
          {"multipart NUL name", form + "; boundary=b",
           part + "filename=\"a" + std::string(1, '\0') + ".csv\"\r\n\r\na\r\n--b--\r\n"},
          {"multipart path name", form + "; boundary=b",
           part + "filename=\"../../etc/passwd\"\r\n\r\na\r\n--b--\r\n"}};
}

class OddInputTest : public AppFixture {
 protected:
  void SetUp() override {
    script({{.body = claude_stream({"ok"})}});
    start();
  }

  std::string path_of(const http::Route& route, const std::string& id) const {
    std::string path = route.path;
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"{session_id}", id}, {"{customer_id}", id}, {"{tenant}", "localhost"}}) {
      if (const size_t at = path.find(name); at != std::string::npos) {
        path.replace(at, name.size(), value);
      }
    }
    return path;
  }

  std::string operator_key() const {
    std::string key;
    std::ifstream(directory_.path("data/operator.key")) >> key;
    return key;
  }

  /// The routes that read a body.
  std::vector<const http::Route*> routes() const {
    std::vector<const http::Route*> out;
    for (const http::Route& route : app_->routes()) {
      if (route.method == http::Method::post || route.method == http::Method::put) {
        out.push_back(&route);
      }
    }
    return out;
  }

  Answer send(const http::Route& route, const std::string& id, const Body& body) {
    Headers headers;
    if (!body.content_type.empty()) headers.emplace_back("Content-Type", body.content_type);
    const bool needs_key =
        route.access == http::Access::admin || route.access == http::Access::superadmin;
    if (needs_key) headers.emplace_back("Authorization", "Bearer " + operator_key());
    ++probes_;
    return answer_of(
        fetch(port(), http::name_of(route.method), path_of(route, id), headers, body.bytes));
  }

  /// A success, or a client error that says so in one of the two families.
  static void expect_sane(const Answer& answer, const std::string& what) {
    if (answer.status >= 200 && answer.status < 300) return;
    EXPECT_TRUE(answer.status >= 400 && answer.status < 500)
        << what << " " << answer.status << answer.raw.body;
    EXPECT_TRUE(answer.body.is_object()) << what << answer.raw.body;
    const bool is_app = answer.body.contains("error") && answer.body["error"].is_string();
    const bool is_framework = answer.body.contains("detail") && answer.body["detail"].is_string();
    EXPECT_NE(is_app, is_framework) << what << answer.raw.body;
    EXPECT_EQ(answer.raw.body.find("nlohmann"), std::string::npos) << answer.raw.body;
    EXPECT_EQ(answer.raw.body.find("exception"), std::string::npos) << answer.raw.body;
  }

  void TearDown() override {
    RecordProperty("probes", probes_);
    EXPECT_EQ(call("GET", "/health").status, 200);
    EXPECT_EQ(say(create_session(), "Hi").status, 200) << "it still works";
  }

  int probes_ = 0;
};

TEST_F(OddInputTest, OddJsonIsNeverA500) {
  const std::string id = create_session();
  for (const http::Route* route : routes()) {
    for (const Body& body : odd_json()) {
      expect_sane(send(*route, id, body), route->path + " " + body.name);
    }
  }
}

TEST_F(OddInputTest, OddMediaTypesAreNeverA500) {
  const std::string id = create_session();
  for (const http::Route* route : routes()) {
    for (const Body& body : odd_types()) {
      expect_sane(send(*route, id, body), route->path + " " + body.name);
    }
  }
}

TEST_F(OddInputTest, BodiesBeyondTheLimitAre413) {
  const std::string id = create_session();
  for (const http::Route* route : routes()) {
    const auto limit = static_cast<size_t>(route->limits.body_bytes_max);
    if (limit > 2 * 1024 * 1024) continue;  // the upload's own test sends that much
    Body body{"over", "application/json", std::string(limit + 1, ' ')};
    const auto refused = send(*route, id, body);
    EXPECT_EQ(refused.status, 413) << route->path;
    EXPECT_TRUE(refused.body["error"].is_string()) << route->path;
  }
}

TEST_F(OddInputTest, TheFamilyIsTheDocumentedOne) {
  const std::string id = create_session();
  for (const http::Route* route : routes()) {
    if (route->documentation.request.is_null() || route->limits.may_spool) continue;
    const auto bad_json = send(*route, id, {"", "application/json", "{\"a\":"});
    EXPECT_EQ(bad_json.status, 400) << route->path;
    // Documents 000/001 have a text of their own, and read JSON whatever its type.
    const bool has_own_text =
        route->path.starts_with("/api/chat/call") || route->path.starts_with("/api/customer/");
    const std::string said = bad_json.body.value(has_own_text ? "error" : "detail", "");
    EXPECT_THAT(said, HasSubstr(has_own_text ? "Invalid JSON" : "JSON parse error - "))
        << route->path;
    const auto bad_type = send(*route, id, {"", "text/plain", "x"});
    EXPECT_EQ(bad_type.status, has_own_text ? 400 : 415) << route->path;
    EXPECT_EQ(bad_type.body.value(has_own_text ? "error" : "detail", ""),
              has_own_text ? "Invalid JSON" : "Unsupported media type \"text/plain\" in request.")
        << route->path;
    const auto array = send(*route, id, {"", "application/json", "[]"});
    EXPECT_EQ(array.status, 400) << route->path;
    EXPECT_TRUE(array.body.contains("error")) << route->path;
  }
}

TEST_F(OddInputTest, OddHeadersAreNeverA500) {
  const std::string id = create_session();
  const std::vector<std::pair<std::string, std::string>> odd = {
      {"Idempotency-Key", std::string(129, 'k')},
      {"Idempotency-Key", "a b"},
      {"Idempotency-Key", "\xC3\xA9"},
      {"Idempotency-Key", ""},
      {"Last-Event-ID", "x"},
      {"Last-Event-ID", "1"},
      {"Last-Event-ID", "99999999999999999999.1"},
      {"Last-Event-ID", "-1.-1"},
      {"Last-Event-ID", "1.99999999999999999999"},
      {"Last-Event-ID", "0.0"},
      {"Accept", "text/event-stream;q=x"},
      {"Accept", std::string(4'000, ',')},
      {"X-Request-Id", "\xFF"},
      {"X-Request-Id", std::string(4'000, 'x')},
      {"Authorization", ""},
      {"Authorization", "Bearer"},
      {"Authorization", "Bearer \xFF\xFE"},
      {"Range", "bytes=0-0,1-1,-9"},
      {"Content-Encoding", "gzip"},
      {"Accept-Encoding", ",;,;q=,"},
      {"If-None-Match", "\"\","},
      {"Cookie", std::string(4'000, ';')}};
  for (const http::Route& route : app_->routes()) {
    for (const auto& header : odd) {
      const std::string method(
          route.method == http::Method::any ? "GET" : std::string(http::name_of(route.method)));
      const auto answer = call(method, path_of(route, id), nullptr, {header});
      ++probes_;
      EXPECT_TRUE(answer.status >= 200 && answer.status < 500)
          << method << " " << route.path << " " << header.first << ": " << header.second << " "
          << answer.status;
    }
  }
}

TEST_F(OddInputTest, OddQueriesAreNeverA500) {
  const std::string id = create_session();
  for (const http::Route& route : app_->routes()) {
    if (route.method != http::Method::get) continue;
    for (const char* query : {"?", "?&&==", "?a=%", "?a=%zz", "?a=%00", "?a=%ff", "?a=b?c=d",
                              "?limit=-1", "?sessionId[]=1", "?__proto__=1"}) {
      const auto answer = call("GET", path_of(route, id) + query);
      ++probes_;
      EXPECT_TRUE(answer.status >= 200 && answer.status < 500) << route.path << query;
    }
  }
}

TEST_F(OddInputTest, ASecondQuestionMarkDoesNotEndTheServer) {
  for (const char* target : {"/health?a=b?c=d", "/health??", "/health?a=b&?c=?d?"}) {
    const auto answer = call("GET", target);
    EXPECT_EQ(answer.status, 200) << target;
    EXPECT_EQ(answer.body["status"], "OK") << target;
  }
  EXPECT_EQ(call("GET", "/absent?a?b").status, 404);
}

TEST_F(OddInputTest, AnyTargetIsAnswered) {
  std::minstd_rand random(7);  // the same targets in every run
  const std::string bytes = "abcxyz0189-._~!$&'()*+,;=:@/?%[]{}|\\^`\"<>#%00%2f%2e%3f%25?&=/";
  for (int i = 0; i < 2'000; ++i) {
    std::string target = i % 2 == 0 ? "/" : "/health?";
    for (size_t length = random() % 40; length > 0; --length) {
      target += bytes[random() % bytes.size()];
    }
    const auto response = fetch(port(), "GET", target);
    ++probes_;
    ASSERT_TRUE(response) << target;
    EXPECT_TRUE(response->status >= 200 && response->status < 500) << target;
  }
}

TEST_F(OddInputTest, AnyMethodAndFormOfTargetIsAnswered) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE",
                             "CONNECT", "get", "X-NEW!"}) {
    for (const char* target :
         {"*", "/", "health", "?", "#", "//", "/?", "/??", "http://localhost/health?a?b",
          "http://localhost", "http://localhost?a?b", "http://other.test/health", "https:/x",
          "localhost:443", "/health#a?b", "/%3f?%3f?", "/static/widget/chatbot.js?v=1?2"}) {
      for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
        RawClient client(port());
        client.send(fmt::format(
            "{} {} {}\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", method,
            target, version));
        const auto response = client.read_head();
        ++probes_;
        ASSERT_TRUE(response) << method << " " << target << " " << version;
        const bool is_sane = (response->status >= 200 && response->status < 500) ||
                             response->status == 501;  // CONNECT
        EXPECT_TRUE(is_sane) << method << " " << target << " " << response->status;
      }
    }
  }
}

}  // namespace
}  // namespace parley
