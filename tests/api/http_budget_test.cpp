// What all request bodies together may take of memory, over real sockets.
#include "tests/api/http_fixture.h"

namespace parley {

class BodyBudgetTest : public DoorTest {
 public:
  int status_of_post(size_t bytes) {
    return fetch(door->port(), "POST", "/", {}, std::string(bytes, 'a'))->status;
  }
};

TEST_F(BodyBudgetTest, bodies_in_memory_share_a_budget) {
  options.body_memory_total_max = 1'000;
  start();
  RawClient holder(door->port());
  holder.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 901\r\n\r\n" + std::string(900, 'a'));
  EXPECT_TRUE(eventually([this] { return status_of_post(200) == 503; }));
  holder.send("a");
  EXPECT_EQ(holder.read_response()->status, 200);
  EXPECT_TRUE(eventually([this] { return status_of_post(200) == 200; }))
      << "as soon as the worker is done with the request";
}

TEST_F(BodyBudgetTest, an_answer_that_nobody_takes_holds_no_part_of_the_bodies_budget) {
  options.body_memory_total_max = 1'000;
  handler.on_request = [](const net::Request& request, const net::Respond& respond) {
    const bool is_large = request.head.target == "/large";
    respond(plain_response(200, std::string(is_large ? 32'000'000 : 1, 'x')));
  };
  start();
  RawClient slow(door->port());
  slow.set_receive_buffer(16 * 1024);
  slow.request("POST", "/large", {}, std::string(900, 'a'));
  ASSERT_TRUE(slow.read_head());
  EXPECT_TRUE(eventually([this] { return status_of_post(900) == 200; }));
}

TEST_F(BodyBudgetTest, a_body_that_is_kept_after_its_answer_holds_its_part_of_the_budget) {
  options.body_memory_total_max = 1'000;
  std::promise<net::RequestBody> kept;
  handler.on_request = [&](net::Request request, const net::Respond& respond) {
    if (request.head.target == "/keep") kept.set_value(std::move(request.body));
    respond(plain_response(200, ""));
  };
  start();
  EXPECT_EQ(fetch(door->port(), "POST", "/keep", {}, std::string(1'000, 'a'))->status, 200);
  EXPECT_EQ(status_of_post(1'000), 503);
  kept.get_future().get();  // and thrown away
  EXPECT_EQ(status_of_post(1'000), 200);
}

TEST_F(BodyBudgetTest, spool_files_share_a_budget) {
  options.body_memory_bytes = 10;
  options.spool_bytes_max = 1'000;
  handler.policy = {10'000, true};
  start();
  EXPECT_EQ(status_of_post(1'001), 503);
  EXPECT_EQ(status_of_post(900), 200);
  EXPECT_TRUE(eventually([this] { return status_of_post(900) == 200; }))
      << "as soon as the worker is done with the first";
}

}  // namespace parley
