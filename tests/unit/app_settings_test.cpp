#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/fakes/temp_dir.h"

namespace parley::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SettingsTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.path(name)) << text;
  }
  Result<Settings> load() {
    sources_.config_directory = directory_.path();
    sources_.env_file = directory_.path(".env");
    return Settings::load(sources_);
  }
  std::string problem() {
    const auto loaded = load();
    return loaded ? "no problem" : loaded.error().message;
  }

  TempDir directory_;
  SettingSources sources_;
};

TEST_F(SettingsTest, DefaultsHoldWithoutAnyFile) {
  const auto settings = load();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->integer("port"), 8000);
  EXPECT_EQ(settings->text("bot_name"), "Claude Assistant");
  EXPECT_EQ(settings->source("port"), "default");
}

TEST_F(SettingsTest, EachLayerWinsOverTheOneBelow) {
  write("base.json", R"({"port": 1001, "workers": 2, "bot_name": "base", "host": "::1"})");
  write("production.json", R"({"workers": 3, "bot_name": "profile", "host": "h"})");
  write(".env", "APP_PROFILE=production\nBOT_NAME=\"dot env\"\nHOST=e # comment\n");
  sources_.environment = {{"HOST", "environment.example"}, {"UNRELATED", "ignored"}};
  const auto settings = load();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->integer("port"), 1001);
  EXPECT_EQ(settings->integer("workers"), 3);
  EXPECT_EQ(settings->text("bot_name"), "dot env");
  EXPECT_EQ(settings->text("host"), "environment.example");
  EXPECT_EQ(settings->source("workers"), "config/production.json");
  EXPECT_EQ(settings->source("host"), "environment");
}

TEST_F(SettingsTest, UnknownNamesAreRefusedWithTheNearestOne) {
  write("base.json", R"({"prot": 1})");
  EXPECT_THAT(problem(), HasSubstr("config/base.json: unknown setting \"PROT\". Did you mean "
                                   "\"PORT\"?"));
}

TEST_F(SettingsTest, UnknownNamesInEnvFileNameTheirLine) {
  write(".env", "\n# comment\nANTHROPIC_KEY=x\n");
  EXPECT_THAT(problem(), HasSubstr(".env:3: unknown setting \"ANTHROPIC_KEY\". Did you mean "
                                   "\"ANTHROPIC_API_KEY\"?"));
}

TEST_F(SettingsTest, BadValuesAreRefusedWithTheFix) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"PORT", "80a"},          {"PORT", "-1"},           {"PORT", "65536"},
      {"WORKERS", "0"},         {"DEMO_SITE", "maybe"},   {"APP_PROFILE", "staging"},
      {"OPENAI_PROTOCOL", "x"}, {"OPENAI_PRICES", "1,2"}, {"OPENAI_PRICES", "1,2,-3"}};
  for (const auto& [name, value] : cases) {
    sources_.environment = {{name, value}};
    EXPECT_THAT(problem(), HasSubstr("environment: " + name + " is \"" + value + "\" but must be"));
  }
}

TEST_F(SettingsTest, BrokenConfigFilesAreRefused) {
  for (const char* text : {"{", "[]", R"({"port": {}})", R"({"allowed_hosts": [1]})"}) {
    write("base.json", text);
    EXPECT_THAT(problem(), HasSubstr("config/base.json")) << text;
  }
}

TEST_F(SettingsTest, AnEmptyVariableIsNotSet) {
  sources_.environment = {{"PORT", ""}, {"ANTHROPIC_API_KEY", ""}};
  const auto settings = load();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->integer("port"), 8000);
}

TEST_F(SettingsTest, SecretsAreMasked) {
  sources_.environment = {{"ANTHROPIC_API_KEY", "canary-key"}};
  EXPECT_THAT(load()->describe(), Not(HasSubstr("canary-key")));
}

TEST_F(SettingsTest, ListsAndNumbersAreSplit) {
  sources_.environment = {{"ALLOWED_ORIGINS", "https://a.example, https://b.example,"}};
  const auto settings = load();
  EXPECT_EQ(settings->list("allowed_origins"),
            (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(settings->numbers("openai_prices").size(), 3U);
}

std::string file_text(const char* path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

TEST(SettingsDocumentation, ConfigReadmeHoldsTheGeneratedTable) {
  EXPECT_THAT(file_text(PARLEY_SOURCE_DIR "/config/README.md"), HasSubstr(settings_markdown()))
      << "run: build/release/parley config --markdown";
}

TEST(SettingsDocumentation, ShippedConfigFilesLoad) {
  for (const char* profile : {"development", "production", "testing"}) {
    SettingSources sources;
    sources.environment = {{"APP_PROFILE", profile}};
    sources.env_file = "/nonexistent";
    sources.config_directory = PARLEY_SOURCE_DIR "/config";
    const auto settings = Settings::load(sources);
    EXPECT_TRUE(settings) << settings.error().message;
  }
}

}  // namespace
}  // namespace parley::app
