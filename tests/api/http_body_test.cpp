// Response bodies over real sockets: files, streams, slow readers, hang-ups.
#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include "tests/api/http_fixture.h"
#include "tests/fakes/best_of.h"

namespace parley {

namespace {

/// A stream that the test feeds.
class TestSource final : public net::BodySource {
 public:
  State read(std::string& out, size_t bytes_max) override {
    const std::lock_guard lock(mutex_);
    ++reads;
    if (endless_) {
      out.append(bytes_max, 'x');
      return State::more;
    }
    out += pending_;
    pending_.clear();
    return is_ended_ ? State::end : State::wait;
  }
  void on_wake(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void close(bool client_gone) override { ++(client_gone ? cut : done); }
  void drain() override { push("bye", true); }

  void push(const std::string& text, bool is_last = false) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      pending_ += text;
      is_ended_ = is_ended_ || is_last;
      wake = wake_;
    }
    if (wake) wake();
  }
  void make_endless() {
    const std::lock_guard lock(mutex_);
    endless_ = true;
  }

  std::atomic<int> reads = 0;
  std::atomic<int> cut = 0;
  std::atomic<int> done = 0;

 private:
  std::mutex mutex_;
  std::string pending_;
  bool is_ended_ = false;
  bool endless_ = false;
  std::function<void()> wake_;
};

net::Response chunked(std::shared_ptr<net::BodySource> source) {
  net::Response response;
  response.head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  response.body = std::move(source);
  return response;
}

}  // namespace

class BodyTest : public DoorTest {
 public:
  void start_with_stream() {
    handler.on_request = [this](const net::Request& request, const net::Respond& respond) {
      if (request.head.target != "/stream") return respond(plain_response(200, "plain"));
      net::Response response = chunked(source);
      if (request.head.is_http_1_0) response.head = "HTTP/1.1 200 OK\r\n\r\n";
      response.keep_alive_bytes = ": keep-alive\n\n";
      respond(std::move(response));
    };
    start();
  }

  std::shared_ptr<TestSource> source = std::make_shared<TestSource>();
};

TEST_F(BodyTest, sends_a_slice_of_a_file) {
  const std::string path = spool.path("file");
  const std::string content(3'000'000, 'f');
  std::ofstream(path) << "12345" << content << "67890";
  handler.on_request = [&](const net::Request&, const net::Respond& respond) {
    net::Response response;
    response.head = plain_head(200, content.size());
    response.body = net::FileSlice{FileDescriptor(::open(path.c_str(), O_RDONLY)), 5,
                                   static_cast<int64_t>(content.size())};
    respond(std::move(response));
  };
  start();
  RawClient client(door->port());
  for (int i = 0; i < 3; ++i) {
    client.request("GET", "/");
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, content);
  }
}

TEST_F(BodyTest, a_slow_reader_of_a_file_keeps_nobody_waiting) {
  constexpr int64_t size = 64 * 1024 * 1024;  // more than the kernel holds for a connection
  const std::string path = spool.path("file");
  std::ofstream(path).close();
  std::filesystem::resize_file(path, size);
  handler.on_request = [&](const net::Request& request, const net::Respond& respond) {
    if (request.head.target != "/file") return respond(plain_response(200, "plain"));
    net::Response response;
    response.head = plain_head(200, size);
    response.body = net::FileSlice{FileDescriptor(::open(path.c_str(), O_RDONLY)), 0, size};
    respond(std::move(response));
  };
  start();
  RawClient slow(door->port());
  slow.set_receive_buffer(16 * 1024);
  slow.request("GET", "/file");
  ASSERT_TRUE(slow.read_head());
  const auto other = fetch(door->port(), "GET", "/other");
  slow.close();  // also frees a loop that waits for it
  ASSERT_TRUE(other);
  EXPECT_EQ(other->body, "plain");
}

