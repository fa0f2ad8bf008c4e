// The HTTP client against raw sockets: framing, bounds, deadlines, cancel, back-pressure.
#include "net/upstream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/clock.h"
#include "net/upstream_on_demand.h"
#include "tests/fakes/best_of.h"
#include "tests/fakes/exhausted.h"
#include "tests/fakes/fake_upstream.h"

namespace parley::net {
namespace {

using fakes::FakeReply;
using fakes::FakeUpstream;
using fakes::in_order;
using Kind = UpstreamFailure::Kind;

UpstreamRequest post(const std::string& url, std::string body = "{}") {
  UpstreamRequest request;
  request.url = url;
  request.body = std::move(body);
  return request;
}

UpstreamResult<std::string> read_all(UpstreamCall& call) {
  std::string body;
  while (true) {
    auto piece = call.read({});
    if (!piece) return tl::unexpected(piece.error());
    if (!*piece) return body;
    body += **piece;
  }
}

FakeReply raw(std::string bytes) {
  FakeReply reply;
  reply.raw = std::move(bytes);
  return reply;
}

/// The failure of a whole exchange, wherever it comes.
UpstreamFailure failure_of(Upstream& upstream, UpstreamRequest request) {
  auto call = upstream.start(std::move(request));
  const auto head = call->head({});
  if (!head) return head.error();
  const auto body = read_all(*call);
  return body ? UpstreamFailure{Kind::cancelled, "none: it succeeded"} : body.error();
}

class UpstreamTest : public testing::Test {
 protected:
  std::unique_ptr<Upstream> upstream_ = make_curl_upstream();
  SystemClock clock_;
};

TEST_F(UpstreamTest, SendsTheRequestAndStreamsTheAnswer) {
  FakeReply reply;
  reply.body = "data: 1\n\n";
  reply.headers = {{"Content-Type", "text/event-stream"}, {"Request-Id", "req_1"}};
  reply.piece_bytes = 1;
  FakeUpstream server(in_order({reply}));
  UpstreamRequest request = post(server.url() + "/v1/x?y=1", std::string(2'000'000, 'a'));
  request.headers = {{"X-Key", "abc"}, {"X-Empty", ""}};
  auto call = upstream_->start(std::move(request));
  const auto head = call->head({});
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("request-id"), "req_1");
  EXPECT_EQ(head->header("absent"), std::nullopt);
  EXPECT_EQ(read_all(*call).value(), "data: 1\n\n");
  const auto sent = server.requests().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.path, "/v1/x?y=1");
  EXPECT_EQ(sent.headers.at("x-key"), "abc");
  EXPECT_EQ(sent.headers.count("expect"), 0U);
  EXPECT_EQ(sent.body.size(), 2'000'000U);
}

TEST_F(UpstreamTest, AClientThatCannotBeMadeFailsItsCallsAndIsTriedAgain) {
  if (fakes::sanitizer_needs_descriptors) GTEST_SKIP();
  FakeUpstream server(in_order({FakeReply{.body = "x"}}));
  const auto on_demand = make_upstream_on_demand([] { return make_curl_upstream(); });
  {
    const fakes::NoDescriptorsLeft none;
    EXPECT_EQ(failure_of(*on_demand, post(server.url())).kind, Kind::unavailable);
  }
  {
    const fakes::NoThreadsLeft none;
    EXPECT_EQ(failure_of(*on_demand, post(server.url())).kind, Kind::unavailable);
  }
  const auto call = on_demand->start(post(server.url()));
  EXPECT_TRUE(call->head({}));
}

