#include "base/base64.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Base64Test, TheExamplesOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> examples = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64(bytes), text);
    const std::string unpadded = text.substr(0, text.find('='));
    EXPECT_EQ(to_base64url(bytes), unpadded);
    EXPECT_EQ(from_base64url(unpadded), bytes);
  }
  EXPECT_EQ(to_base64("\xFB\xFF"), "+/8=");
  EXPECT_EQ(to_base64url("\xFB\xFF"), "-_8");
}

TEST(Base64Test, EveryByteComesBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
}

TEST(Base64Test, EachTextIsTheOnlyOneOfItsBytes) {
  for (const char* text : {"Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9vY", "Zm 9v", "Zm9v\n", "+_8",
                           "-/8", "Zg.", "\xC3\xA9"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
  EXPECT_FALSE(from_base64url(std::string("Zm9v\0", 5)));
}

}  // namespace
}  // namespace parley
