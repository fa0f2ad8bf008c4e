// The life of a connection: persistence, deadlines, limits, hang-ups, drain.
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <semaphore>
#include <thread>

#include "tests/api/http_fixture.h"
#include "tests/fakes/best_of.h"

namespace parley {

namespace {

constexpr const char* simple = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

using ConnectionTest = DoorTest;

TEST_F(ConnectionTest, closes_when_the_client_asks) {
  start();
  RawClient client(door->port());
  client.request("GET", "/", {{"Connection", "foo, Close"}});
  EXPECT_EQ(client.read_response()->header("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, http_1_0_closes_unless_asked_to_stay) {
  start();
  RawClient client(door->port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read_response()->header("connection"), "keep-alive");
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.read_response()->header("connection"), "close");
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, says_continue_only_to_a_body_it_will_take) {
  start();
  RawClient client(door->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 100);
  client.send("ok");
  EXPECT_EQ(client.read_response()->body, "POST / ok");
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 413);
}

TEST_F(ConnectionTest, a_413_reaches_a_client_that_is_still_sending) {
  start();
  for (int i = 0; i < 10; ++i) {
    RawClient client(door->port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000000\r\n\r\n");
    std::thread sender([&client] { client.send(std::string(4'000'000, 'x')); });
    const auto response = client.read_response();
    client.shutdown_write();
    sender.join();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 413);
  }
}

TEST_F(ConnectionTest, answers_a_client_that_closed_its_sending_half) {
  start();
  RawClient client(door->port());
  client.send(std::string(simple) + simple);
  client.shutdown_write();
  EXPECT_TRUE(client.read_response());
  EXPECT_TRUE(client.read_response());
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, a_slow_head_is_timed_out) {
  options.head_deadline_ms = 200;
  start();
  RawClient client(door->port());
  const int64_t begin_ms = now_ms();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  EXPECT_EQ(client.read_response()->status, 408);
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_GE(now_ms() - begin_ms, 200);
}

TEST_F(ConnectionTest, a_slow_body_is_timed_out_and_a_fast_one_is_not) {
  options.body_grace_ms = 100;
  options.body_bytes_per_second_min = 10'000;
  start();
  RawClient slow(door->port());
  slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nx");
  RawClient fast(door->port());
  fast.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" +
            std::string(59'999, 'x'));
  EXPECT_EQ(slow.read_response()->status, 408);
  fast.send("x");
  EXPECT_EQ(fast.read_response()->status, 200);
}

TEST_F(ConnectionTest, an_idle_connection_is_closed_without_a_word) {
  options.idle_deadline_ms = 100;
  start();
  RawClient client(door->port());
  client.send(simple);
  EXPECT_TRUE(client.read_response());
  EXPECT_FALSE(client.read_head());
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
}

TEST_F(ConnectionTest, a_reader_that_takes_nothing_is_cut) {
  options.write_stall_ms = 200;
  handler.on_request = [](const net::Request&, const net::Respond& respond) {
    respond(plain_response(200, std::string(20'000'000, 'x')));
  };
  start();
  RawClient client(door->port());
  client.send(simple);
  ASSERT_TRUE(client.read_head());
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
}

TEST_F(ConnectionTest, a_slow_reader_costs_no_worker) {
  options.workers = 1;
  handler.on_request = [](const net::Request& request, const net::Respond& respond) {
    const bool is_big = request.head.target == "/big";
    respond(plain_response(200, std::string(is_big ? 20'000'000 : 10, 'x')));
  };
  start();
  RawClient slow(door->port());
  slow.request("GET", "/big");
  ASSERT_TRUE(slow.read_head());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(fetch(door->port(), "GET", "/small")->status, 200);
}

TEST_F(ConnectionTest, notices_a_hang_up_while_a_worker_has_the_request) {
  std::binary_semaphore taken(0);
  std::binary_semaphore released(0);
  handler.on_request = [&](const net::Request&, const net::Respond& respond) {
    taken.release();
    released.acquire();
    respond(plain_response(200, "late"));
  };
  start();
  const auto noticed_ms = [&] {
    const int64_t hang_ups_before = door->stats().hang_ups_total;
    RawClient client(door->port());
    client.send(simple);
    taken.acquire();
    const int64_t begin_ms = now_ms();
    client.reset();
    EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
    const int64_t took_ms = now_ms() - begin_ms;
    EXPECT_EQ(door->stats().hang_ups_total, hang_ups_before + 1);
    released.release();
    return took_ms;
  };
  EXPECT_LE(best_ms(50, noticed_ms), 50);
  door.reset();  // its worker may still be waking
}

TEST_F(ConnectionTest, a_full_queue_is_answered_with_503_and_the_connection_lives) {
  options.workers = 1;
  options.queue_max = 1;
  std::promise<void> release;
  const std::shared_future<void> released(release.get_future());
  handler.on_request = [released](const net::Request&, const net::Respond& respond) {
    released.wait();
    respond(plain_response(200, "done"));
  };
  start();
  RawClient first(door->port());
  first.send(simple);
  EXPECT_TRUE(eventually(
      [this] { return door->stats().requests_total == 1 && door->stats().queue_length == 0; }));
  RawClient second(door->port());
  second.send(simple);
  EXPECT_TRUE(eventually([this] { return door->stats().queue_length == 1; }));
  RawClient third(door->port());
  third.send(simple);
  EXPECT_EQ(third.read_response()->status, 503);
  release.set_value();
  EXPECT_EQ(first.read_response()->status, 200);
  EXPECT_EQ(second.read_response()->status, 200);
  third.send(simple);
  EXPECT_EQ(third.read_response()->status, 200);
}

TEST_F(ConnectionTest, more_connections_than_allowed_are_turned_away) {
  options.connections_max = 2;
  start();
  RawClient first(door->port());
  RawClient second(door->port());
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 2; }));
  RawClient third(door->port());
  EXPECT_EQ(third.read_response()->status, 503);
  first.close();
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 1; }));
  EXPECT_EQ(fetch(door->port(), "GET", "/")->status, 200);
}

