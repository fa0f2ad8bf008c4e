// A fast AI provider for benchmarks: one thread, epoll, loopback only.
//
//   mock_provider PORT
//
// POST /v1/messages, /v1/chat/completions, /v1/responses   streamed or not
// POST /_config?ttft_ms=50&gap_ms=20&tokens=64             set when tokens leave, and how many
// GET  /_stats                                             calls, streams and bytes of the calls'
//                                                          bodies since then
//
// A stream sends its first token ttft_ms after the call and one more every gap_ms (0: all at once).
// Each token's text is "@<CLOCK_MONOTONIC ns>@ " as of its sending, so that a reader on the same
// machine can tell how long every single token was under way.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include "bench/mock_provider/request.h"
#include "bench/mock_provider/wire.h"
#include "bench/socket.h"

namespace parley::bench {
namespace {

struct Timing {
  int64_t first_token_ns = 0;
  int64_t gap_ns = 0;
  int tokens = 64;
};

struct Connection {
  int fd = -1;
  uint64_t generation = 0;  ///< tells connections apart that had the same descriptor
  std::string in;
  std::string out;
  size_t sent_bytes = 0;
  bool waits_to_write = false;
  bool close_after = false;
  bool busy = false;  ///< an answer is due
  Call call;
  int tokens_sent = 0;
};

/// When a connection's next token leaves. The earliest is on top of the queue.
struct Due {
  int64_t at_ns = 0;
  int fd = -1;
  uint64_t generation = 0;
  bool operator<(const Due& other) const { return at_ns > other.at_ns; }
};

std::string chunk(std::string_view data) {
  return fmt::format("{:x}\r\n{}\r\n", data.size(), data);
}

std::string whole_reply(int status, std::string_view body) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", status,
      status == 200 ? "OK" : "Not Found", body.size(), body);
}

class MockProvider {
 public:
  explicit MockProvider(uint16_t port) : listener_(listen_on(port)), epoll_(epoll_create1(0)) {
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 1024> events{};
    for (;;) {
      const int64_t until_ns = due_.empty() ? never_ns : due_.top().at_ns;
      const size_t count = wait_for_events(epoll_, events, until_ns);
      for (size_t i = 0; i < count; ++i) handle(events[i]);
      send_due_tokens();
    }
  }

