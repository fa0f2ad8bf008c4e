#include "net/request_parser.h"

#include <gtest/gtest.h>

#include <random>

#include "net/head_rules.h"

namespace parley::net {

namespace {

struct Outcome {
  RequestParser::State state = RequestParser::State::more;
  RequestHead head;
  std::string body;
  size_t consumed = 0;
};

/// Feeds `request` in pieces of random size, as a connection does.
Outcome parse(const std::string& request, unsigned seed) {
  std::mt19937 random(seed);
  RequestParser parser{HeadLimits{}};
  Outcome outcome;
  std::string input;
  bool is_head_done = false;
  for (size_t at = 0; at < request.size();) {
    const size_t piece = std::min<size_t>(1 + random() % 9, request.size() - at);
    input += request.substr(at, piece);
    at += piece;
    size_t consumed = 0;
    if (!is_head_done) {
      outcome.state = parser.parse_head(input, consumed);
      if (outcome.state == RequestParser::State::refused) return outcome;
      if (outcome.state == RequestParser::State::more) continue;
      is_head_done = true;
      input.erase(0, consumed);
    }
    outcome.state = parser.parse_body(input, consumed, [&](std::string_view bytes) {
      outcome.body += bytes;
      return std::optional<Refusal>();
    });
    input.erase(0, consumed);
    if (outcome.state != RequestParser::State::more) break;
  }
  outcome.head = parser.head();
  outcome.consumed = input.size();
  return outcome;
}

}  // namespace

TEST(RequestParser, gives_the_same_however_the_bytes_are_cut) {
  const std::string request =
      "POST /x?y=1 HTTP/1.1\r\nHOST: a\r\nX-Two:  padded \t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=\"b\"\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nT: 1\r\nU: 2\r\n\r\n";
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Outcome outcome = parse(request, seed);
    ASSERT_EQ(outcome.state, RequestParser::State::done) << seed;
    EXPECT_EQ(outcome.body, "hello world");
    EXPECT_EQ(outcome.head.target, "/x?y=1");
    EXPECT_EQ(outcome.head.fields.size(), 3U);  // no trailer among them
    EXPECT_EQ(outcome.head.header("x-two"), "padded");
  }
}

TEST(RequestParser, mutated_requests_never_crash_or_grow_a_body) {
  const std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n";
  std::mt19937 random(7);
  const std::string bytes("\r\n\0:; ,\t0aAfF-+xG", 17);
  for (unsigned i = 0; i < 5'000; ++i) {
    std::string mutated = request;
    for (unsigned change = 0; change <= random() % 3; ++change) {
      const size_t at = random() % mutated.size();
      switch (random() % 3) {
        case 0:
          mutated[at] = bytes[random() % bytes.size()];
          break;
        case 1:
          mutated.erase(at, 1);
          break;
        default:
          mutated.insert(at, 1, bytes[random() % bytes.size()]);
          break;
      }
    }
    EXPECT_LE(parse(mutated, i).body.size(), mutated.size());
  }
}

TEST(RequestParser, announces_the_length) {
  RequestParser parser{HeadLimits{}};
  size_t consumed = 0;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n";
  ASSERT_EQ(parser.parse_head(head + "abc", consumed), RequestParser::State::done);
  EXPECT_EQ(consumed, head.size());
  EXPECT_EQ(parser.announced_length(), 12);
  EXPECT_FALSE(parser.is_whole());
}

TEST(HeadRules, reads_chunk_sizes) {
  EXPECT_EQ(chunk_size_of("0"), 0U);
  EXPECT_EQ(chunk_size_of("fF"), 255U);
  EXPECT_EQ(chunk_size_of("1;name=\"value\";x"), 1U);
  for (const char* bad : {"", ";", "-1", "+1", "0x1", "1 ", " 1", "1_", "1000000000000000"}) {
    EXPECT_FALSE(chunk_size_of(bad)) << bad;
  }
}

TEST(HeadRules, knows_hopeless_bytes_early) {
  EXPECT_FALSE(is_hopeless("GET / HTTP/1.1\r\nA: \xC3\xA9\tb\r", '\0'));
  EXPECT_FALSE(is_hopeless("\nB", '\r'));
  EXPECT_TRUE(is_hopeless("B", '\r'));
  EXPECT_TRUE(is_hopeless("\n", 'a'));
  EXPECT_TRUE(is_hopeless(std::string_view("\0", 1), 'a'));
}

}  // namespace parley::net