TEST_F(UpstreamTest, ReusesAConnection) {
  FakeReply reply;
  reply.body = "x";
  FakeUpstream server(in_order({reply}));
  for (int round = 0; round < 3; ++round) {
    auto call = upstream_->start(post(server.url()));
    ASSERT_TRUE(call->head({}));
    ASSERT_TRUE(read_all(*call));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(UpstreamTest, AReleasedCallKeepsItsConnection) {
  FakeReply drip;
  drip.body = std::string(10, 'x');
  drip.piece_bytes = 1;
  drip.gap_ms = 2;
  FakeUpstream server(in_order({drip}));
  auto call = upstream_->start(post(server.url()));
  ASSERT_TRUE(call->head({}));
  call->release();
  call.reset();
  EXPECT_TRUE(server.wait_for_replies(1)) << "the rest was not taken";
  EXPECT_FALSE(server.wait_for_hang_ups(1, 0));
}

TEST_F(UpstreamTest, ARestThatDoesNotEndIsDroppedAfterAll) {
  FakeReply stall;
  stall.body = "x";
  stall.ending = FakeReply::Ending::stall;
  FakeUpstream server(in_order({stall}));
  auto call = upstream_->start(post(server.url()));
  ASSERT_TRUE(call->head({}));
  call->release();
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

TEST_F(UpstreamTest, SkipsInterimHeadsAndTakesTrailers) {
  FakeUpstream server(
      in_order({raw("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
                    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n0\r\nx-late: 1\r\n\r\n")}));
  auto call = upstream_->start(post(server.url()));
  const auto head = call->head({});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("link"), std::nullopt);
  EXPECT_EQ(read_all(*call).value(), "abc");
}

TEST_F(UpstreamTest, DoesNotFollowRedirects) {
  FakeUpstream server(in_order(
      {raw("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")}));
  auto call = upstream_->start(post(server.url()));
  EXPECT_EQ(call->head({}).value().status, 302);
  EXPECT_EQ(read_all(*call).value(), "");
}

TEST_F(UpstreamTest, GivesTheBodyOfErrorsToo) {
  FakeReply reply;
  reply.status = 502;
  reply.body = "<html>Bad gateway</html>";
  reply.framing = FakeReply::Framing::until_close;
  FakeUpstream server(in_order({reply}));
  auto call = upstream_->start(post(server.url()));
  EXPECT_EQ(call->head({}).value().status, 502);
  EXPECT_EQ(read_all(*call).value(), reply.body);
}

TEST_F(UpstreamTest, NamesWhatWentWrong) {
  EXPECT_EQ(failure_of(*upstream_, post("http://127.0.0.1:1/")).kind, Kind::connect);
  EXPECT_EQ(failure_of(*upstream_, post("ftp://127.0.0.1/")).kind, Kind::protocol);
  EXPECT_EQ(failure_of(*upstream_, post("file:///etc/passwd")).kind, Kind::protocol);
  EXPECT_EQ(failure_of(*upstream_, post("not a url")).kind, Kind::protocol);
  UpstreamRequest forged = post("http://127.0.0.1:1/");
  forged.headers = {{"X-Key", "a\r\nX-Other: b"}};
  EXPECT_EQ(failure_of(*upstream_, forged).kind, Kind::protocol);
}

TEST_F(UpstreamTest, ATornAnswerIsCut) {
  FakeReply cut;
  cut.body = "abc";
  cut.ending = FakeReply::Ending::cut;
  FakeReply reset = cut;
  reset.ending = FakeReply::Ending::reset;
  FakeUpstream server(
      in_order({cut, reset, raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"),
                raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")}));
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(failure_of(*upstream_, post(server.url())).kind, Kind::cut) << round;
  }
}

TEST_F(UpstreamTest, AHostileHeadIsBounded) {
  const std::string long_line = "x-long: " + std::string(90'000, 'a') + "\r\n";
  std::string many_lines;
  for (int line = 0; line < 5'000; ++line) many_lines += "x-many: aaaaaaaaaaaaaaaa\r\n";
  std::string interim;
  for (int count = 0; count < 5'000; ++count) interim += "HTTP/1.1 102 Wait\r\n\r\n";
  FakeUpstream server(in_order({raw("HTTP/1.1 200 OK\r\n" + long_line + "\r\n"),
                                raw("HTTP/1.1 200 OK\r\n" + many_lines + "\r\n"), raw(interim),
                                raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")}));
  for (int round = 0; round < 4; ++round) {
    const auto failure = failure_of(*upstream_, post(server.url()));
    EXPECT_EQ(failure.kind, Kind::protocol) << round << failure.detail;
  }
}

TEST_F(UpstreamTest, KeepsEachDeadline) {
  FakeReply silent;
  silent.silent = true;
  FakeReply stall;
  stall.body = "abc";
  stall.ending = FakeReply::Ending::stall;
  FakeReply drip;
  drip.body = std::string(200, 'x');
  drip.piece_bytes = 1;
  drip.gap_ms = 10;
  FakeUpstream server(in_order({silent, stall, drip}));
  UpstreamRequest request = post(server.url());
  request.deadlines = {.connect_ms = 1'000, .first_byte_ms = 60, .idle_ms = 60, .total_ms = 300};
  for (const char* phrase : {"response head", "silence", "whole call"}) {
    const int64_t started = clock_.steady_ms();
    const auto failure = failure_of(*upstream_, request);
    EXPECT_EQ(failure.kind, Kind::timeout);
    EXPECT_NE(failure.detail.find(phrase), std::string::npos) << failure.detail;
    EXPECT_LT(clock_.steady_ms() - started, 1'000);
  }
  EXPECT_TRUE(server.wait_for_hang_ups(3));
}

/// A listener whose queue is full: connects to it neither succeed nor fail.
class FullListener {
 public:
  FullListener() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw_address = reinterpret_cast<sockaddr*>(&address);
    ::bind(listener_, raw_address, size);
    ::listen(listener_, 0);
    ::getsockname(listener_, raw_address, &size);
    port_ = ntohs(address.sin_port);
    for (int& filler : fillers_) {
      filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(filler, raw_address, size);
    }
  }
  ~FullListener() {
    ::close(listener_);
    for (const int filler : fillers_) ::close(filler);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_ = -1;
  int port_ = 0;
  int fillers_[4] = {};
};

TEST_F(UpstreamTest, AConnectThatHangsTimesOutAndCancels) {
  const FullListener full;
  UpstreamRequest request = post(full.url());
  request.deadlines.connect_ms = 80;
  const auto failure = failure_of(*upstream_, request);
  EXPECT_EQ(failure.kind, Kind::timeout);
  // libcurl says "Connection timeout" or "Failed to connect", by where it notices.
  EXPECT_NE(failure.detail.find("onnect"), std::string::npos) << failure.detail;

  request.deadlines.connect_ms = 60'000;
  const auto cancelled_ms = [&] {
    auto call = upstream_->start(request);
    int64_t ended_ms = 0;
    std::jthread caller([&](const std::stop_token& stop) {
      EXPECT_EQ(call->head(stop).error().kind, Kind::cancelled);
      ended_ms = clock_.steady_ms();
    });
    // By the time another call gave up connecting, the first one is deep in it.
    UpstreamRequest impatient = post(full.url());
    impatient.deadlines.connect_ms = 30;
    EXPECT_EQ(failure_of(*upstream_, impatient).kind, Kind::timeout);
    const int64_t stopped_ms = clock_.steady_ms();
    caller.request_stop();
    caller.join();
    return ended_ms - stopped_ms;
  };
  EXPECT_LE(best_ms(50, cancelled_ms), 50);
}

TEST_F(UpstreamTest, StopAndDestructionCloseTheConnection) {
  FakeReply stall;
  stall.body = "abc";
  stall.ending = FakeReply::Ending::stall;
  FakeUpstream server(in_order({stall}));
  size_t hang_ups = 0;
  const auto closed_ms = [&](int64_t since_ms) {
    EXPECT_TRUE(server.wait_for_hang_ups(++hang_ups));
    return clock_.steady_ms() - since_ms;
  };
  const auto stopped_ms = [&] {
    auto call = upstream_->start(post(server.url()));
    EXPECT_TRUE(call->head({}));
    EXPECT_EQ(call->read({}).value_or(""), "abc");
    std::jthread caller([&](const std::stop_token& stop) {
      EXPECT_EQ(call->read(stop).error().kind, Kind::cancelled);
    });
    caller.request_stop();
    caller.join();
    return closed_ms(clock_.steady_ms());
  };
  EXPECT_LE(best_ms(50, stopped_ms), 50);
  const auto destroyed_ms = [&] {
    auto call = upstream_->start(post(server.url()));
    EXPECT_TRUE(call->head({}));
    const int64_t since_ms = clock_.steady_ms();
    call.reset();
    return closed_ms(since_ms);
  };
  EXPECT_LE(best_ms(50, destroyed_ms), 50);
}

TEST_F(UpstreamTest, ASlowReaderPausesItsOwnTransferOnly) {
  auto small = make_curl_upstream({.ca_file = {}, .queue_bytes_max = 32 * 1024});
  FakeReply big;
  big.body = std::string(20'000'000, 'x');
  big.piece_bytes = 64 * 1024;
  FakeReply quick;
  quick.body = "quick";
  FakeUpstream server(
      [&](const fakes::FakeRequest& request) { return request.path == "/big" ? big : quick; });
  auto slow = small->start(post(server.url() + "/big"));
  ASSERT_TRUE(slow->head({}));
  auto other = small->start(post(server.url() + "/quick"));
  ASSERT_TRUE(other->head({}));
  EXPECT_EQ(read_all(*other).value(), "quick");
  const auto first = slow->read({}).value();
  ASSERT_TRUE(first);
  EXPECT_LE(first->size(), 64U * 1024U);
  EXPECT_EQ(first->size() + read_all(*slow).value().size(), big.body.size());
}

TEST_F(UpstreamTest, ManyStreamsAtOnceArriveWhole) {
  FakeReply reply;
  reply.body = std::string(20'000, 'y');
  reply.piece_bytes = 1'000;
  FakeUpstream server(in_order({reply}));
  std::vector<std::unique_ptr<UpstreamCall>> calls;
  for (int count = 0; count < 100; ++count) calls.push_back(upstream_->start(post(server.url())));
  for (auto& call : calls) {
    ASSERT_TRUE(call->head({}));
    EXPECT_EQ(read_all(*call).value().size(), 20'000U);
  }
}

TEST_F(UpstreamTest, EndingTheClientEndsItsCalls) {
  FakeReply silent;
  silent.silent = true;
  FakeUpstream server(in_order({silent}));
  auto call = upstream_->start(post(server.url()));
  std::jthread ender([&] {
    server.wait_for_requests(1);
    call.reset();
    upstream_.reset();
  });
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

}  // namespace
}  // namespace parley::net
