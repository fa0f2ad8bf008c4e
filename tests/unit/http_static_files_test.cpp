#include "http/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "http/openapi.h"
#include "tests/fakes/temp_dir.h"

namespace parley::http {

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string header_of(const Reply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

class StaticFilesTest : public testing::Test {
 public:
  StaticFilesTest() {
    std::filesystem::create_directories(directory.path("widget"));
    write(directory.path("widget/chatbot.js"), "plain");
    write(directory.path("widget/chatbot.js.br"), "brotli!");
    write(directory.path("widget/chatbot.js.gz"), "gz");
    write(directory.path("widget/app.3f9a1c2e.css"), "hashed");
    write(directory.path("widget/lonely.gz"), "its own file");
    write(directory.path("page.html"), "<p>");
    write(directory.path(".secret"), "no");
    std::filesystem::create_symlink("/etc/passwd", directory.path("link"));
  }

  Reply get(const std::string& name, const net::HeaderFields& headers = {}) {
    Request request;
    request.method = "GET";
    request.headers = headers;
    return files->reply(request, name);
  }

  TempDir directory;
  Result<StaticFiles> files = fail(ErrorCode::unavailable, "not opened");
};

TEST_F(StaticFilesTest, lists_files_without_variants_links_and_dot_files) {
  const auto listed = StaticFiles::open(directory.path())->names();
  EXPECT_EQ(listed, (std::vector<std::string>{"page.html", "widget/app.3f9a1c2e.css",
                                              "widget/chatbot.js", "widget/lonely.gz"}));
}

TEST_F(StaticFilesTest, knows_only_what_it_listed) {
  files = StaticFiles::open(directory.path());
  for (const char* name : {"", "widget", "widget/", "../page.html", "widget/../page.html", "link",
                           ".secret", "widget/chatbot.js.gz", "/page.html", "page.html/"}) {
    EXPECT_EQ(get(name).status, 404) << name;
  }
}

TEST_F(StaticFilesTest, negotiates_the_coding_and_validates) {
  files = StaticFiles::open(directory.path(), {{"widget/", {{"X-Widget", "1"}}}});
  const auto length = [](const Reply& reply) { return std::get<File>(reply.body).length; };
  EXPECT_EQ(length(get("widget/chatbot.js")), 5);
  const Reply best = get("widget/chatbot.js", {{"accept-encoding", "gzip, deflate, br"}});
  EXPECT_EQ(length(best), 7);
  EXPECT_EQ(header_of(best, "Content-Encoding"), "br");
  EXPECT_EQ(header_of(best, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(best, "X-Widget"), "1");
  EXPECT_EQ(header_of(best, "Cache-Control"), "no-cache");
  EXPECT_EQ(best.content_type, "text/javascript; charset=utf-8");
  const Reply other = get("widget/chatbot.js", {{"accept-encoding", "br;q=0, gzip;q=0.5"}});
  EXPECT_EQ(header_of(other, "Content-Encoding"), "gzip");
  EXPECT_NE(header_of(other, "ETag"), header_of(best, "ETag"));
  const std::string etag = header_of(get("widget/chatbot.js"), "ETag");
  const Reply known = get("widget/chatbot.js", {{"if-none-match", "W/\"x\", " + etag}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(header_of(get("widget/app.3f9a1c2e.css"), "Cache-Control"),
            "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, a_missing_directory_is_an_error) {
  EXPECT_FALSE(StaticFiles::open(directory.path("nowhere")));
}

TEST(Openapi, describes_routes_with_their_parameters_errors_and_security) {
  Documentation about;
  about.tag = "Chat";
  about.summary = "Read the history";
  about.response = {{"type", "object"}};
  const Routes routes = {
      {Method::get, "/api/chat/history/{session_id}", Access::visitor, {}, about, nullptr},
      {Method::get, "/hidden", Access::open, {}, {}, nullptr}};
  const Json page = openapi(routes, {"Parley", "1", "", "/", "MIT", {{"Chat", "Talk."}}});
  EXPECT_EQ(page["openapi"], "3.1.0");
  EXPECT_EQ(page["paths"].size(), 1U);
  const Json& operation = page["paths"]["/api/chat/history/{session_id}"]["get"];
  EXPECT_EQ(operation["operationId"], "get_api_chat_history_session_id");
  EXPECT_EQ(operation["parameters"][0]["name"], "session_id");
  EXPECT_TRUE(operation["responses"].contains("404"));
  EXPECT_TRUE(operation["responses"].contains("401"));
  EXPECT_TRUE(operation["security"][0].contains("visitorToken"));
  EXPECT_EQ(page["tags"][0]["description"], "Talk.");
}

}  // namespace parley::http
