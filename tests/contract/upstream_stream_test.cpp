// UpstreamCall::stream(): the pieces of a body, handled by the thread that reads them.
#include <gtest/gtest.h>

#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>

#include "net/upstream.h"
#include "tests/fakes/fake_upstream.h"

namespace parley::net {
namespace {

using fakes::FakeReply;
using fakes::FakeUpstream;
using fakes::in_order;
using Kind = UpstreamFailure::Kind;

class UpstreamStreamTest : public testing::Test {
 protected:
  /// A call whose head is here.
  std::unique_ptr<UpstreamCall> start(const FakeUpstream& server) {
    UpstreamRequest request;
    request.url = server.url();
    auto call = upstream_->start(std::move(request));
    EXPECT_TRUE(call->head({}));
    return call;
  }

  std::unique_ptr<Upstream> upstream_ = make_curl_upstream();
};

FakeReply in_pieces(std::string body, size_t piece_bytes) {
  FakeReply reply;
  reply.body = std::move(body);
  reply.piece_bytes = piece_bytes;
  return reply;
}

FakeReply stalled(std::string body) {
  FakeReply reply = in_pieces(std::move(body), 0);
  reply.ending = FakeReply::Ending::stall;
  return reply;
}

TEST_F(UpstreamStreamTest, GivesTheWholeBodyInOrder) {
  std::string body;
  for (int number = 0; number < 5'000; ++number) body += std::to_string(number) + ",";
  FakeUpstream server(in_order({in_pieces(body, 7)}));
  const auto call = start(server);
  std::string taken;
  const auto take = [&](std::string_view piece) {
    taken += piece;
    return true;
  };
  EXPECT_TRUE(call->stream(take, {}));
  EXPECT_EQ(taken, body);
}

TEST_F(UpstreamStreamTest, GoesOnAfterWhatWasReadOrHasWaited) {
  FakeUpstream server(in_order({in_pieces(std::string(3'000'000, 'x'), 64 * 1024)}));
  const auto small = make_curl_upstream({.ca_file = {}, .queue_bytes_max = 32 * 1024});
  UpstreamRequest request;
  request.url = server.url();
  const auto call = small->start(std::move(request));
  ASSERT_TRUE(call->head({}));
  const auto first = call->read({}).value();  // behind it, the transfer may pause
  ASSERT_TRUE(first);
  size_t bytes = first->size();
  const auto take = [&](std::string_view piece) {
    bytes += piece.size();
    return true;
  };
  EXPECT_TRUE(call->stream(take, {}));
  EXPECT_EQ(bytes, 3'000'000U);
}

TEST_F(UpstreamStreamTest, EndsWhenItHasEnoughAndTheConnectionIsUsedAgain) {
  FakeUpstream server(in_order({in_pieces("enough, and a rest", 6)}));
  for (int call_number = 0; call_number < 3; ++call_number) {
    const auto call = start(server);
    std::string taken;
    const auto take = [&](std::string_view piece) {
      taken += piece;
      return false;
    };
    EXPECT_TRUE(call->stream(take, {}));
    EXPECT_TRUE(std::string_view("enough, and a rest").starts_with(taken));
    EXPECT_FALSE(taken.empty());
    call->release();
    EXPECT_TRUE(server.wait_for_replies(static_cast<size_t>(call_number) + 1));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(UpstreamStreamTest, TellsACutAfterWhatCame) {
  FakeReply cut = in_pieces("half of it", 0);
  cut.ending = FakeReply::Ending::cut;
  FakeUpstream server(in_order({cut}));
  const auto call = start(server);
  std::string taken;
  const auto take = [&](std::string_view piece) {
    taken += piece;
    return true;
  };
  const auto streamed = call->stream(take, {});
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().kind, Kind::cut);
  EXPECT_EQ(taken, "half of it");
}

TEST_F(UpstreamStreamTest, AStopFromOutsideEndsIt) {
  FakeUpstream server(in_order({stalled("abc")}));
  const auto call = start(server);
  std::stop_source stop;
  std::jthread stopper;
  const auto take = [&](std::string_view) {
    stopper = std::jthread([&] { stop.request_stop(); });
    return true;
  };
  const auto streamed = call->stream(take, stop.get_token());
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().kind, Kind::cancelled);
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

TEST_F(UpstreamStreamTest, AStopFromItsOwnTakeEndsIt) {
  FakeUpstream server(in_order({stalled("abc")}));
  const auto call = start(server);
  std::stop_source stop;
  const auto take = [&](std::string_view) {
    stop.request_stop();
    return true;
  };
  const auto streamed = call->stream(take, stop.get_token());
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().kind, Kind::cancelled);
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

/// What `take` uses may go as soon as stream() has returned, stopped or not.
TEST_F(UpstreamStreamTest, TakesNothingOnceItHasReturned) {
  FakeUpstream server(in_order({in_pieces(std::string(2'000, 'x'), 1)}));
  for (int round = 0; round < 20; ++round) {
    const auto call = start(server);
    std::stop_source stop;
    auto taken = std::make_unique<std::string>();
    std::jthread stopper([&] { stop.request_stop(); });
    std::ignore = call->stream(
        [&](std::string_view piece) {
          *taken += piece;
          return true;
        },
        stop.get_token());
    taken.reset();  // a use after this is for the sanitizers to see
  }
}

}  // namespace
}  // namespace parley::net
