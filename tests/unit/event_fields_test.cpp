#include "providers/transport/event_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::providers::transport {
namespace {

TEST(EventFieldsTest, FindsFieldsByTheirPointers) {
  EventFields fields;
  ASSERT_TRUE(
      fields.parse(R"({"index":7,"delta":{"text":"a \"word\"\n\u00e4"},"list":[{"n":null}]})"));
  EXPECT_EQ(fields.integer("/index"), 7);
  EXPECT_EQ(fields.string("/delta/text"), "a \"word\"\nä");
  EXPECT_EQ(fields.string("/index"), std::nullopt);
  EXPECT_EQ(fields.integer("/delta"), std::nullopt);
  EXPECT_TRUE(fields.has("/list/0"));
  EXPECT_FALSE(fields.has("/list/0/n"));
  EXPECT_FALSE(fields.has("/list/1"));
}

TEST(EventFieldsTest, LeavesToOthersWhatIsNoStrictJson) {
  EventFields fields;
  for (const std::string text :
       {"", "[DONE]", "{\"a\":", "{\"a\":\"\\ud83c\"}", "{\"a\":\"\xFF\"}", "{} {}"}) {
    EXPECT_FALSE(fields.parse(text)) << text;
  }
  EXPECT_TRUE(fields.parse("{}"));
}

}  // namespace
}  // namespace parley::providers::transport
