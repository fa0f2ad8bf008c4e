// The front door over real sockets: requests in their ordinary and extraordinary shapes.
#include "tests/api/http_fixture.h"
#include "tests/fakes/exhausted.h"

namespace parley {

TEST_F(DoorTest, answers_a_request) {
  start();
  const auto response = fetch(door->port(), "GET", "/hello?x=1");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "GET /hello?x=1 ");
}

TEST_F(DoorTest, keeps_the_connection_between_requests) {
  start();
  RawClient client(door->port());
  for (int i = 0; i < 3; ++i) {
    client.request("POST", "/n", {}, std::to_string(i));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "POST /n " + std::to_string(i));
  }
  EXPECT_EQ(door->stats().connections_total, 1);
  EXPECT_EQ(door->stats().requests_total, 3);
}

TEST_F(DoorTest, takes_a_request_one_byte_at_a_time) {
  start();
  RawClient client(door->port());
  const std::string request =
      "POST /drip HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=\"y\"\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char byte : request) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.read_response()->body, "POST /drip abcde");
  EXPECT_EQ(client.read_response()->body, "GET /next ");
}

TEST_F(DoorTest, answers_pipelined_requests_in_order) {
  start();
  RawClient client(door->port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
  }
  client.send(requests);
  for (int i = 0; i < 50; ++i) {
    const auto response = client.read_response();
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->body, "POST /" + std::to_string(i) + " x");
  }
}

TEST_F(DoorTest, without_threads_it_does_not_start_and_says_why) {
  door = std::make_unique<net::FrontDoor>(options, handler);
  const fakes::NoThreadsLeft none;
  const auto started = door->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message, "There are no threads left");
}

}  // namespace parley
