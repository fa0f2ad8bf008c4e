// The whole route table against tests/golden/routes.txt, and against what document 004 lists.
//
// A route that comes, goes or changes its access or limit shows up in review as a changed line of
// that file.
#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>

#include "http/router.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

class GoldenTest : public AppFixture {
 protected:
  static const char* name_of(http::Access access) {
    switch (access) {
      case http::Access::server:
        return "server";
      case http::Access::open:
        return "open";
      case http::Access::visitor:
        return "visitor";
      case http::Access::admin:
        return "admin";
      case http::Access::superadmin:
        return "superadmin";
    }
    return "";
  }

  static std::string line_of(const http::Route& route) {
    return fmt::format("{:<7}{:<50}{:<11}{:>9}{}\n", http::name_of(route.method), route.path,
                       name_of(route.access), route.limits.body_bytes_max,
                       route.limits.may_spool ? " spooled" : "");
  }

  std::string table() const {
    std::string out;
    for (const http::Route& route : app_->routes()) out += line_of(route);
    return out;
  }
};

TEST_F(GoldenTest, TheRouteTableIsTheReviewedOne) {
  start();
  std::ifstream file(PARLEY_SOURCE_DIR "/tests/golden/routes.txt");
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(golden.str(), table()) << "if the change is meant, this is the new content";
}

TEST_F(GoldenTest, OnlyTheFrontPageDiffersByProfile) {
  start();
  const std::string plain = table();
  stop();
  start({{"DEMO_SITE", "true"}});
  std::string demo = table();
  const auto get = [](const char* path, http::Access access) {
    return line_of({http::Method::get, path, access, {http::unread_body_bytes_max}, {}, {}});
  };
  const std::string front = get("/", http::Access::server);
  const std::string page =
      get("/", http::Access::open) + get("/static/demo/{file*}", http::Access::open);
  const size_t at = demo.find(page);
  ASSERT_NE(at, std::string::npos) << demo;
  EXPECT_EQ(demo.replace(at, page.size(), front), plain);
}

TEST_F(GoldenTest, EveryDocumentedCallIsServedAndDescribed) {
  start();
  const std::vector<std::pair<std::string, std::string>> documented = {
      {"get", "/health"},
      {"post", "/api/sessions/create"},
      {"get", "/api/sessions/{session_id}"},
      {"put", "/api/sessions/{session_id}/config"},
      {"get", "/api/sessions/stats/summary"},
      {"get", "/api/sessions/bot-config"},
      {"post", "/api/chat/message"},
      {"get", "/api/chat/history/{session_id}"},
      {"delete", "/api/chat/history/{session_id}"},
      {"post", "/api/files/upload"},
      {"get", "/api/files/info/{session_id}"},
      {"post", "/api/files/query/{session_id}"},
      {"delete", "/api/files/{session_id}"},
      {"get", "/api/tenant/info"},
  };
  const Json paths = call("GET", "/openapi.json").body["paths"];
  for (const auto& [method, path] : documented) {
    ASSERT_TRUE(paths.contains(path)) << path;
    EXPECT_TRUE(paths[path].contains(method)) << method << " " << path;
  }
}

TEST_F(GoldenTest, EveryApiRouteIsDescribed) {
  start();
  const Json paths = call("GET", "/openapi.json").body["paths"];
  std::set<std::string> ids;
  std::set<std::string> served;
  for (const http::Route& route : app_->routes()) served.insert(route.path);
  for (const http::Route& route : app_->routes()) {
    if (!route.path.starts_with("/api/")) continue;
    // With or without the slash that the documents write: described once.
    if (served.contains(route.path + "/")) continue;
    std::string path = route.path;
    if (path.ends_with('/')) path.pop_back();
    std::string method(http::name_of(route.method));
    for (char& letter : method) letter = static_cast<char>(std::tolower(letter));
    ASSERT_TRUE(paths.contains(path)) << path;
    const Json& operation = paths[path][method];
    ASSERT_TRUE(operation.is_object()) << method << " " << path;
    EXPECT_TRUE(ids.insert(operation["operationId"]).second) << operation["operationId"];
    const bool is_guarded = route.access != http::Access::open;
    EXPECT_EQ(!operation["security"].empty(), is_guarded) << method << " " << route.path;
  }
}

}  // namespace
}  // namespace parley
