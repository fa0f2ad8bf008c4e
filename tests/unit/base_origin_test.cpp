#include "base/origin.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Origin, HostNamesHaveOneForm) {
  for (const char* host : {"acme.example", "Acme.Example", "acme.example.", "acme.example:8080",
                           "ACME.EXAMPLE.:8080", "acme.example:"}) {
    EXPECT_EQ(normal_host(host), "acme.example") << host;
  }
  EXPECT_EQ(normal_host("localhost:8000"), "localhost");
  EXPECT_EQ(normal_host("127.0.0.1:80"), "127.0.0.1");
  EXPECT_EQ(normal_host("[::1]:8000"), "[::1]");
  EXPECT_EQ(normal_host("[0:0:0:0:0:0:0:1]"), "[::1]");
  EXPECT_EQ(normal_host("[2001:DB8::0:1]"), "[2001:db8::1]");
  EXPECT_EQ(normal_host("my_service"), "my_service");
  EXPECT_EQ(normal_host("xn--bcher-kva.example"), "xn--bcher-kva.example");
}

TEST(Origin, WhatIsNoHostNameIsEmpty) {
  for (const char* host : {"",
                           ".",
                           "..",
                           "acme..example",
                           ".acme.example",
                           "acme.example..",
                           "acme.example:80:80",
                           "acme.example:8o",
                           "acme.example:123456",
                           "user@acme.example",
                           "acme.example/",
                           "a b",
                           " acme.example",
                           "acme.example ",
                           "acme%2Eexample",
                           "b\xc3\xbc"
                           "cher.example",
                           "-acme.example",
                           "acme-.example",
                           "::1",
                           "[::1",
                           "[::1]x",
                           "[::1]:x",
                           "[]",
                           "[acme]",
                           "[fe80::1%25eth0]",
                           "*",
                           "*.example",
                           "acme.example,globex.example"}) {
    EXPECT_EQ(normal_host(host), "") << host;
  }
  EXPECT_EQ(normal_host(std::string_view("acme\0.example", 13)), "");
  EXPECT_EQ(normal_host(std::string(64, 'a') + ".example"), "");
  std::string long_name;
  while (long_name.size() < 254) long_name += "abc.";
  EXPECT_EQ(normal_host(long_name + "de"), "");
}

TEST(Origin, OriginsAreWhatBrowsersSend) {
  for (const char* origin :
       {"https://shop.example", "http://localhost", "http://localhost:3000", "https://[::1]:8443",
        "http://127.0.0.1:8000", "https://xn--bcher-kva.example", "http://shop.example:443"}) {
    EXPECT_TRUE(is_origin(origin)) << origin;
  }
  for (const char* origin : {"",
                             "null",
                             "*",
                             "shop.example",
                             "https://",
                             "https://Shop.example",
                             "HTTPS://shop.example",
                             "https://shop.example/",
                             "https://shop.example.",
                             "https://shop.example.:8443",
                             "https://shop.example:443",
                             "http://shop.example:80",
                             "https://shop.example:",
                             "https://shop.example:080",
                             "https://u@shop.example",
                             "https://*.example",
                             "https://b\xc3\xbc"
                             "cher.example",
                             "ftp://shop.example",
                             "file://",
                             "https://shop.example, https://b.example",
                             "https://[0:0:0:0:0:0:0:1]"}) {
    EXPECT_FALSE(is_origin(origin)) << origin;
  }
}

TEST(Origin, OfAnAddress) {
  EXPECT_EQ(origin_of("https://cdn.example/icon.png?x#y"), "https://cdn.example");
  EXPECT_EQ(origin_of("/icon.png"), "");
  EXPECT_EQ(origin_of("https://a; script-src *"), "");
}

}  // namespace
}  // namespace parley
