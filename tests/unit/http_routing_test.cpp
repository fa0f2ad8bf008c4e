#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/cors.h"
#include "http/form.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/response_headers.h"
#include "http/router.h"
#include "http/target.h"

namespace parley::http {

namespace {

Route route(Method method, const std::string& path) {
  return Route{method, path, Access::open, {}, {}, nullptr};
}

constexpr const char* id = "0123abcd-0123-4123-8123-0123456789ab";

std::string header_of(const net::HeaderFields& headers, const std::string& name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

TEST(Target, decodes_segments_one_by_one) {
  using Segments = std::vector<std::string>;
  EXPECT_EQ(path_segments("/"), Segments({""}));
  EXPECT_EQ(path_segments("/a/b?c/d"), Segments({"a", "b"}));
  EXPECT_EQ(path_segments("/a/"), Segments({"a", ""}));
  EXPECT_EQ(path_segments("/a%2Fb/%C3%A9+"), Segments({"a/b", "\xC3\xA9+"}));
  for (const char* bad : {"", "a", "*", "/%", "/%1", "/%G0", "/%00", "/%1f", "/%C3", "/%7F"}) {
    EXPECT_FALSE(path_segments(bad)) << bad;
  }
}

TEST(Form, reads_the_last_value_of_each_name) {
  const auto fields = parse_form("a=1&b=x+y%26&a=2&&c&=d&e=f=g");
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (std::map<std::string, std::string>{
                         {"", "d"}, {"a", "2"}, {"b", "x y&"}, {"c", ""}, {"e", "f=g"}}));
  EXPECT_FALSE(parse_form("a=%"));
  EXPECT_FALSE(parse_form("a=%FF"));
  EXPECT_FALSE(parse_form(std::string(form_fields_max, '&')));
}

TEST(Router, matches_literals_ids_names_and_tails) {
  const Routes routes = {route(Method::get, "/"),
                         route(Method::get, "/s/{session_id}"),
                         route(Method::put, "/s/{session_id}/config"),
                         route(Method::get, "/s/{name}/about"),
                         route(Method::get, "/static/{path*}"),
                         route(Method::any, "/health")};
  const Router router(routes);
  const auto path_of = [&router](const char* method, const std::string& target) {
    const auto match = router.match(method, *path_segments(target));
    return match.route == nullptr ? "-" + match.allow : match.route->path;
  };
  EXPECT_EQ(path_of("GET", "/"), "/");
  EXPECT_EQ(path_of("GET", std::string("/s/") + id), "/s/{session_id}");
  EXPECT_EQ(path_of("HEAD", std::string("/s/") + id), "/s/{session_id}");
  EXPECT_EQ(path_of("GET", "/s/0123ABCD-0123-4123-8123-0123456789AB"), "-");
  EXPECT_EQ(path_of("PUT", std::string("/s/") + id + "/config"), "/s/{session_id}/config");
  EXPECT_EQ(path_of("PATCH", std::string("/s/") + id + "/config"), "-PUT, OPTIONS");
  EXPECT_EQ(path_of("GET", "/s/x/about"), "/s/{name}/about");
  EXPECT_EQ(path_of("GET", "/s//about"), "-");
  EXPECT_EQ(path_of("BREW", "/health"), "/health");
  EXPECT_EQ(path_of("GET", "/health/"), "-");
  EXPECT_EQ(path_of("GET", "/static"), "-");
  EXPECT_EQ(router.match("GET", *path_segments("/static/a/b.js")).parameters.at("path"), "a/b.js");
}

TEST(Cors, lets_exactly_the_listed_origins_in) {
  const std::vector<std::string> allowed = {"https://shop.example", "http://localhost:3000"};
  EXPECT_TRUE(is_origin_allowed(allowed, "https://shop.example"));
  for (const char* origin : {"null",
                             "",
                             "https://shop.example.evil.com",
                             "https://evilshop.example",
                             "https://shop.example.",
                             "http://shop.example",
                             "https://shop.example:443",
                             "https://shop.example:8443",
                             "HTTPS://shop.example",
                             "https://SHOP.example",
                             "https://www.shop.example",
                             "https://shop.example/",
                             "https://shop.exampl",
                             "https://shop-example",
                             "https://shopXexample",
                             "https://xn--shp-0na.example",
                             "https://shop.example@evil.com",
                             "http://localhost:30000",
                             "http://localhost",
                             "https://shop.example, https://evil.com",
                             "*"}) {
    EXPECT_FALSE(is_origin_allowed(allowed, origin)) << origin;
    net::RequestHead head;
    head.fields = {{"origin", origin}, {"access-control-request-method", "POST"}};
    net::HeaderFields headers;
    add_cors(allowed, head.fields, headers);
    EXPECT_EQ(header_of(headers, "Access-Control-Allow-Origin"), "") << origin;
    EXPECT_EQ(header_of(headers, "Vary"), "Origin");
    EXPECT_EQ(options_reply(allowed, head.fields, "POST").status, 403) << origin;
  }
}

TEST(Cors, answers_preflights) {
  net::RequestHead head;
  head.fields = {{"origin", "https://shop.example"}, {"access-control-request-method", "POST"}};
  const auto reply = options_reply({"https://shop.example"}, head.fields, "POST, OPTIONS");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(header_of(reply.headers, "Access-Control-Allow-Methods"), "POST, OPTIONS");
  EXPECT_THAT(
      header_of(reply.headers, "Access-Control-Allow-Headers"),
      testing::AllOf(testing::HasSubstr("Authorization"), testing::HasSubstr("Idempotency-Key"),
                     testing::HasSubstr("Last-Event-ID")));
  net::HeaderFields any;
  add_cors({"*"}, head.fields, any);
  EXPECT_EQ(header_of(any, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header_of(any, "Access-Control-Allow-Credentials"), "");
}

TEST(ResponseHeaders, a_reply_keeps_its_own) {
  net::HeaderFields headers = {{"content-security-policy", "own"}, {"CACHE-CONTROL", "no-cache"}};
  add_security_headers(true, headers);
  EXPECT_EQ(header_of(headers, "Content-Security-Policy"), "");
  EXPECT_EQ(header_of(headers, "Cache-Control"), "");
  EXPECT_THAT(header_of(headers, "Strict-Transport-Security"), testing::HasSubstr("31536000"));
}

TEST(ResponseHeaders, frames_are_denied_where_the_policy_names_nobody) {
  net::HeaderFields plain;
  add_security_headers(false, plain);
  EXPECT_EQ(header_of(plain, "X-Frame-Options"), "DENY");
  net::HeaderFields panel = {{"Content-Security-Policy", "frame-ancestors https://shop.example"}};
  add_security_headers(false, panel);
  EXPECT_EQ(header_of(panel, "X-Frame-Options"), "");
}

TEST(Request, accepts_only_what_is_named) {
  Request request;
  const auto accepts = [&request](const std::string& value) {
    request.headers = {{"accept", value}};
    return request.accepts("text/event-stream");
  };
  EXPECT_TRUE(accepts("text/event-stream"));
  EXPECT_TRUE(accepts("application/json;q=0.5, Text/Event-Stream; q=0.1"));
  EXPECT_FALSE(accepts("*/*"));
  EXPECT_FALSE(accepts("text/*"));
  EXPECT_FALSE(accepts("text/event-stream;q=0"));
  EXPECT_FALSE(accepts("text/event-stream;q=0.000"));
  EXPECT_FALSE(Request().accepts("text/event-stream"));
}

TEST(Reply, errors_never_show_what_is_internal) {
  EXPECT_EQ(std::get<std::string>(error_reply({ErrorCode::internal, "secret", "x"}).body),
            R"({"error":"Internal server error"})");
  EXPECT_EQ(
      std::get<std::string>(error_reply({ErrorCode::invalid, "JSON parse error - x", ""}).body),
      R"({"detail":"JSON parse error - x"})");
  EXPECT_EQ(error_reply({ErrorCode::storage_full, "Full", ""}).status, 507);
}

TEST(Replies, ErrorsGiveAdviceAndSayWhenToTryAgain) {
  Error error{ErrorCode::rate_limited, "Token limit exceeded", "secret"};
  error.advice = "Tenant has used 5/5 tokens";
  error.retry_after_ms = 1'001;
  const Reply reply = error_reply(error);
  EXPECT_EQ(std::get<std::string>(reply.body),
            R"({"error":"Token limit exceeded","message":"Tenant has used 5/5 tokens"})");
  EXPECT_EQ(header_of(reply.headers, "Retry-After"), "2") << "whole seconds, never too early";
  EXPECT_EQ(header_of(error_reply({ErrorCode::rate_limited, "Slow", ""}).headers, "Retry-After"),
            "");
  error.code = ErrorCode::internal;
  EXPECT_EQ(std::get<std::string>(error_reply(error).body), R"({"error":"Internal server error"})");
}

}  // namespace parley::http
