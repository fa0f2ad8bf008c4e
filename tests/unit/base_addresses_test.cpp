#include "base/addresses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Addresses, BlocksContainTheirAddresses) {
  const auto list = AddressList::parse({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "203.0.113.64/26"});
  ASSERT_TRUE(list) << list.error().message;
  for (const char* address : {"10.0.0.0", "10.255.255.255", "192.0.2.7", "fd12:3456::1",
                              "::ffff:10.1.2.3", "203.0.113.64", "203.0.113.127"}) {
    EXPECT_TRUE(list->contains(address)) << address;
  }
  for (const char* address : {"11.0.0.0", "192.0.2.8", "fe80::1", "::10.0.0.1", "203.0.113.63",
                              "203.0.113.128", "", "10.0.0", "10.0.0.1.2", "010.0.0.1", "10.0.0.1 ",
                              "10.0.0.1:80", "[fd00::1]", "fd00::1%1", "localhost"}) {
    EXPECT_FALSE(list->contains(address)) << address;
  }
  EXPECT_FALSE(list->contains(std::string_view("10.0.0.1\0", 9)));
}

TEST(Addresses, ABlockOfNoBitsHoldsOneKindOnly) {
  EXPECT_TRUE(AddressList::parse({"0.0.0.0/0"})->contains("8.8.8.8"));
  EXPECT_FALSE(AddressList::parse({"0.0.0.0/0"})->contains("2001:db8::1"));
  EXPECT_FALSE(AddressList().contains("127.0.0.1"));
}

TEST(Addresses, WhatIsNoBlockIsNamed) {
  for (const char* item : {"proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
                           "fd00::/129", "10.0.0.0/8x", "*", "10.0.0.*"}) {
    const auto list = AddressList::parse({"10.0.0.1", item});
    ASSERT_FALSE(list) << item;
    EXPECT_THAT(list.error().message, testing::HasSubstr(item));
  }
}

}  // namespace
}  // namespace parley
