// Each rule on a few lines of good and bad code, so that it is known to be able to fail.
#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <utility>

namespace parley::tidy {
namespace {

Source file(std::string path, std::string text = "") {
  return parse_source(std::move(path), std::move(text));
}

std::string include(const std::string& target) {
  return "#include \"" + target + "\"\n";
}

TEST(Scanner, TellsCodeFromCommentsAndLiterals) {
  const Source source =
      file("src/a.cpp",
           "int a; // getenv(\"x\")\n/* \"no\"\n */ f(\"one\"\n  \"two\", 'c', '\"');"
           "g(R\"sql(three \" \"four)sql\"); n = 1'000;");
  EXPECT_EQ(source.code.find("getenv"), std::string::npos);
  ASSERT_EQ(source.literals.size(), 2U);
  EXPECT_EQ(source.literals[0].text, "onetwo");
  EXPECT_EQ(source.literals[0].line, 3);
  EXPECT_EQ(source.literals[1].text, "three \" \"four");
  EXPECT_NE(source.code.find("n = 1'000;"), std::string::npos);
}

TEST(Scanner, SurvivesUnfinishedText) {
  for (const char* text :
       {"\"", "'", "R\"(", "R\"", "/*", "//", "\"\\", "#include \"", "#include <"}) {
    EXPECT_LE(file("src/a.cpp", text).code.size(), std::string(text).size() + 1) << text;
  }
}

struct Edge {
  std::string path;
  std::string target;
  bool allowed;
};

TEST(Includes, FollowTheTable) {
  const std::vector<Edge> edges = {
      {"src/base/a.cpp", "base/json.h", true},
      {"src/base/a.cpp", "net/upstream.h", false},
      {"src/net/a.cpp", "crypto/random.h", true},
      {"src/net/a.cpp", "http/reply.h", false},
      {"src/db/sqlite/a.cpp", "events/bus.h", true},
      {"src/db/a.cpp", "net/upstream.h", false},
      {"src/http/a.cpp", "net/message.h", true},
      {"src/http/a.cpp", "db/database.h", false},
      {"src/files/service.cpp", "db/database.h", true},
      {"src/files/service.cpp", "http/reply.h", false},
      {"src/files/routes.cpp", "http/reply.h", true},
      {"src/files/routes_upload.cpp", "http/reply.h", true},
      {"src/files/documentation.h", "http/route.h", true},
      {"src/files/service.cpp", "conversations/conversations.h", false},
      {"src/chat/service.cpp", "conversations/conversations.h", true},
      {"src/chat/service.cpp", "conversations/store.h", false},
      {"src/chat/service.cpp", "sessions/sessions.h", false},
      {"src/chat/service.cpp", "providers/provider.h", true},
      {"src/chat/service.cpp", "providers/registry.h", true},
      {"src/chat/service.cpp", "providers/claude/wire.h", false},
      {"src/chat/service.cpp", "files/context.h", true},
      {"src/files/service.cpp", "providers/registry.h", false},
      {"src/sessions/service.cpp", "providers/provider.h", false},
      {"src/files/service.cpp", "app/app.h", false},
      {"providers/claude/wire.cpp", "base/json.h", true},
      {"providers/claude/wire.cpp", "net/upstream.h", true},
      {"providers/claude/wire.cpp", "net/front_door.h", false},
      {"providers/claude/wire.cpp", "chat/chat.h", false},
      {"src/app/app.cpp", "chat/service.h", true},
      {"src/main.cpp", "app/app.h", true},
      {"tests/unit/a_test.cpp", "chat/store.h", true},
      {"src/surprise/a.cpp", "base/json.h", false},
  };
  for (const Edge& edge : edges) {
    EXPECT_EQ(check_includes({file(edge.path, include(edge.target))}).empty(), edge.allowed)
        << edge.path << " -> " << edge.target;
  }
}

TEST(Cycles, AreFoundThroughOtherFolders) {
  const Source a = file("src/a/x.h", include("b/x.h"));
  const Source b = file("src/b/x.h", include("c/x.h"));
  EXPECT_TRUE(check_cycles({a, b, file("src/c/x.h", include("c/y.h"))}).empty());
  EXPECT_EQ(check_cycles({a, b, file("src/c/x.h", include("a/x.h"))}).size(), 3U);
}

TEST(Libraries, StayAtHome) {
  EXPECT_TRUE(check_libraries({file("src/http/a.cpp", "#include <httplib.h>\n")}).empty());
  EXPECT_TRUE(check_libraries({file("src/base/log.cpp", "#include <spdlog/spdlog.h>\n")}).empty());
  EXPECT_TRUE(check_libraries({file("tests/fakes/a.cpp", "#include <boost/asio.hpp>\n")}).empty());
  EXPECT_EQ(check_libraries({file("src/net/a.cpp", "#include <httplib.h>\n")}).size(), 1U);
  EXPECT_EQ(check_libraries({file("src/base/text.cpp", "#include <spdlog/spdlog.h>\n")}).size(),
            1U);
  EXPECT_EQ(check_libraries({file("src/chat/a.cpp", "#include <openssl/sha.h>\n")}).size(), 1U);
  EXPECT_EQ(check_libraries({file("providers/a.cpp", "#include <curl/curl.h>\n")}).size(), 1U);
}

TEST(Environment, IsReadInOneFile) {
  const Source one = file("src/app/environment.cpp", "auto p = std::getenv(\"PORT\");");
  EXPECT_TRUE(check_environment({one}).empty());
  EXPECT_EQ(check_environment({one, file("providers/a.cpp", "getenv(\"KEY\");")}).size(), 2U);
}

TEST(Sizes, HaveLimits) {
  const std::string lines_200(200, '\n');
  EXPECT_TRUE(check_sizes({file("src/a.h", lines_200), file("src/a.cpp", lines_200)}).empty());
  EXPECT_EQ(check_sizes({file("src/a.h", lines_200 + "\n")}).size(), 1U);
  EXPECT_EQ(check_sizes({file("widget/a.ts", lines_200 + lines_200 + "\n")}).size(), 1U);
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "é";
  EXPECT_TRUE(check_sizes({file("src/a.cpp", wide)}).empty());
  EXPECT_EQ(check_sizes({file("src/a.cpp", wide + "e")}).size(), 1U);
}

TEST(Headers, SayWhatTheyAre) {
  EXPECT_TRUE(check_headers({file("src/a.h", "// A: a thing.\n#pragma once\n")}).empty());
  EXPECT_EQ(check_headers({file("src/a.h", "#pragma once\n")}).size(), 2U);
}

TEST(Sql, LivesInStoresAndNamesTheTenant) {
  const Source schema = file("src/db/migrations/0001_first.sql",
                             "CREATE TABLE notes (\n tenant_id TEXT,\n id TEXT);\n"
                             "CREATE TABLE settings (name TEXT);");
  const auto findings = [&](const std::string& path, const std::string& sql) {
    return check_sql({schema, file(path, "run(\"" + sql + "\");")});
  };
  EXPECT_TRUE(findings("src/files/store.cpp", "SELECT id FROM notes WHERE tenant_id = $1").empty());
  EXPECT_TRUE(findings("src/files/store.cpp", "SELECT name FROM settings").empty());
  EXPECT_TRUE(findings("src/files/service.cpp", "Could not UPDATE the file").empty());
  EXPECT_TRUE(findings("src/db/migrator.cpp", "PRAGMA user_version").empty());
  ASSERT_EQ(findings("src/files/store.cpp", "DELETE FROM notes").size(), 1U);
  EXPECT_EQ(findings("src/files/store.cpp", "DELETE FROM notes")[0].rule, "tenant");
  ASSERT_EQ(findings("src/files/service.cpp", "SELECT name FROM settings").size(), 1U);
  EXPECT_EQ(findings("src/files/service.cpp", "SELECT name FROM settings")[0].rule, "sql");
}

TEST(Widget, BuildsTextAsText) {
  const std::string sink = "node.innerHTML = text;";
  EXPECT_EQ(check_widget({file("widget/chat/app.ts", sink)}).size(), 1U);
  EXPECT_TRUE(check_widget({file("widget/chat/app.test.ts", sink)}).empty());
  EXPECT_TRUE(check_widget({file("widget/chat/app.ts", "node.textContent = text;")}).empty());
}

TEST(Leftovers, AreFoundInComments) {
  const std::string note =
      "// TO"
      "DO: later";
  EXPECT_EQ(check_leftovers({file("src/a.cpp", note)}).size(), 1U);
  EXPECT_TRUE(check_leftovers({file("src/a.cpp", "mkdtemp(\"parley-XXXXXX\")")}).empty());
}

TEST(Sleeps, AreFoundInTests) {
  const std::string wait = "std::this_thread::sleep_for(1s);";
  EXPECT_EQ(check_sleeps({file("tests/unit/a_test.cpp", wait)}).size(), 1U);
  EXPECT_TRUE(check_sleeps({file("tests/unit/a_test.cpp", "// " + wait)}).empty());
  EXPECT_TRUE(check_sleeps({file("src/net/a.cpp", wait)}).empty());
}

TEST(Registries, AreNotNamed) {
  const std::string host =
      "https://registry."
      "npmjs.org/a";
  EXPECT_EQ(check_registries({file("Dockerfile", "RUN curl " + host)}).size(), 1U);
  EXPECT_EQ(check_registries({file("widget/package-lock.json", "\"resolved\": \"x\"")}).size(), 1U);
  EXPECT_TRUE(check_registries({file("widget/package-lock.json", "\"integrity\": \"x\"")}).empty());
}

}  // namespace
}  // namespace parley::tidy
