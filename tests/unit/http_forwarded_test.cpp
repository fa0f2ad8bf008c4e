#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

const AddressList trusted = AddressList::parse({"10.0.0.0/8", "::1"}).value();

struct Seen {
  std::string peer;
  std::string host;
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.peer << " asks " << seen.host;
}

/// What the server goes by; "refused" for an error.
Seen seen(const std::string& peer, net::HeaderFields fields) {
  Request request;
  request.peer_address = peer;
  request.headers = std::move(fields);
  request.headers.emplace_back("host", "own.example");
  if (!take_forwarded(trusted, request)) return {"refused", ""};
  EXPECT_EQ(std::count_if(request.headers.begin(), request.headers.end(),
                          [](const auto& field) { return field.first == "host"; }),
            1);
  return {request.peer_address, std::string(request.header("host").value_or("none"))};
}

TEST(Forwarded, MeansNothingFromStrangers) {
  const Seen own = {"192.0.2.1", "own.example"};
  EXPECT_EQ(seen("192.0.2.1", {{"x-forwarded-for", "8.8.8.8"}}), own);
  EXPECT_EQ(seen("192.0.2.1", {{"x-forwarded-host", "b.example"}}), own);
  EXPECT_EQ(seen("192.0.2.1", {{"x-forwarded-host", "a"}, {"x-forwarded-host", "b"}}), own);
  EXPECT_EQ(seen("192.0.2.1", {{"forwarded", "host=b.example;for=8.8.8.8"}}), own);
}

TEST(Forwarded, TheLastUntrustedAddressIsTheClient) {
  const auto client = [](const std::string& value) {
    return seen("10.0.0.1", {{"x-forwarded-for", value}}).peer;
  };
  EXPECT_EQ(client("192.0.2.9"), "192.0.2.9");
  EXPECT_EQ(client("6.6.6.6, 192.0.2.9"), "192.0.2.9") << "the first may be invented";
  EXPECT_EQ(client("6.6.6.6,192.0.2.9, 10.0.0.2,\t10.0.0.3"), "192.0.2.9");
  EXPECT_EQ(client("2001:db8::5"), "2001:db8::5");
  EXPECT_EQ(client("10.0.0.2, 10.0.0.3"), "10.0.0.2") << "all are ours";
  EXPECT_EQ(client("6.6.6.6, unknown, 10.0.0.2"), "10.0.0.2") << "what is left of it is unknown";
  EXPECT_EQ(client("192.0.2.9:1234"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.0/8"), "10.0.0.1");
  EXPECT_EQ(client(""), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {{"x-forwarded-for", "6.6.6.6"}, {"x-forwarded-for", "192.0.2.9"}}),
            (Seen{"192.0.2.9", "own.example"}))
      << "several fields are one list";
}

TEST(Forwarded, TheHostIsTakenIfThereIsOne) {
  EXPECT_EQ(seen("::1", {{"x-forwarded-host", "B.example:443"}}), (Seen{"::1", "B.example:443"}));
  for (const char* value : {"", "a.example, b.example", "a b", "u@b.example", "b.example/"}) {
    EXPECT_EQ(seen("::1", {{"x-forwarded-host", value}}).peer, "refused") << value;
  }
  EXPECT_EQ(
      seen("::1", {{"x-forwarded-host", "b.example"}, {"x-forwarded-host", "b.example"}}).peer,
      "refused");
}

}  // namespace
}  // namespace parley::http
