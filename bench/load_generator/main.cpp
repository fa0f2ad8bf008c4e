// A closed-loop HTTP/1.1 and event-stream load generator: one thread, epoll, loopback only.
//
//   load_generator PORT REQUESTS CONNECTIONS COUNT [SECONDS_MAX]
//
// REQUESTS is a file of records "<decimal length>\n<bytes of one request>"; request i of the run is
// record i modulo their number. Each connection sends its next request when an answer is complete.
// Prints one JSON object; times in milliseconds from the writing of the request:
//   latency  last byte of the answer        first_token  first "@<ns>@" stamp of mock_provider in
//   it relay    of every stamp, how old it is on arrival: the delay added on the way
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "bench/load_generator/distribution.h"
#include "bench/load_generator/response_reader.h"
#include "bench/socket.h"

namespace parley::bench {
namespace {

std::vector<std::string> read_requests(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> requests;
  for (size_t at = 0; at < all.size();) {
    const size_t line_end = all.find('\n', at);
    const size_t size = std::strtoull(all.c_str() + at, nullptr, 10);
    requests.push_back(all.substr(line_end + 1, size));
    at = line_end + 1 + size;
  }
  return requests;
}

struct Connection {
  int fd = -1;
  bool active = false;
  bool used = false;  ///< has carried a whole answer, so the server may close it at any time
  size_t request = 0;
  size_t written = 0;
  int64_t begun_ns = 0;
  bool has_token = false;
  ResponseReader reader;
  std::string unread;  ///< of the body: what may still be part of a stamp
};

struct Options {
  uint16_t port = 0;
  std::vector<std::string> requests;
  size_t connections = 1;
  size_t count = 1;
  int64_t time_max_ns = 0;
};

class LoadGenerator {
 public:
  explicit LoadGenerator(Options options)
      : options_(std::move(options)),
        epoll_(epoll_create1(0)),
        connections_(options_.connections) {}

  void run() {
    began_ns_ = now_ns();
    for (Connection& connection : connections_) begin_next(connection);
    std::array<epoll_event, 1024> events{};
    constexpr int check_deadline_ms = 100;
    while (active_ > 0 && now_ns() < began_ns_ + options_.time_max_ns) {
      const int count =
          epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), check_deadline_ms);
      for (int i = 0; i < count; ++i) handle(events[static_cast<size_t>(i)]);
    }
    print();
  }

