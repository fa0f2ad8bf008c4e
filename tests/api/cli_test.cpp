// The command line, beside a running server and without one.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/server_address.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliTest : public AppFixture {
 protected:
  struct Output {
    int code = 0;
    std::string out;
    std::string err;
  };

  Output run(const std::vector<std::string>& words, const Environment& changes = {}) {
    app::SettingSources sources;
    sources.env_file = directory_.path("absent.env");
    sources.config_directory = config_directory_;
    // Another PORT than the server's: it is found by its data.
    sources.environment = {{"APP_PROFILE", "testing"},
                           {"PORT", "1"},
                           {"DATA_DIR", directory_.path("data")},
                           {"MEDIA_DIR", directory_.path("media")},
                           {"WIDGET_DIR", PARLEY_SOURCE_DIR "/tests/api/widget"}};
    for (const auto& [name, value] : changes) sources.environment[name] = value;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Output output;
    output.code = app::run_command(words, sources);
    std::fflush(stdout);
    output.out = testing::internal::GetCapturedStdout();
    output.err = testing::internal::GetCapturedStderr();
    return output;
  }

  bool exists(const std::string& name) const {
    return std::filesystem::exists(directory_.path(name));
  }
};

TEST_F(CliTest, TheSampleTenantIsMadeOnceWithTheDocumentedTexts) {
  const std::vector<std::string> words = {"create-sample-tenant",
                                          "--name",
                                          "Sample Company",
                                          "--domain",
                                          "localhost",
                                          "--system",
                                          "Be brief."};
  const auto made = run(words);
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, "Successfully created tenant: Sample Company (localhost)\n");
  const auto again = run(words);
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.out, "Tenant already exists: Sample Company (localhost)\n");
  const auto other = run({"create_sample_tenant", "--domain=b.example", "--name=B"});
  EXPECT_EQ(other.out, "Successfully created tenant: B (b.example)\n");
  const auto shown = run({"tenant", "show", "localhost", "--json"});
  EXPECT_EQ(Json::parse(shown.out)["settings"]["systemParameter"], "Be brief.");
}

TEST_F(CliTest, BesideARunningServerItTalksToThatOne) {
  start();
  ASSERT_TRUE(exists("data/server.address"));
  const auto made = run({"tenant", "create", "Acme", "--domain", "acme.example", "--limit", "7",
                         "--unit", "calls", "--settings", R"({"bot":{"name":"Wiley"}})"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.err.find("new installation"), std::string::npos);
  const auto bot = call("GET", "/api/sessions/bot-config", nullptr, {{"Host", "acme.example"}});
  EXPECT_EQ(bot.status, 200) << "the running server knows it at once";
  const auto listed = run({"tenant", "list"});
  EXPECT_THAT(listed.out, AllOf(StartsWith("ID "), HasSubstr("Acme"), HasSubstr("acme.example"),
                                HasSubstr("active  0/7 calls")));
  EXPECT_EQ(run({"tenant", "suspend", "acme.example"}).code, 0);
  EXPECT_EQ(call("GET", "/api/sessions/bot-config", nullptr, {{"Host", "acme.example"}}).status,
            404);
  EXPECT_EQ(run({"tenant", "resume", "acme.example"}).code, 0);
  EXPECT_EQ(run({"tenant", "update", "acme.example", "--name", "Acme Ltd"}).code, 0);
  EXPECT_THAT(run({"tenant", "show", "acme.example"}).out, HasSubstr("Acme Ltd"));
  stop();
  EXPECT_FALSE(exists("data/server.address"));
  EXPECT_THAT(run({"tenant", "list"}).out, HasSubstr("Acme Ltd")) << "and without a server, too";
}

TEST_F(CliTest, AKilledServersAddressIsNotTalkedTo) {
  start();
  stop();
  fakes::FakeUpstream impostor(fakes::in_order({{.body = "{\"tenants\":[]}"}}));
  ASSERT_TRUE(app::write_server_address(directory_.path("data"), impostor.url()));
  EXPECT_THAT(run({"tenant", "list"}).out, HasSubstr("Parley"));
  EXPECT_TRUE(impostor.requests().empty()) << "the operator's key went astray";
}

TEST_F(CliTest, KeysAreMadeListedAndRevoked) {
  start();
  ASSERT_EQ(run({"tenant", "create", "Acme", "--domain", "acme.example"}).code, 0);
  const auto made = run({"key", "create", "console", "--tenant", "acme.example"});
  ASSERT_THAT(made.out, StartsWith("pk_"));
  EXPECT_EQ(made.out.find(' '), std::string::npos) << "nothing but the key, for scripts";
  const std::string key = made.out.substr(0, made.out.size() - 1);
  const auto get = [&] {
    return call("GET", "/api/admin/tenants/acme.example", nullptr,
                {{"Authorization", "Bearer " + key}})
        .status;
  };
  EXPECT_EQ(get(), 200);
  const auto listed = run({"key", "list", "--tenant", "acme.example", "--json"});
  const Json keys = Json::parse(listed.out);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0]["label"], "console");
  EXPECT_EQ(listed.out.find("pk_"), std::string::npos);
  EXPECT_EQ(run({"key", "revoke", keys[0]["id"], "--tenant", "acme.example"}).code, 0);
  EXPECT_EQ(get(), 401);
  EXPECT_THAT(run({"key", "create", "ops"}).out, StartsWith("pk_"));
  EXPECT_THAT(run({"key", "list"}).out, AllOf(HasSubstr("ops"), Not(HasSubstr("console"))));
}

