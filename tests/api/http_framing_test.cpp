// Malformed and smuggling requests: each must be refused with its status, the connection closed,
// and whatever follows never taken for a request. The cases follow the families of the public
// HTTP/1.1 conformance suites (RFC 9112, 3, 5, 6, 7, 11).
#include "tests/api/http_fixture.h"

namespace parley {

namespace {

struct Case {
  const char* name;
  std::string request;
  int status;
};

std::string get_with(const std::string& field) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
}

std::string post_with(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post_with("Transfer-Encoding: chunked", body);
}

std::string repeat(const std::string& text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string nul("\0", 1);

std::vector<Case> request_line_cases() {
  return {
      {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"only a word", "GET\r\n\r\n", 400},
      {"two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"two spaces after the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"tab as separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"space at the start", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"fragment in the target", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"UTF-8 in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NUL in the target", "GET /" + nul + " HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"DEL in the target", "GET /\x7F HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"target without slash", "GET index HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute form of another port", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute form with user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute form of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
      {"method with a brace", "G{T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"method with a colon", "GET: / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"method too long", repeat("A", 40) + " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"lowercase protocol", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"other protocol", "GET / HTTQ/1.1\r\nHost: a\r\n\r\n", 400},
      {"version with two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
      {"version without minor", "GET / HTTP/1\r\nHost: a\r\n\r\n", 400},
      {"version with a space", "GET / HTTP/ 1.1\r\nHost: a\r\n\r\n", 400},
      {"version with leading zero", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", 400},
      {"version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"version 0.9", "GET / HTTP/0.9\r\n\r\n", 505},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"bare LF at the end", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare CR at the end", "GET / HTTP/1.1\rHost: a\r\r", 400},
      {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400},
      {"bare LF before it", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare CR before it", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CR CR LF before it", "\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"target over 4 KiB", "GET /" + repeat("a", 4096) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"target without end", "GET /" + repeat("a", 5000), 414},
  };
}

std::vector<Case> field_cases() {
  return {
      {"space before the colon", get_with("Name : x"), 400},
      {"tab before the colon", get_with("Name\t: x"), 400},
      {"space before the name", get_with(" Name: x"), 400},
      {"first field folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"obs-fold with space", get_with("Name: x\r\n y"), 400},
      {"obs-fold with tab", get_with("Name: x\r\n\ty"), 400},
      {"no colon", get_with("Name"), 400},
      {"empty name", get_with(": x"), 400},
      {"brace in the name", get_with("Na(me: x"), 400},
      {"NUL in the name", get_with("Na" + nul + "me: x"), 400},
      {"UTF-8 in the name", get_with("N\xC3\xA9: x"), 400},
      {"NUL in the value", get_with("Name: x" + nul), 400},
      {"escape in the value", get_with("Name: \x1B[31m"), 400},
      {"DEL in the value", get_with("Name: \x7F"), 400},
      {"bare CR in the value", get_with("Name: a\rb"), 400},
      {"bare LF in the value", get_with("Name: a\nOther: b"), 400},
      {"bare LF before the end", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\nName: x\r\n\r\n", 400},
      {"two Hosts", get_with("Host: a"), 400},
      {"two different Hosts", get_with("Host: b"), 400},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"Host with a comma list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"Host with a bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", 400},
      {"Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"101 fields", get_with(repeat("A: b\r\n", 100) + "A: b"), 431},
      {"head over 16 KiB", get_with("A: " + repeat("b", 16 * 1024)), 431},
      {"head without end", "GET / HTTP/1.1\r\nA: " + repeat("b", 17 * 1024), 431},
      {"unknown expectation", post_with("Content-Length: 1\r\nExpect: magic", "x"), 417},
      {"compressed body", post_with("Content-Length: 1\r\nContent-Encoding: gzip", "x"), 415},
      {"compressed chunks", post_with("Transfer-Encoding: chunked\r\nContent-Encoding: br"), 415},
  };
}

std::vector<Case> length_cases() {
  return {
      {"length not a number", post_with("Content-Length: x", smuggled), 400},
      {"length empty", post_with("Content-Length:", smuggled), 400},
      {"length with plus", post_with("Content-Length: +5", "abcde"), 400},
      {"length with minus", post_with("Content-Length: -1", smuggled), 400},
      {"length in hex", post_with("Content-Length: 0x5", "abcde"), 400},
      {"length with a fraction", post_with("Content-Length: 5.0", "abcde"), 400},
      {"length with an inner space", post_with("Content-Length: 5 0", "abcde"), 400},
      {"length with an underscore", post_with("Content-Length: 1_0", "abcde"), 400},
      {"length as a list", post_with("Content-Length: 5, 5", "abcde"), 400},
      {"length over 64 bits", post_with("Content-Length: 18446744073709551621", "abcde"), 400},
      {"length repeated", post_with("Content-Length: 5\r\nContent-Length: 5", "abcde"), 400},
      {"lengths conflicting", post_with("Content-Length: 5\r\nContent-Length: 0", smuggled), 400},
      {"length and chunked",
       post_with("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + smuggled), 400},
      {"chunked and length",
       post_with("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n" + smuggled), 400},
      {"body too large", post_with("Content-Length: 65537"), 413},
      {"body far too large", post_with("Content-Length: 999999999999999999"), 413},
      {"coding twice",
       post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), 400},
      {"coding list", post_with("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 400},
      {"chunked not last", post_with("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), 400},
      {"coding identity", post_with("Transfer-Encoding: identity", "0\r\n\r\n"), 400},
      {"coding unknown", post_with("Transfer-Encoding: xchunked", "0\r\n\r\n"), 400},
      {"coding with a comma", post_with("Transfer-Encoding: ,chunked", "0\r\n\r\n"), 400},
      {"coding quoted", post_with("Transfer-Encoding: \"chunked\"", "0\r\n\r\n"), 400},
      {"coding with a parameter", post_with("Transfer-Encoding: chunked;q=1", "0\r\n\r\n"), 400},
      {"coding empty", post_with("Transfer-Encoding:", "0\r\n\r\n"), 400},
      {"coding with vertical tab",
       post_with("Transfer-Encoding: \x0B"
                 "chunked"),
       400},
      {"coding in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
       "0\r\n\r\n",
       400},
  };
}

std::vector<Case> chunk_cases() {
  return {
      {"size negative", chunked("-2\r\nabc\r\n0\r\n\r\n"), 400},
      {"size with plus", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
      {"size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"size not hex", chunked("g\r\nabc\r\n0\r\n\r\n"), 400},
      {"size empty", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"size with leading space", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {"size with trailing space", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400},
      {"size with underscore", chunked("1_0\r\nabc\r\n0\r\n\r\n"), 400},
      {"size overlong", chunked("00000000000000000003\r\nabc\r\n0\r\n\r\n"), 400},
      {"size over 64 bits", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 400},
      {"size line ends with LF", chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {"size line ends with CR", chunked("3\rabc\r\n0\r\n\r\n"), 400},
      {"data longer than size", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
      {"data without CRLF", chunked("3\r\nabc0\r\n\r\n"), 400},
      {"data with LF only", chunked("3\r\nabc\n0\r\n\r\n"), 400},
      {"extension with NUL", chunked("3;a=" + nul + "\r\nabc\r\n0\r\n\r\n"), 400},
      {"extension with LF", chunked("3;a\n=b\r\nabc\r\n0\r\n\r\n"), 400},
      {"extension too long", chunked("3;" + repeat("a", 300) + "\r\nabc\r\n0\r\n\r\n"), 400},
      {"extension without end", chunked("3;" + repeat("a", 300)), 400},
      {"last chunk ends with LF", chunked("0\n\n"), 400},
      {"trailer folded", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
      {"trailer without colon", chunked("0\r\nA\r\n\r\n"), 400},
      {"trailer with NUL", chunked("0\r\nA: " + nul + "\r\n\r\n"), 400},
      {"trailer with a length", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400},
      {"trailers too long", chunked("0\r\nA: " + repeat("b", 5000) + "\r\n\r\n"), 400},
      {"trailers without end", chunked("0\r\n" + repeat("A: b\r\n", 1000)), 400},
      {"chunks too large", chunked("10001\r\n" + repeat("a", 65537) + "\r\n0\r\n\r\n"), 413},
      {"many chunks too large", chunked(repeat("1000\r\n" + repeat("a", 4096) + "\r\n", 17)), 413},
  };
}

}  // namespace

class FramingTest : public DoorTest {
 public:
  void expect_refused(const Case& refused) {
    SCOPED_TRACE(refused.name);
    RawClient client(door->port());
    client.send(refused.request);
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, refused.status);
    EXPECT_EQ(response->header("connection"), "close");
    client.send(smuggled);
    EXPECT_FALSE(client.read_head());
  }

  void expect_all_refused(const std::vector<Case>& cases) {
    handler.on_request = [this](net::Request request, const net::Respond& respond) {
      ++answered;
      respond(plain_response(200, request.head.target));
    };
    start();
    for (const auto& refused : cases) expect_refused(refused);
    EXPECT_EQ(answered, 0);
    EXPECT_EQ(door->stats().refused_total, static_cast<int64_t>(cases.size()));
  }

  std::atomic<int> answered = 0;
};

TEST_F(FramingTest, refuses_bad_request_lines) {
  expect_all_refused(request_line_cases());
}
TEST_F(FramingTest, refuses_bad_fields) {
  expect_all_refused(field_cases());
}
TEST_F(FramingTest, refuses_bad_lengths) {
  expect_all_refused(length_cases());
}
TEST_F(FramingTest, refuses_bad_chunks) {
  expect_all_refused(chunk_cases());
}

TEST_F(FramingTest, refuses_the_same_when_bytes_come_one_by_one) {
  start();
  for (const auto& refused : chunk_cases()) {
    if (refused.request.size() > 1000) continue;
    SCOPED_TRACE(refused.name);
    RawClient client(door->port());
    for (const char byte : refused.request) {
      if (!client.send({&byte, 1})) break;
    }
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, refused.status);
  }
}

TEST_F(FramingTest, takes_what_is_unusual_but_right) {
  start();
  const std::vector<std::pair<std::string, std::string>> right = {
      {"\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a "},
      {"GET http://A/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x?y "},
      {"GET https://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET / "},
      {"GET http://a?y HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?y "},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * "},
      {"get / HTTP/1.1\r\nhOsT: [::1]:80\r\n\r\n", "get / "},
      {"GET / HTTP/1.1\r\nHost: a\r\nEmpty:\r\nObs: \xE9\t x \r\n\r\n", "GET / "},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", "GET / ab"},
      {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / "},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nabcde", "POST / abcde"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", "POST / "},
      {chunked("00A;name=\"v\"\r\n0123456789\r\n000;x\r\nA: b\r\nB: c\r\n\r\n"),
       "POST / 0123456789"},
      {get_with(repeat("A: b\r\n", 98) + "A: b"), "GET / "},
      {"GET /" + repeat("a", 4095) + " HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET /" + repeat("a", 4095) + " "},
  };
  RawClient client(door->port());
  for (const auto& [request, body] : right) {
    SCOPED_TRACE(request.substr(0, 40));
    client.send(request);
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, body);
  }
}

}  // namespace parley
