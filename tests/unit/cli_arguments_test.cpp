// What stands behind a command's name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/arguments.h"
#include "app/cli/operator_client.h"
#include "app/cli/table.h"

namespace parley::app::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<OptionSpec> options = {
    {"--name", "NAME"}, {"--domain", "DOMAIN", true}, {"--json", ""}};

Result<Arguments> parse(const std::vector<std::string>& given) {
  return Arguments::parse(given, options, 1, 2);
}

TEST(ArgumentsTest, WordsAndOptionsStandInAnyOrder) {
  const auto parsed = parse(
      {"--name", "Ada", "one", "--domain=a.example", "--json", "--domain", "b.example", "two"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->word(0), "one");
  EXPECT_EQ(parsed->word(1), "two");
  EXPECT_EQ(parsed->word(2), std::nullopt);
  EXPECT_EQ(parsed->value("--name"), "Ada");
  EXPECT_TRUE(parsed->has("--json"));
  EXPECT_THAT(parsed->values("--domain"), ElementsAre("a.example", "b.example"));
}

TEST(ArgumentsTest, ValuesMayBeAnything) {
  const auto parsed = parse({"word", "--name", "--json", "--domain=a=b", "--", "--name"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->value("--name"), "--json");
  EXPECT_EQ(parsed->value("--domain"), "a=b");
  EXPECT_EQ(parsed->word(1), "--name");
  EXPECT_EQ(parse({"word", "--name="})->value("--name"), "");
  EXPECT_EQ(parse({"-"})->word(0), "-");
}

TEST(ArgumentsTest, WhatDoesNotFitIsNamed) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cells = {
      {{}, "missing"},
      {{"a", "b", "c"}, "\"c\""},
      {{"a", "--nope"}, "\"--nope\""},
      {{"a", "-x"}, "\"-x\""},
      {{"a", "--name"}, "NAME"},
      {{"a", "--json=1"}, "--json takes no value"},
      {{"a", "--name", "x", "--name", "y"}, "twice"},
  };
  for (const auto& [given, said] : cells) {
    const auto refused = parse(given);
    ASSERT_FALSE(refused) << said;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr(said));
  }
}

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(table_text({{"NAME", "N"}, {"Zürich", "1"}, {"x", "22"}}),
            "NAME    N\nZürich  1\nx       22\n");
}

TEST(OperatorClientTest, NamesAreSafeInAPath) {
  EXPECT_EQ(percent_encoded("acme.example"), "acme.example");
  EXPECT_EQ(percent_encoded("../x?y#z%"), "..%2Fx%3Fy%23z%25");
}

}  // namespace
}  // namespace parley::app::cli