TEST_F(CliTest, TheSampleCompaniesAreMadeOnceAndDiffer) {
  start();
  const auto made = run({"setup-dev-data"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, AllOf(HasSubstr("Made Acme Corporation (acme.localhost), 3 customers"),
                              HasSubstr("http://globex.localhost:" + std::to_string(port()))));
  const auto again = run({"setup-dev-data"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("Already there: Globex (globex.localhost), 0 customers"),
                               Not(HasSubstr("Made"))));
  const auto bot_of = [&](const char* host) {
    return call("GET", "/api/sessions/bot-config", nullptr, {{"Host", host}}).body;
  };
  const Json acme = bot_of("acme.localhost");
  const Json globex = bot_of("globex.localhost:8000");
  for (const char* field : {"botName", "botColor", "greeting", "starterQuestions"}) {
    EXPECT_NE(acme[field], globex[field]) << field;
  }
  EXPECT_EQ(Json::parse(run({"tenant", "list", "--json"}).out).size(), 3U);
}

TEST_F(CliTest, UsageCountsWhatWasSaid) {
  script({{.body = claude_stream({"hello"})}});
  start();
  EXPECT_EQ(say(create_session(), "hi").status, 200);
  const auto csv = run({"usage", "--csv"});
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_THAT(csv.out, StartsWith("tenant_id,tenant,date,"));
  EXPECT_THAT(csv.out, HasSubstr(",claude,claude-test,1,0,")) << csv.out;
  const Json report = Json::parse(run({"usage", "localhost", "--json"}).out)[0];
  EXPECT_EQ(report["total"]["calls"], 1);
  EXPECT_EQ(report["total"]["inputTokens"], 11);
  EXPECT_EQ(report["total"]["outputTokens"], 7);
  const auto bad = run({"usage", "--from", "yesterday"});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, StartsWith("parley: "));
  EXPECT_THAT(run({"usage", "localhost"}).out, HasSubstr("total"));
}

TEST_F(CliTest, WrongUsageIsSaidAndNothingIsDone) {
  const std::vector<std::vector<std::string>> wrong = {{"frobnicate"},
                                                       {"tenant"},
                                                       {"tenant", "frob"},
                                                       {"tenant", "create"},
                                                       {"tenant", "show"},
                                                       {"tenant", "show", "a", "b"},
                                                       {"tenant", "list", "--nope"},
                                                       {"key", "revoke"},
                                                       {"usage", "a", "b"},
                                                       {"backup"},
                                                       {"doctor", "now"},
                                                       {"run", "fast"},
                                                       {"config", "--json"},
                                                       {"tenant", "create", "A", "--limit"}};
  for (const auto& words : wrong) {
    const auto refused = run(words);
    EXPECT_EQ(refused.code, 2) << words.back();
    EXPECT_THAT(refused.err, HasSubstr("parley")) << words.back();
    EXPECT_EQ(refused.out, "") << words.back();
  }
  EXPECT_FALSE(exists("data")) << "no installation was made by a mistake";
}

