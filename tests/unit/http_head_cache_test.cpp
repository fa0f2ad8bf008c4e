// A head that is kept must be the head that httplib would write: each kind of reply is asked for
// twice, of an adapter that has seen nothing and of one that has seen its kind with another length.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <tuple>

#include "http/head_cache.h"
#include "http/httplib_adapter.h"

namespace parley::http {
namespace {

enum class Body { text, file, stream };

struct Case {
  int status;
  const char* type;
  Body body;
  int64_t length;
  bool is_http_1_0;
};

Reply reply_of(const Case& wanted, int64_t length) {
  Reply reply;
  reply.status = wanted.status;
  reply.content_type = wanted.type;
  reply.headers = {{"X-Own", "1"}};
  switch (wanted.body) {
    case Body::text:
      reply.body = std::string(static_cast<size_t>(length), 'x');
      break;
    case Body::file:
      reply.body = File{FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)), length};
      break;
    case Body::stream:
      reply.body = Stream{};
      break;
  }
  return reply;
}

std::string head_from(HttplibAdapter& adapter, const Case& wanted, int64_t length,
                      const char* method = "GET", const char* target = "/") {
  const net::RequestHead head{method, target, wanted.is_http_1_0, {}, {}, 0};
  Later none;
  return adapter
      .run(
          head, [&](const auto&) { return reply_of(wanted, length); }, none)
      .head;
}

class HeadCacheTest : public testing::TestWithParam<Case> {};

TEST_P(HeadCacheTest, AKeptHeadIsTheOneThatHttplibWrites) {
  const Case& wanted = GetParam();
  const bool is_empty = wanted.length == 0;
  HttplibAdapter fresh;
  HttplibAdapter used;
  std::ignore = head_from(used, wanted, is_empty ? 0 : wanted.length + 12'345);
  const std::string written = head_from(fresh, wanted, wanted.length);
  EXPECT_EQ(head_from(used, wanted, wanted.length), written);
  EXPECT_EQ(head_from(fresh, wanted, wanted.length, "HEAD"), written);
  // With a query the request passes through httplib every time.
  EXPECT_EQ(head_from(used, wanted, wanted.length, "GET", "/?a=1"), written);
  EXPECT_TRUE(written.starts_with("HTTP/1.1 " + std::to_string(wanted.status))) << written;
  EXPECT_TRUE(written.ends_with("X-Own: 1\r\n\r\n")) << written;
}

INSTANTIATE_TEST_SUITE_P(Kinds, HeadCacheTest,
                         testing::Values(Case{200, "application/json", Body::text, 62, false},
                                         Case{200, "application/json", Body::text, 0, false},
                                         Case{200, "text/css", Body::file, 1'234'567, false},
                                         Case{200, "text/event-stream", Body::stream, 0, false},
                                         Case{200, "text/event-stream", Body::stream, 0, true},
                                         Case{200, "application/json", Body::text, 7, true},
                                         Case{201, "application/json", Body::text, 9, false},
                                         Case{204, "application/json", Body::text, 0, false},
                                         Case{304, "text/css", Body::text, 0, false},
                                         Case{404, "application/json", Body::text, 21, false},
                                         Case{429, "application/json", Body::text, 50, false},
                                         Case{503, "application/json", Body::text, 33, false}));

TEST(HeadCacheBoundTest, KeepsOnlySoManyKinds) {
  HeadCache cache;
  for (int status = 1'000; status < 3'000; ++status) {
    cache.keep({status, "t", HeadCache::Framing::none, false}, 0, "head\r\n\r\n");
  }
  EXPECT_TRUE(cache.find({1'000, "t", HeadCache::Framing::none, false}, 0));
  EXPECT_FALSE(cache.find({2'999, "t", HeadCache::Framing::none, false}, 0));
}

}  // namespace
}  // namespace parley::http