TEST_F(BodyTest, a_file_that_got_shorter_cuts_the_answer) {
  const std::string path = spool.path("file");
  std::ofstream(path) << "short";
  handler.on_request = [&](const net::Request&, const net::Respond& respond) {
    net::Response response;
    response.head = plain_head(200, 100);
    response.body = net::FileSlice{FileDescriptor(::open(path.c_str(), O_RDONLY)), 0, 100};
    respond(std::move(response));
  };
  start();
  RawClient client(door->port());
  client.request("GET", "/");
  ASSERT_TRUE(client.read_head());
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(BodyTest, a_stream_is_chunked_and_the_connection_stays) {
  start_with_stream();
  RawClient client(door->port());
  client.request("GET", "/stream");
  client.request("GET", "/next");
  ASSERT_TRUE(client.read_head());
  source->push("one");
  EXPECT_EQ(client.read_chunk(), "one");
  source->push("two", true);
  EXPECT_EQ(client.read_chunk(), "two");
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_EQ(client.read_response()->body, "plain");
  EXPECT_EQ(source->done, 1);
  EXPECT_EQ(source->cut, 0);
  EXPECT_EQ(door->stats().streams_open, 0);
}

TEST_F(BodyTest, a_stream_to_http_1_0_ends_with_the_connection) {
  start_with_stream();
  RawClient client(door->port());
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  source->push("all of it", true);
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_EQ(response->body, "all of it");
}

TEST_F(BodyTest, a_hang_up_reaches_a_silent_stream_within_50_ms) {
  start_with_stream();
  for (const bool is_reset : {true, false}) {
    const auto noticed_ms = [&] {
      source->cut = 0;
      RawClient client(door->port());
      client.request("GET", "/stream");
      EXPECT_TRUE(client.read_head());
      const int64_t begin_ms = now_ms();
      is_reset ? client.reset() : client.close();
      EXPECT_TRUE(eventually([this] { return source->cut == 1; }));
      const int64_t took_ms = now_ms() - begin_ms;
      EXPECT_EQ(door->stats().streams_open, 0);
      return took_ms;
    };
    EXPECT_LE(best_ms(50, noticed_ms), 50);
  }
}

TEST_F(BodyTest, a_stream_whose_client_has_left_already_is_not_counted_as_open) {
  std::promise<void> may_answer;
  handler.on_request = [&](const net::Request&, const net::Respond& respond) {
    may_answer.get_future().wait();
    respond(chunked(source));
  };
  start();
  RawClient client(door->port());
  client.request("POST", "/stream", {}, "{}");
  client.shutdown_write();
  EXPECT_TRUE(eventually([this] { return door->stats().hang_ups_total == 1; }));
  may_answer.set_value();
  EXPECT_TRUE(eventually([this] { return source->cut == 1; }));
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
  EXPECT_EQ(door->stats().streams_open, 0);
}

TEST_F(BodyTest, a_silent_stream_gets_its_keep_alive_bytes) {
  options.silence_ms = 100;
  start_with_stream();
  RawClient client(door->port());
  client.request("GET", "/stream");
  ASSERT_TRUE(client.read_head());
  const int64_t begin_ms = now_ms();
  EXPECT_EQ(client.read_chunk(), ": keep-alive\n\n");
  EXPECT_GE(now_ms() - begin_ms, 50);
  EXPECT_EQ(client.read_chunk(), ": keep-alive\n\n");
}

TEST_F(BodyTest, a_slow_reader_is_pulled_no_further_than_its_buffers) {
  options.write_stall_ms = 300;
  source->make_endless();
  start_with_stream();
  RawClient client(door->port());
  client.set_receive_buffer(16 * 1024);
  client.request("GET", "/stream");
  ASSERT_TRUE(client.read_head());
  EXPECT_TRUE(eventually([this] { return source->cut == 1; }));
  // 16 KiB a read: 64 KiB that are not sent yet, what the client's own buffer holds, and ours.
  EXPECT_LT(source->reads, 20);
  EXPECT_EQ(fetch(door->port(), "GET", "/other")->body, "plain");
}

TEST_F(BodyTest, drain_lets_a_stream_say_goodbye) {
  start_with_stream();
  RawClient client(door->port());
  client.request("GET", "/stream");
  ASSERT_TRUE(client.read_head());
  door->drain(0);
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(BodyTest, drain_waits_for_streams_to_end) {
  start_with_stream();
  RawClient client(door->port());
  client.request("GET", "/stream");
  ASSERT_TRUE(client.read_head());
  std::thread drain([this] { door->drain(5'000); });
  EXPECT_EQ(client.read_chunk(), "bye");
  EXPECT_EQ(client.read_chunk(), "");
  client.close();
  drain.join();
  EXPECT_EQ(source->done, 1);
}

TEST_F(BodyTest, a_stream_is_closed_once_when_its_client_left_before_it_began) {
  std::promise<void> taken;
  std::promise<void> release;
  handler.on_request = [&](const net::Request&, const net::Respond& respond) {
    taken.set_value();
    release.get_future().wait();
    respond(chunked(source));
  };
  start();
  RawClient client(door->port());
  client.request("GET", "/stream");
  taken.get_future().wait();
  client.reset();
  EXPECT_TRUE(eventually([this] { return door->stats().connections_open == 0; }));
  release.set_value();
  EXPECT_TRUE(eventually([this] { return source->cut == 1; }));
  EXPECT_EQ(source->done, 0);
}

TEST_F(BodyTest, many_streams_from_many_threads_arrive_whole) {
  constexpr int streams = 40;
  constexpr int pieces = 100;
  std::vector<std::shared_ptr<TestSource>> sources;
  for (int i = 0; i < streams; ++i) sources.push_back(std::make_shared<TestSource>());
  handler.on_request = [&](const net::Request& request, const net::Respond& respond) {
    respond(chunked(sources[static_cast<size_t>(std::stoi(request.head.target.substr(1)))]));
  };
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < streams; ++i) {
    clients.push_back(std::make_unique<RawClient>(door->port()));
    clients.back()->request("GET", "/" + std::to_string(i));
  }
  std::vector<std::thread> producers;
  for (const auto& mine : sources) {
    producers.emplace_back([&mine] {
      for (int i = 0; i < pieces; ++i) mine->push(std::to_string(i) + ";", i + 1 == pieces);
    });
  }
  std::string expected;
  for (int i = 0; i < pieces; ++i) expected += std::to_string(i) + ";";
  for (const auto& client : clients) {
    const auto response = client->read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, expected);
  }
  for (auto& producer : producers) producer.join();
}

}  // namespace parley