 private:
  void watch(int fd, uint32_t what, int operation) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    epoll_ctl(epoll_, operation, fd, &event);
  }

  void handle(const epoll_event& event) {
    if (event.data.fd == listener_) return accept_all();
    const auto found = connections_.find(event.data.fd);
    if (found == connections_.end()) return;
    Connection& connection = *found->second;
    if ((event.events & EPOLLOUT) != 0 && !flush(connection)) return;
    if (receive_into(connection.fd, connection.in) == Received::closed) return drop(connection);
    serve(connection);
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto connection = std::make_unique<Connection>();
      connection->fd = fd;
      connection->generation = ++generations_;
      connections_[fd] = std::move(connection);
      watch(fd, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
    }
  }

  void drop(Connection& connection) {
    const int fd = connection.fd;
    close(fd);
    connections_.erase(fd);
  }

  /// Sends what can be sent; false if the connection is gone.
  bool flush(Connection& connection) {
    const Sent sent = send_rest(connection.fd, connection.out, connection.sent_bytes);
    if (sent == Sent::all) {
      connection.out.clear();
      connection.sent_bytes = 0;
    }
    if (sent == Sent::broken || (sent == Sent::all && connection.close_after && !connection.busy)) {
      drop(connection);
      return false;
    }
    if (connection.waits_to_write != (sent == Sent::blocked)) {
      connection.waits_to_write = sent == Sent::blocked;
      const uint32_t writing = connection.waits_to_write ? EPOLLOUT : 0U;
      watch(connection.fd, EPOLLIN | EPOLLRDHUP | writing, EPOLL_CTL_MOD);
    }
    return true;
  }

  /// Answers the requests that have arrived, one after the other.
  void serve(Connection& connection) {
    while (!connection.busy) {
      auto request = take_request(connection.in);
      if (!request) return;
      connection.close_after = request->close;
      answer(connection, *request);
      if (!flush(connection)) return;
    }
  }

  void answer(Connection& connection, const Request& request) {
    const Dialect dialect = dialect_of(request.path);
    if (request.method == "POST" && dialect != Dialect::none) {
      return begin_call(connection, request, dialect);
    }
    if (request.path == "/_config") configure(request.query);
    const bool known = request.path == "/_config" || request.path == "/_stats";
    connection.out +=
        whole_reply(known ? 200 : 404, fmt::format(R"({{"calls":{},"streams":{},"bodyBytes":{}}})",
                                                   calls_, streams_, body_bytes_));
  }

  void configure(std::string_view query) {
    const auto ms = static_cast<double>(ns_per_ms);
    timing_.first_token_ns = static_cast<int64_t>(query_number(query, "ttft_ms", 0) * ms);
    timing_.gap_ns = static_cast<int64_t>(query_number(query, "gap_ms", 0) * ms);
    timing_.tokens = static_cast<int>(query_number(query, "tokens", timing_.tokens));
    calls_ = streams_ = body_bytes_ = 0;
  }

  void begin_call(Connection& connection, const Request& request, Dialect dialect) {
    const std::string& body = request.body;
    connection.busy = true;
    connection.tokens_sent = 0;
    body_bytes_ += body.size();
    connection.call = {.dialect = dialect,
                       .number = ++calls_,
                       .input_bytes = body.size(),
                       .tokens = timing_.tokens,
                       .stream = body.find("\"stream\":true") != std::string::npos ||
                                 body.find("\"stream\": true") != std::string::npos,
                       .include_usage = body.find("include_usage") != std::string::npos};
    int64_t due_ns = now_ns() + timing_.first_token_ns;
    if (connection.call.stream) {
      ++streams_;
    } else {
      due_ns += timing_.gap_ns * (timing_.tokens - 1);
    }
    due_.push({due_ns, connection.fd, connection.generation});
  }

  void send_due_tokens() {
    const int64_t now = now_ns();
    while (!due_.empty() && due_.top().at_ns <= now) {
      const Due due = due_.top();
      due_.pop();
      const auto found = connections_.find(due.fd);
      if (found == connections_.end() || found->second->generation != due.generation) continue;
      go_on(*found->second, due.at_ns);
    }
  }

  void go_on(Connection& connection, int64_t due_ns) {
    const Call& call = connection.call;
    if (!call.stream) {
      std::string text;
      for (int i = 0; i < call.tokens; ++i) text += fmt::format("@{}@ ", now_ns());
      connection.out += whole_reply(200, whole_answer(call, text));
      connection.busy = false;
    } else {
      if (connection.tokens_sent == 0) begin_stream(connection);
      do {
        connection.out += chunk(stream_token(call, fmt::format("@{}@ ", now_ns())));
      } while (++connection.tokens_sent < call.tokens && timing_.gap_ns == 0);
      if (connection.tokens_sent < call.tokens) {
        due_.push({due_ns + timing_.gap_ns, connection.fd, connection.generation});
      } else {
        connection.out += chunk(stream_tail(call)) + "0\r\n\r\n";
        connection.busy = false;
      }
    }
    if (flush(connection) && !connection.busy) serve(connection);
  }

  static void begin_stream(Connection& connection) {
    connection.out +=
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        chunk(stream_head(connection.call));
  }

  int listener_;
  int epoll_;
  Timing timing_;
  uint64_t generations_ = 0;
  uint64_t calls_ = 0;
  uint64_t streams_ = 0;
  uint64_t body_bytes_ = 0;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::priority_queue<Due> due_;
};

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  parley::bench::be_punctual();
  const auto port = static_cast<uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  parley::bench::MockProvider(port).run();
}
