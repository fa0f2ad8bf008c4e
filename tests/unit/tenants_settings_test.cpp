// What the admin API takes as settings, and what it shows of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenants/settings_json.h"
#include "tenants/tenants.h"

namespace parley::tenants {
namespace {

using testing::HasSubstr;

const std::string public_key =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n";

Json everything() {
  return {
      {"systemParameter", "Be kind."},
      {"provider", "claude"},
      {"model", "claude-x"},
      {"origins", {"https://shop.example", "http://localhost:3000"}},
      {"bot",
       {{"name", "Ada"},
        {"poweredBy", "Acme"},
        {"color", "rgb(1 2 3 / 50%)"},
        {"msgBgColor", "#123456"},
        {"icon", "https://cdn.example/i.png"},
        {"greeting", "Hi"},
        {"starterQuestions", {"Why?"}}}},
      {"plan",
       {{"unit", "tokens"},
        {"limit", 10},
        {"limitPerDay", 9},
        {"limitPerVisitor", 8},
        {"limitPerConversation", 7},
        {"atLimit", "cheaper_model"},
        {"limitText", "No more today."},
        {"cheaperProvider", "openai"},
        {"cheaperModel", "small"},
        {"cheaperLimit", 6}}},
      {"identity",
       {{"hs256Secret", std::string(32, 's')},
        {"ed25519PublicKey", public_key},
        {"isEnforced", true}}},
      {"openness",
       {{"visitorTokenRequired", true},
        {"historyOpen", false},
        {"callOpen", true},
        {"customerAddOpen", false}}},
      {"rates",
       {{"messagesPerVisitor", 1}, {"messagesPerAddress", 2}, {"requests", 3}, {"answersMax", 4}}}};
}

std::string problem(const Json& changes) {
  const auto result = merged({}, changes);
  if (result) return "no problem";
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  return result.error().message;
}

TEST(TenantSettings, EveryMemberIsTakenAndStored) {
  const auto settings = merged({}, everything());
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(stored_json(*settings), everything());
  EXPECT_EQ(settings->rates.answers_max, 4);
  EXPECT_EQ(settings->plan.unit, Unit::tokens);
  EXPECT_EQ(settings->bot.msg_bg_color, "#123456");
}

TEST(TenantSettings, SecretsAreShownAsTrueOrFalse) {
  const Json shown = shown_json(*merged({}, everything()));
  EXPECT_EQ(shown["identity"]["hs256Secret"], true);
  EXPECT_THAT(dump(shown), testing::Not(HasSubstr(std::string(32, 's'))));
  EXPECT_EQ(shown_json({})["identity"]["hs256Secret"], false);
}

TEST(TenantSettings, WhatIsNotNamedStaysAndNullTakesAway) {
  const auto settings = merged(*merged({}, everything()),
                               {{"bot", {{"icon", nullptr}, {"starterQuestions", nullptr}}},
                                {"origins", nullptr},
                                {"openness", {{"callOpen", nullptr}}},
                                {"model", ""}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->bot.icon, std::nullopt);
  EXPECT_EQ(settings->bot.starter_questions, std::nullopt);
  EXPECT_EQ(settings->origins, std::nullopt);
  EXPECT_EQ(settings->openness.call_open, std::nullopt);
  EXPECT_EQ(settings->model, "");
  EXPECT_EQ(settings->bot.name, "Ada");
  EXPECT_EQ(settings->openness.history_open, false);
}

TEST(TenantSettings, AnEmptyListOfOriginsIsNotAnAbsentOne) {
  EXPECT_TRUE(merged({}, {{"origins", Json::array()}})->origins->empty());
  EXPECT_EQ(merged({}, Json::object())->origins, std::nullopt);
}

TEST(TenantSettings, UnknownKeysAreNamed) {
  EXPECT_EQ(problem({{"colour", 1}}), "colour is not a setting");
  EXPECT_EQ(problem({{"plan", {{"limits", 1}}}}), "plan.limits is not a setting");
  EXPECT_EQ(problem({{"system_parameter", "x"}}), "system_parameter is not a setting");
}

TEST(TenantSettings, MisfitsNameTheMemberAndWhatFits) {
  const std::string secret(31, 's');
  const std::vector<std::pair<Json, std::string>> cases = {
      {Json::array(), "settings must be an object"},
      {{{"bot", 1}}, "bot must be an object"},
      {{{"bot", nullptr}}, "bot must be an object"},
      {{{"plan", {{"limit", -1}}}}, "plan.limit must be a whole number from 0 to"},
      {{{"plan", {{"limit", 1.5}}}}, "plan.limit must be a whole number"},
      {{{"plan", {{"limit", "1"}}}}, "plan.limit must be a whole number"},
      {{{"plan", {{"limit", nullptr}}}}, "plan.limit must be a whole number"},
      {{{"plan", {{"limit", 18446744073709551615U}}}}, "plan.limit must be a whole number"},
      {{{"plan", {{"unit", "words"}}}}, "plan.unit must be one of calls, tokens"},
      {{{"plan", {{"unit", nullptr}}}}, "plan.unit must be one of"},
      {{{"plan", {{"atLimit", 1}}}}, "plan.atLimit must be one of refuse, cheaper_model, human"},
      {{{"openness", {{"callOpen", "yes"}}}}, "openness.callOpen must be true or false"},
      {{{"identity", {{"isEnforced", nullptr}}}}, "identity.isEnforced must be true or false"},
      {{{"identity", {{"hs256Secret", secret}}}}, "identity.hs256Secret must be a secret"},
      {{{"identity", {{"hs256Secret", true}}}}, "identity.hs256Secret must be a secret"},
      {{{"identity", {{"ed25519PublicKey", "x"}}}}, "identity.ed25519PublicKey must be"},
      {{{"systemParameter", std::string(system_characters_max + 1, 'x')}}, "systemParameter must"},
      {{{"systemParameter", std::string("nul\0", 4)}}, "systemParameter must be a text"},
      {{{"model", "two words"}}, "model must be a model's name"},
      {{{"bot", {{"color", "red;} body{"}}}}, "bot.color must be a CSS colour"},
      {{{"bot", {{"color", "url('x')"}}}}, "bot.color must be a CSS colour"},
      {{{"bot", {{"icon", "javascript:alert(1)"}}}}, "bot.icon must be an http(s) address"},
      {{{"bot", {{"icon", "//evil.example/i.png"}}}}, "bot.icon must be"},
      {{{"bot", {{"icon", "https://a;script-src *"}}}}, "bot.icon must be"},
      {{{"bot", {{"starterQuestions", {1}}}}}, "bot.starterQuestions must be a list"},
      {{{"bot", {{"starterQuestions", {""}}}}}, "bot.starterQuestions must be a list"},
      {{{"origins", "https://a.example"}}, "origins must be a list"},
      {{{"origins", {"*"}}}, "origins must be a list"},
      {{{"origins", {"null"}}}, "origins must be a list"},
      {{{"origins", {"https://a.example/"}}}, "origins must be a list"},
  };
  for (const auto& [changes, text] : cases) {
    EXPECT_THAT(problem(changes), HasSubstr(text)) << dump(changes);
  }
}

TEST(TenantSettings, MembersMustFitTogether) {
  EXPECT_THAT(problem({{"identity", {{"isEnforced", true}}}}), HasSubstr("identity.isEnforced"));
  EXPECT_THAT(problem({{"plan", {{"atLimit", "cheaper_model"}}}}), HasSubstr("plan.atLimit"));
  EXPECT_EQ(problem({{"plan", {{"atLimit", "cheaper_model"}, {"cheaperModel", "m"}}}}),
            "no problem");
  const auto enforced = merged({}, everything());
  const auto keyless =
      merged(*enforced, {{"identity", {{"hs256Secret", ""}, {"ed25519PublicKey", ""}}}});
  EXPECT_FALSE(keyless) << "the last key cannot go while it is enforced";
}

}  // namespace
}  // namespace parley::tenants
