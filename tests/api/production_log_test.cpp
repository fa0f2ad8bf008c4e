// What must never be logged: tokens, keys, ids in paths, and what people write.
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/log.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;

/// Standard error goes to a file while this lives.
class CapturedErrors {
 public:
  explicit CapturedErrors(std::string path) : path_(std::move(path)), kept_(::dup(2)) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, 2);
    ::close(file);
  }
  ~CapturedErrors() {
    ::dup2(kept_, 2);
    ::close(kept_);
  }
  CapturedErrors(const CapturedErrors&) = delete;
  CapturedErrors& operator=(const CapturedErrors&) = delete;

  std::string text() const {
    log::flush();
    std::ifstream file(path_);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
  }

 private:
  std::string path_;
  int kept_;
};

class ProductionLogTest : public AppFixture {
 protected:
  /// Everything that says something, right and wrong.
  void talk() {
    const std::string id = create_session({{"customInstructions", "canary-instructions"}});
    secrets_ = {token_, id};
    const Headers owner = {{"Authorization", "Bearer " + token_}};
    say(id, "canary-question", owner);
    stream(id, "canary-streamed", owner);
    say(id, "canary-failed", owner);  // the provider quotes our key back
    say(id, "canary-refused", {{"Authorization", "Bearer canary-wrong-token"}});
    say(id, "canary-unauthorised");
    call("GET", "/api/sessions/" + id + "?token=canary-query", nullptr, owner);
    call("GET", "/canary-path");
    call("PUT", "/api/sessions/" + id + "/config", {{"config", {{"botName", 7}}}}, owner);
    Headers upload = owner;
    upload.emplace_back("Content-Type", upload_form_type);
    fetch(port(), "POST", "/api/files/upload", upload,
          upload_form(id, "name\ncanary-cell\n", "canary-file.csv"));
    fetch(port(), "POST", "/api/files/upload", upload, upload_form(id, "", "canary-empty.csv"));
    call("POST", "/api/files/query/" + id, {{"query", "canary-search"}}, owner);
    fetch(port(), "POST", "/api/chat/message", {{"Content-Type", "application/json"}},
          "{\"canary-broken");
    call("GET", "/health", nullptr, {{"Cookie", "canary-cookie"}, {"Referer", "canary-referer"}});
    RawClient broken(port());
    broken.send("GET /canary-smuggled HTTP/1.1\r\ncanary header\r\n\r\n");
    broken.read_response();
  }

  std::vector<std::string> secrets_;
};

TEST_F(ProductionLogTest, NoSecretAndNoWordOfAVisitorIsLogged) {
  script({{.body = claude_stream({"canary-answer"})},
          {.body = claude_stream({"canary-answer"})},
          {.status = 401, .body = "Incorrect API key: canary-api-key."}});
  std::string text;
  {
    const CapturedErrors errors(directory_.path("stderr.txt"));
    start({{"VISITOR_TOKEN_REQUIRED", "true"},
           {"ANTHROPIC_API_KEY", "canary-api-key"},
           {"SECRET_KEY", "canary-0123456789-0123456789-0123456789"}});
    log::set_level(log::Level::debug);
    talk();
    stop();
    log::set_level(log::Level::off);
    text = errors.text();
  }
  EXPECT_THAT(text, HasSubstr("\"event\":\"request\"")) << "the log was captured";
  EXPECT_THAT(text, HasSubstr("/api/chat/message"));
  EXPECT_THAT(text, HasSubstr("Incorrect API key")) << "what the provider said, without the key";
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  for (const std::string& secret : secrets_) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << "\n" << text;
  }
}

TEST_F(ProductionLogTest, ARequestIsItsTenants) {
  const std::string id = make_tenant("Acme", {"acme.example"});
  std::string text;
  {
    const CapturedErrors errors(directory_.path("stderr.txt"));
    start();
    log::set_level(log::Level::info);
    call("GET", "/api/sessions/bot-config", nullptr, {{"Host", "ACME.example:80"}});
    call("GET", "/api/sessions/bot-config", nullptr, {{"Host", "unknown.example"}});
    call("GET", "/health");
    stop();
    log::set_level(log::Level::off);
    text = errors.text();
  }
  std::map<std::string, int> tenants;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const Json parsed = parse_json(line).value_or(Json());
    if (parsed.value("event", "") == "request") ++tenants[parsed.value("tenant", "none")];
  }
  EXPECT_THAT(tenants,
              testing::UnorderedElementsAre(testing::Pair(id, 1), testing::Pair("none", 2)))
      << text;
}

TEST_F(ProductionLogTest, EveryLineIsOneJsonObject) {
  std::string text;
  {
    const CapturedErrors errors(directory_.path("stderr.txt"));
    script({{.body = claude_stream({"ok"})}});
    start();
    log::set_level(log::Level::debug);
    call("GET", "/health", nullptr, {{"X-Request-Id", "my-id.1"}});
    call("GET", "/health", nullptr, {{"X-Request-Id", "{\"forged\":1}"}});
    call("GET\x1b[31m", "/x");
    talk();
    stop();
    log::set_level(log::Level::off);
    text = errors.text();
  }
  std::istringstream lines(text);
  int requests = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = parse_json(line);
    ASSERT_TRUE(parsed && parsed->is_object()) << line;
    for (const char* key : {"time", "level", "event"}) EXPECT_TRUE(parsed->contains(key)) << line;
    if ((*parsed)["event"] == "request") ++requests;
  }
  EXPECT_GE(requests, 12);
  EXPECT_THAT(text, HasSubstr("\"requestId\":\"my-id.1\""));
  EXPECT_EQ(text.find("forged"), std::string::npos);
}

}  // namespace
}  // namespace parley