TEST_F(ConnectionTest, survives_running_out_of_descriptors) {
  start();
  ASSERT_EQ(fetch(door->port(), "GET", "/")->status, 200);
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
  const int next = ::dup(0);
  ::close(next);
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  const rlimit room_for_one{static_cast<rlim_t>(next) + 1, old.rlim_max};
  setrlimit(RLIMIT_NOFILE, &room_for_one);
  RawClient waiting(door->port());  // has the last descriptor; the kernel accepts for the door
  const bool is_connected = waiting.is_connected();
  const bool is_answered_early = waiting.send(simple) && waiting.read_head(300);
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_TRUE(is_connected);
  EXPECT_FALSE(is_answered_early);
  EXPECT_TRUE(waiting.read_response());
  EXPECT_EQ(fetch(door->port(), "GET", "/")->status, 200);
}

TEST_F(ConnectionTest, a_request_that_nobody_answers_closes_the_connection) {
  handler.on_request = [](const net::Request&, const net::Respond&) {};
  start();
  RawClient client(door->port());
  client.send(simple);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, an_answer_after_the_doors_end_is_dropped) {
  net::Respond kept;
  std::promise<void> taken;
  handler.on_request = [&](const net::Request&, net::Respond respond) {
    kept = std::move(respond);
    taken.set_value();
  };
  start();
  RawClient client(door->port());
  client.send(simple);
  taken.get_future().wait();
  door.reset();
  kept(plain_response(200, "too late"));
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, drain_ends_idle_connections_and_finishes_running_requests) {
  hold_slow_requests();
  start();
  RawClient idle(door->port());
  idle.send(simple);
  ASSERT_TRUE(idle.read_response());
  RawClient running(door->port());
  running.request("GET", "/slow");
  slow_arrived.get_future().wait();
  std::thread drain([this] { door->drain(5'000); });
  EXPECT_TRUE(idle.is_closed_by_peer());
  slow_goes_on.set_value();
  const auto response = running.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "done");
  EXPECT_EQ(response->header("connection"), "close");
  running.close();
  drain.join();
  EXPECT_FALSE(RawClient(door->port()).is_connected());
}

TEST_F(ConnectionTest, drain_answers_the_next_request_of_who_was_just_answered) {
  options.drain_idle_ms = 60'000;
  start();
  RawClient client(door->port());
  client.send(simple);
  ASSERT_TRUE(client.read_response());
  std::thread drain([this] { door->drain(60'000); });
  while (RawClient(door->port()).is_connected()) std::this_thread::yield();
  client.send(simple);
  const auto response = client.read_response();
  EXPECT_TRUE(response && response->header("connection") == "close");
  client.close();
  drain.join();
}

TEST_F(ConnectionTest, drain_answers_what_has_arrived_already) {
  handler.policy.is_quick = true;  // the loop itself is busy, so that nothing is read meanwhile
  hold_slow_requests();
  start();
  RawClient kept(door->port());
  kept.send(simple);
  ASSERT_TRUE(kept.read_response());
  RawClient slow(door->port());
  slow.request("GET", "/slow");
  slow_arrived.get_future().wait();
  std::thread drain([this] { door->drain(5'000); });
  kept.send(simple);
  RawClient fresh(door->port());
  fresh.send(simple);
  slow_goes_on.set_value();
  for (RawClient* client : {&kept, &fresh}) {
    const auto response = client->read_response();
    EXPECT_TRUE(response && response->body == "done");
    client->close();
  }
  slow.close();
  drain.join();
}

TEST_F(ConnectionTest, drain_cuts_what_outlives_the_grace) {
  net::Respond kept;
  std::promise<void> arrived;
  handler.on_request = [&](const net::Request&, net::Respond respond) {
    kept = std::move(respond);
    arrived.set_value();
  };
  start();
  RawClient client(door->port());
  client.send(simple);
  arrived.get_future().wait();
  const int64_t begin_ms = now_ms();
  door->drain(100);
  EXPECT_GE(now_ms() - begin_ms, 100);
  EXPECT_LT(now_ms() - begin_ms, 10'000) << "else it waits for ever";
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ConnectionTest, a_taken_port_is_an_error) {
  start();
  auto taken = options;
  taken.port = door->port();
  net::FrontDoor second(taken, handler);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::unavailable);
  EXPECT_THAT(started.error().message, testing::HasSubstr(std::to_string(taken.port)));
}

TEST_F(ConnectionTest, bodies_beyond_memory_go_to_a_file) {
  options.body_memory_bytes = 1'000;
  handler.policy = {10'000'000, true};
  handler.on_request = [](const net::Request& request, const net::Respond& respond) {
    std::string text(static_cast<size_t>(request.body.size), '\0');
    const bool is_spooled = request.body.file.is_open();
    if (is_spooled) std::ignore = ::pread(request.body.file.get(), text.data(), text.size(), 0);
    respond(plain_response(
        200, (is_spooled ? "file " : "memory ") + (is_spooled ? text : request.body.bytes)));
  };
  start();
  std::string big;
  for (int i = 0; big.size() < 5'000'000; ++i) big += std::to_string(i) + ",";
  RawClient client(door->port());
  client.request("POST", "/", {}, std::string(1'000, 'a'));
  EXPECT_EQ(client.read_response()->body, "memory " + std::string(1'000, 'a'));
  client.request("POST", "/", {}, big);
  EXPECT_EQ(client.read_response()->body, "file " + big);
  EXPECT_TRUE(std::filesystem::is_empty(spool.path()));
}

}  // namespace parley