 private:
  void watch(const Connection& connection, bool writing, int operation) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0U);
    event.data.u64 = static_cast<uint64_t>(&connection - connections_.data());
    epoll_ctl(epoll_, operation, connection.fd, &event);
  }

  void begin_next(Connection& connection) {
    if (begun_ == options_.count) return;
    connection.request = begun_++ % options_.requests.size();
    connection.begun_ns = now_ns();
    connection.active = true;
    ++active_;
    send_request(connection);
  }

  void send_request(Connection& connection) {
    connection.written = 0;
    connection.has_token = false;
    connection.reader.reset();
    connection.unread.clear();
    if (connection.fd < 0) {
      connection.fd = start_connecting(options_.port);
      connection.used = false;
      watch(connection, true, EPOLL_CTL_ADD);
    } else {
      write(connection);
    }
  }

  void write(Connection& connection) {
    const std::string& request = options_.requests[connection.request];
    const Sent sent = send_rest(connection.fd, request, connection.written);
    if (sent == Sent::broken) return lose(connection);
    watch(connection, sent == Sent::blocked, EPOLL_CTL_MOD);
  }

  void handle(const epoll_event& event) {
    Connection& connection = connections_[event.data.u64];
    const bool unwritten = connection.written < options_.requests[connection.request].size();
    if ((event.events & EPOLLOUT) != 0 && connection.active && unwritten) write(connection);
    if (connection.fd < 0) return;
    std::string bytes;
    const Received received = receive_into(connection.fd, bytes);
    if (!bytes.empty() && connection.active) take(connection, bytes);
    if (received == Received::closed && connection.fd >= 0) lose(connection);
  }

  void take(Connection& connection, std::string_view bytes) {
    const int64_t now = now_ns();
    connection.reader.feed(bytes, connection.unread);
    read_stamps(connection, now);
    if (connection.reader.is_complete()) finish(connection, now);
  }

  /// Finds "@<digits>@" in the body.
  void read_stamps(Connection& connection, int64_t now) {
    const std::string& body = connection.unread;
    size_t done = 0;
    for (size_t open = body.find('@'); open != std::string::npos; open = body.find('@', done)) {
      const size_t close = body.find_first_not_of("0123456789", open + 1);
      done = open;
      if (close == std::string::npos) break;  // the rest has not arrived
      done = open + 1;
      if (body[close] != '@' || close == open + 1) continue;
      const int64_t sent_ns = std::strtoll(body.c_str() + open + 1, nullptr, 10);
      relay_.add_ns(now - sent_ns);
      if (!connection.has_token) first_token_.add_ns(now - connection.begun_ns);
      connection.has_token = true;
      done = close + 1;
    }
    connection.unread.erase(0, body.find('@', done) == std::string::npos ? body.size() : done);
  }

  void finish(Connection& connection, int64_t now) {
    latency_.add_ns(now - connection.begun_ns);
    ++statuses_[connection.reader.status()];
    ended_ns_ = now;
    connection.active = false;
    connection.used = true;
    --active_;
    if (connection.reader.closes()) disconnect(connection);
    begin_next(connection);
  }

  static void disconnect(Connection& connection) {
    close(connection.fd);
    connection.fd = -1;
  }

  /// The server closed. A kept connection may go before it carries an answer: that is repeated.
  void lose(Connection& connection) {
    disconnect(connection);
    if (!connection.active) return;
    if (connection.reader.ends_with_connection()) return finish_lost(connection);
    if (connection.used && !connection.reader.has_begun()) return send_request(connection);
    ++errors_;
    connection.active = false;
    --active_;
    begin_next(connection);
  }

  void finish_lost(Connection& connection) {
    latency_.add_ns(now_ns() - connection.begun_ns);
    ++statuses_[connection.reader.status()];
    ended_ns_ = now_ns();
    connection.active = false;
    --active_;
    begin_next(connection);
  }

  void print() {
    const double seconds = static_cast<double>(ended_ns_ - began_ns_) / 1e9;
    size_t answers = 0;
    std::string statuses;
    for (const auto& [status, count] : statuses_) {
      answers += count;
      statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
    }
    fmt::print(
        R"({{"answers":{},"errors":{},"unfinished":{},"seconds":{:.4f},"per_second":{:.1f},)",
        answers, errors_, active_, seconds, static_cast<double>(answers) / seconds);
    fmt::print("\"statuses\":{{{}}},\"latency\":{},\"first_token\":{},\"relay\":{}}}\n", statuses,
               latency_.json(), first_token_.json(), relay_.json());
  }

  Options options_;
  int epoll_;
  std::vector<Connection> connections_;
  size_t begun_ = 0;
  size_t active_ = 0;
  size_t errors_ = 0;
  int64_t began_ns_ = 0;
  int64_t ended_ns_ = 0;
  std::map<int, size_t> statuses_;
  Distribution latency_;
  Distribution first_token_;
  Distribution relay_;
};

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  using namespace parley::bench;
  std::signal(SIGPIPE, SIG_IGN);
  if (argc < 5) {
    fmt::print(stderr, "usage: load_generator PORT REQUESTS CONNECTIONS COUNT [SECONDS_MAX]\n");
    return 2;
  }
  constexpr int64_t seconds_max = 60;
  Options options;
  options.port = static_cast<uint16_t>(std::atoi(argv[1]));
  options.requests = read_requests(argv[2]);
  options.connections = std::strtoull(argv[3], nullptr, 10);
  options.count = std::strtoull(argv[4], nullptr, 10);
  options.time_max_ns = (argc > 5 ? std::atoll(argv[5]) : seconds_max) * ns_per_s;
  if (options.requests.empty()) {
    fmt::print(stderr, "no requests in {}\n", argv[2]);
    return 2;
  }
  LoadGenerator(std::move(options)).run();
  return 0;
}
