// FairQueue: who is served next, and what one party can take from the others.
#include "net/fair_queue.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace parley::net {
namespace {

using Queue = FairQueue<int>;

bool push(Queue& queue, std::string_view party, int item) {
  return queue.push(party, int{item});
}

/// Takes and finishes `count` items.
std::vector<int> serve(Queue& queue, int count) {
  std::vector<int> out;
  for (int i = 0; i < count; ++i) {
    const auto taken = queue.pop();
    out.push_back(taken->item);
    queue.finish(*taken);
  }
  return out;
}

TEST(FairQueue, PartiesAreServedInTurnAndEachInItsOwnOrder) {
  Queue queue({100, 100, 100});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(push(queue, "loud", i));
  ASSERT_TRUE(push(queue, "quiet", 100));
  ASSERT_TRUE(push(queue, "quiet", 101));
  EXPECT_EQ(serve(queue, 7), (std::vector<int>{0, 100, 1, 101, 2, 3, 4}));
  EXPECT_EQ(queue.size(), 0U);
}

TEST(FairQueue, OnePartyCannotFillTheQueue) {
  Queue queue({4, 3, 4});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(push(queue, "loud", i));
  EXPECT_FALSE(push(queue, "loud", 3));
  EXPECT_TRUE(push(queue, "quiet", 100));
  EXPECT_FALSE(push(queue, "third", 200)) << "four in all";
}

TEST(FairQueue, OnePartyCannotTakeEveryServer) {
  Queue queue({10, 10, 2});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(push(queue, "loud", i));
  const auto first = queue.pop();
  const auto second = queue.pop();
  ASSERT_TRUE(push(queue, "quiet", 100));
  const auto third = queue.pop();
  EXPECT_EQ(third->item, 100) << "two of the loud one are being served";
  queue.finish(*first);
  EXPECT_EQ(serve(queue, 1), std::vector<int>{2});
  queue.finish(*second);
  queue.finish(*third);
  EXPECT_EQ(serve(queue, 1), std::vector<int>{3});
}

TEST(FairQueue, ANewPartyWaitsForOneItemOfEachOtherAtMost) {
  Queue queue({1'000, 1'000, 1'000});
  for (int i = 0; i < 10; ++i) {
    const std::string party = "party " + std::to_string(i);
    for (int k = 0; k < 50; ++k) ASSERT_TRUE(push(queue, party, 0));
  }
  ASSERT_TRUE(push(queue, "late", 1));
  const auto served = serve(queue, 11);
  EXPECT_EQ(served.back(), 1);
}

/// Serves until the queue closes; the sum of the items goes to `sum`, their number to `served`.
void serve_all(Queue& queue, std::atomic<int64_t>& sum, std::atomic<int>& served) {
  while (const auto taken = queue.pop()) {
    sum += taken->item;
    ++served;
    queue.finish(*taken);
  }
}

/// Sends 1 … `last`, each as soon as there is room.
void send_all(Queue& queue, const std::string& party, int last) {
  for (int i = 1; i <= last; ++i) {
    while (!push(queue, party, i)) std::this_thread::yield();
  }
}

TEST(FairQueue, ManyThreadsServeEachItemOnceUntilItCloses) {
  constexpr int per_party = 2'000;
  Queue queue({100, 75, 3});
  std::atomic<int64_t> sum = 0;
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { serve_all(queue, sum, served); });
    for (const char* party : {"a", "b", "c"}) {
      threads.emplace_back([&queue, party] { send_all(queue, party, per_party); });
    }
    while (served < 3 * per_party) std::this_thread::yield();
    queue.close();
  }
  EXPECT_EQ(sum, 3LL * per_party * (per_party + 1) / 2);
  EXPECT_FALSE(queue.pop().has_value());
}

}  // namespace
}  // namespace parley::net