TEST_F(CliTest, WhatTheServerRefusesIsSaidInItsWords) {
  start();
  const std::vector<std::pair<std::vector<std::string>, std::string>> cells = {
      {{"tenant", "show", "nobody.example"}, "Not found"},
      {{"tenant", "create", "A", "--domain", "no host"}, "no host name"},
      {{"tenant", "create", "A", "--domain", "localhost"}, "Tenant already exists: Parley"},
      {{"tenant", "create", "A", "--domain", "a.example", "--limit", "many"}, "whole number"},
      {{"tenant", "create", "A", "--domain", "a.example", "--settings", "{"}, "JSON"},
      {{"tenant", "update", "localhost"}, "Nothing to change"},
      {{"tenant", "update", "localhost", "--settings", R"({"frob":1})"}, "frob"},
      {{"key", "revoke", "00000000-0000-4000-8000-00000000ffff"}, "Not found"}};
  for (const auto& [words, said] : cells) {
    const auto refused = run(words);
    EXPECT_EQ(refused.code, 1) << said;
    EXPECT_THAT(refused.err, AllOf(StartsWith("parley: "), HasSubstr(said)));
  }
}

TEST_F(CliTest, EveryCommandHasHelp) {
  const auto help = run({"help"});
  EXPECT_EQ(help.code, 0);
  for (const char* name : {"tenant create", "key revoke", "usage", "setup-dev-data", "backup",
                           "restore", "doctor", "create-sample-tenant", "health", "version"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + name));
  }
  EXPECT_THAT(run({"help", "tenant", "create"}).out, HasSubstr("[--domain DOMAIN]"));
  EXPECT_THAT(run({"backup", "--help"}).out, HasSubstr("parley backup DIRECTORY"));
  EXPECT_EQ(run({"help", "nonsense"}).code, 2);
}

TEST_F(CliTest, DoctorIsContentWithASoundInstallation) {
  start();
  const auto sound = run({"doctor"});
  EXPECT_EQ(sound.code, 0) << sound.out;
  for (const char* line :
       {"ok    server       running at http://127.0.0.1:", "ok    database     sound, schema ",
        "ok    permissions", "ok    widget", "ok    clock", "ok    tenants", "descriptors"}) {
    EXPECT_THAT(sound.out, HasSubstr(line));
  }
}

TEST_F(CliTest, DoctorSaysWhatIsWrongAndWhatToDo) {
  start();
  stop();
  const std::string database = directory_.path("data/parley.db");
  ::chmod(directory_.path("data/operator.key").c_str(), 0644);
  const auto readable = run({"doctor"});
  EXPECT_EQ(readable.code, 1);
  EXPECT_THAT(readable.out, AllOf(HasSubstr("FAIL  permissions"), HasSubstr("operator.key"),
                                  HasSubstr("→ chmod go= ")));
  const auto open = run({"doctor"}, {{"APP_PROFILE", "production"},
                                     {"ALLOWED_ORIGINS", "https://a.example"},
                                     {"VISITOR_TOKEN_REQUIRED", "false"}});
  EXPECT_THAT(open.out, HasSubstr("FAIL  settings     visitor_token_required is false"));
  EXPECT_THAT(run({"doctor"}, {{"SECRET_KEY", "short"}}).out, HasSubstr("FAIL  settings"));
  EXPECT_THAT(run({"doctor"}, {{"WIDGET_DIR", "/nowhere"}}).out, HasSubstr("FAIL  widget"));
  std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(0).write("no database", 11);
  file.close();
  const auto broken = run({"doctor"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.out, HasSubstr("FAIL  server"));
}

TEST_F(CliTest, DoctorAsksTheProvidersForTheirModels) {
  script([](const fakes::FakeRequest&) { return fakes::FakeReply{.body = "{\"data\":[]}"}; });
  const Environment key = {{"ANTHROPIC_API_KEY", "test-key"},
                           {"ANTHROPIC_BASE_URL", model_->url()}};
  EXPECT_THAT(run({"doctor"}, key).out, HasSubstr("ok    provider     Claude takes its key"));
  script([](const fakes::FakeRequest&) { return fakes::FakeReply{.status = 401, .body = "{}"}; });
  const auto refused =
      run({"doctor"}, {{"OPENAI_API_KEY", "bad"}, {"OPENAI_BASE_URL", model_->url()}});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, HasSubstr("FAIL  provider     OpenAI answered 401"));
  const auto away =
      run({"doctor"}, {{"ANTHROPIC_API_KEY", "k"}, {"ANTHROPIC_BASE_URL", "http://127.0.0.1:1"}});
  EXPECT_THAT(away.out, HasSubstr("warn  provider     Claude could not be asked"));
}

}  // namespace
}  // namespace parley
