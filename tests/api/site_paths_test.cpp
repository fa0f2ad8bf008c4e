// Paths that are none of ours: never a file from elsewhere, always a JSON error.
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/api/app_fixture.h"

namespace parley {
namespace {

class SitePathsTest : public AppFixture {
 protected:
  /// A widget directory with a file beside it, one hidden in it, and a link that leads out of it.
  std::string widget_directory() {
    std::string folder = directory_.path("widget");
    for (const char* part : {"/demo", "/docs", "/.git"}) {
      std::filesystem::create_directories(folder + part);
    }
    for (const char* name : {"chatbot.html", "demo/index.html", "docs/index.html"}) {
      std::ofstream(folder + "/" + name) << "page";
    }
    for (const char* name : {"../secret.txt", ".git/config", ".env"}) {
      std::ofstream(folder + "/" + name) << "outside-canary";
    }
    std::filesystem::create_symlink(directory_.path("secret.txt"), folder + "/link.txt");
    std::filesystem::create_directory_symlink(directory_.path(), folder + "/up");
    return folder;
  }
};

TEST_F(SitePathsTest, NoTrickLeavesTheWidgetsFolder) {
  start({{"WIDGET_DIR", widget_directory()}});
  const std::vector<std::string> tails = {"../secret.txt",
                                          "..%2fsecret.txt",
                                          "..%2Fsecret.txt",
                                          "%2e%2e/secret.txt",
                                          "%2e%2e%2fsecret.txt",
                                          "%252e%252e%252fsecret.txt",
                                          "..%252fsecret.txt",
                                          "..%5csecret.txt",
                                          "..\\secret.txt",
                                          "....//secret.txt",
                                          "..;/secret.txt",
                                          "./../secret.txt",
                                          "demo/../../secret.txt",
                                          "demo/%2e%2e/%2e%2e/secret.txt",
                                          "..%c0%afsecret.txt",
                                          "..%e0%80%afsecret.txt",
                                          "%c0%ae%c0%ae/secret.txt",
                                          "..%00/secret.txt",
                                          "chatbot.html%00.txt",
                                          "%00",
                                          "chatbot.html%0a",
                                          "/etc/passwd",
                                          "%2fetc%2fpasswd",
                                          "..%2f..%2f..%2f..%2f..%2fetc/passwd",
                                          "file:///etc/passwd",
                                          "link.txt",
                                          "up/secret.txt",
                                          ".env",
                                          ".git/config",
                                          "%2eenv",
                                          "",
                                          ".",
                                          "..",
                                          "demo",
                                          "demo/",
                                          "CHATBOT.HTML",
                                          "chatbot.html/",
                                          "chatbot.html/.",
                                          "chatbot.html;x",
                                          "chatbot.html%20",
                                          "chatbot.html.",
                                          "%",
                                          "%2",
                                          "%zz",
                                          "data/parley.db",
                                          "../data/parley.db"};
  int probes = 0;
  for (const char* root : {"/static/widget/", "/static/docs/", "/widget/", "/docs/", "/"}) {
    for (const std::string& tail : tails) {
      if (root + tail == "/") continue;
      const auto answer = answer_of(fetch(port(), "GET", root + tail));
      ++probes;
      EXPECT_TRUE(answer.status == 404 || answer.status == 400)
          << root << tail << " " << answer.status;
      EXPECT_TRUE(answer.body.contains("error")) << root << tail << answer.raw.body;
      EXPECT_EQ(answer.raw.body.find("outside-canary"), std::string::npos) << root << tail;
      EXPECT_EQ(answer.raw.body.find("root:"), std::string::npos) << root << tail;
    }
  }
  RecordProperty("probes", probes);
  EXPECT_EQ(call("GET", "/health").status, 200);
}

TEST_F(SitePathsTest, RawControlBytesInThePathAreRefused) {
  start();
  for (const char byte : {'\0', '\x01', '\t', '\x7f', '\n', '\r'}) {
    RawClient client(port());
    client.send(std::string("GET /static/widget/chatbot.html") + byte +
                " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto response = client.read_response();
    ASSERT_TRUE(response) << static_cast<int>(byte);
    EXPECT_EQ(response->status, 400) << static_cast<int>(byte);
  }
}

TEST_F(SitePathsTest, UnknownPathsAreJson) {
  start();
  for (const char* path :
       {"/absent", "/api", "/api/", "/api/sessions", "/api/chat/absent", "/static", "/static/",
        "/static/widget/absent.js", "/admin", "/index.php", "/.env", "//health", "/health//"}) {
    const auto answer = call("GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, (Json{{"error", "Not found"}})) << path;
    EXPECT_EQ(answer.raw.header("content-type"), "application/json") << path;
  }
}

TEST_F(SitePathsTest, ATrailingSlashIsAnotherPath) {
  start();
  const std::string id = create_session();
  std::set<std::string> paths;
  for (const http::Route& route : app_->routes()) paths.insert(route.path);
  for (const http::Route& route : app_->routes()) {
    if (route.path == "/" || route.path.ends_with("*}")) continue;
    if (paths.contains(route.path + "/")) continue;  // documents 000/001 write some with it
    std::string path = route.path;
    for (const char* name :
         {"{session_id}", "{file_id}", "{receipt_id}", "{customer_id}", "{key_id}"}) {
      const size_t at = path.find(name);
      if (at != std::string::npos) path.replace(at, std::string(name).size(), id);
    }
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
      EXPECT_EQ(call(method, path + "/").status, 404) << method << " " << path << "/";
    }
  }
}

TEST_F(SitePathsTest, OtherMethodsAreToldWhichOnesThereAre) {
  start();
  const std::string id = create_session();
  for (const http::Route& route : app_->routes()) {
    if (route.method == http::Method::any) continue;
    std::string path = route.path;
    for (const char* name :
         {"{session_id}", "{file_id}", "{receipt_id}", "{customer_id}", "{key_id}", "{file*}"}) {
      const size_t at = path.find(name);
      if (at != std::string::npos) path.replace(at, std::string(name).size(), id);
    }
    for (const char* method : {"PATCH", "TRACE", "PROPFIND"}) {
      const auto answer = call(method, path);
      EXPECT_EQ(answer.status, 405) << method << " " << path;
      EXPECT_EQ(answer.body["detail"], std::string("Method \"") + method + "\" not allowed.");
      EXPECT_NE(answer.raw.header("allow"), "") << path;
    }
  }
}

}  // namespace
}  // namespace parley
