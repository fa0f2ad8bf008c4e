// An HTTP/1.1 and event-stream load generator: one thread, epoll, loopback only.
//
//   load_generator PORT REQUESTS [connections=1] [count=N] [seconds=60] [rate=R] [spread_ms=0]
//                  [tokens=0]                                  what they mean: options.h
//
// REQUESTS is a file of records "<decimal length>\n<bytes of one request>"; request i of the run is
// record i modulo their number. Without a rate, each connection sends its next request when an
// answer is complete; with one, requests fall due at it, and times count from when one was due.
// Prints one JSON object; times in milliseconds from the writing of the request:
//   latency  last byte of the answer        first_token  first "@<ns>@" stamp of mock_provider in
//   it relay    of every stamp, how old it is on arrival: the delay added on the way
//   late     requests that fell due while every connection was busy, and waited
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <vector>

#include "bench/load_generator/distribution.h"
#include "bench/load_generator/options.h"
#include "bench/load_generator/response_reader.h"
#include "bench/socket.h"

namespace parley::bench {
namespace {

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  constexpr double us_per_s = 1e6;
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / us_per_s;
}

struct Connection {
  int fd = -1;
  bool active = false;
  bool used = false;  ///< has carried a whole answer, so the server may close it at any time
  size_t request = 0;
  size_t written = 0;
  int64_t begun_ns = 0;
  size_t tokens = 0;
  ResponseReader reader;
  std::string unread;  ///< of the body: what may still be part of a stamp
};

class LoadGenerator {
 public:
  explicit LoadGenerator(Options options)
      : options_(std::move(options)), epoll_(epoll_create1(0)), connections_(options_.connections) {
    const double ns = static_cast<double>(ns_per_s);
    const double spread_step = options_.spread_ms * static_cast<double>(ns_per_ms) /
                               static_cast<double>(options_.connections);
    step_ns_ = static_cast<int64_t>(options_.rate > 0 ? ns / options_.rate : spread_step);
    for (size_t i = connections_.size(); i-- > 0;) idle_.push_back(i);
  }

  void run() {
    began_ns_ = now_ns();
    begin_until_ns_ = began_ns_ + static_cast<int64_t>(options_.seconds * 1e9);
    constexpr int64_t grace_ns = 30 * ns_per_s;
    std::array<epoll_event, 1024> events{};
    for (;;) {
      begin_due();
      if (active_ == 0 && !begins_more()) break;
      const int64_t until_ns = std::min(next_due_ns(), begin_until_ns_ + grace_ns);
      const size_t count = wait_for_events(epoll_, events, until_ns);
      for (size_t i = 0; i < count; ++i) handle(events[i]);
      if (now_ns() > begin_until_ns_ + grace_ns) break;
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

  bool begins_more() const {
    return begun_ < options_.count && now_ns() < begin_until_ns_ &&
           (options_.rate > 0 || scheduled_ < connections_.size());
  }

  /// When the next request is due that no answer brings about.
  int64_t next_due_ns() const {
    if (!begins_more() || idle_.empty()) return never_ns;
    return began_ns_ + static_cast<int64_t>(scheduled_) * step_ns_;
  }

  void begin_due() {
    for (int64_t due = next_due_ns(); due <= now_ns(); due = next_due_ns()) {
      ++scheduled_;
      const size_t index = idle_.back();
      idle_.pop_back();
      if (options_.rate > 0 && now_ns() > due + ns_per_ms) ++late_;
      begin(connections_[index], options_.rate > 0 ? due : now_ns());
    }
  }

  void begin(Connection& connection, int64_t begun_ns) {
    connection.request = begun_++ % options_.requests.size();
    connection.begun_ns = begun_ns;
    connection.active = true;
    ++active_;
    send_request(connection);
  }

  /// The connection is free: in a closed loop it goes on at once.
  void begin_next(Connection& connection) {
    if (options_.rate > 0) {
      idle_.push_back(static_cast<size_t>(&connection - connections_.data()));
    } else if (begun_ < options_.count && now_ns() < begin_until_ns_) {
      begin(connection, now_ns());
    }
  }

  void send_request(Connection& connection) {
    connection.written = 0;
    connection.tokens = 0;
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
      if (connection.tokens++ == 0) first_token_.add_ns(now - connection.begun_ns);
      done = close + 1;
    }
    connection.unread.erase(0, body.find('@', done) == std::string::npos ? body.size() : done);
  }

  void finish(Connection& connection, int64_t now) {
    connection.used = true;
    if (connection.reader.closes()) disconnect(connection);
    latency_.add_ns(now - connection.begun_ns);
    ++statuses_[connection.reader.status()];
    tokens_ += connection.tokens;
    if (options_.tokens > 0 && connection.tokens != options_.tokens) ++short_;
    ended_ns_ = now;
    connection.active = false;
    --active_;
    begin_next(connection);
  }

  static void disconnect(Connection& connection) {
    if (connection.fd < 0) return;
    close(connection.fd);
    connection.fd = -1;
  }

  /// The server closed. A kept connection may go before it carries an answer: that is repeated.
  void lose(Connection& connection) {
    disconnect(connection);
    if (!connection.active) return;
    if (connection.reader.ends_with_connection()) return finish(connection, now_ns());
    if (connection.used && !connection.reader.has_begun()) return send_request(connection);
    ++errors_;
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
    fmt::print(R"({{"answers":{},"errors":{},"unfinished":{},"late":{},"tokens":{},"short":{},)",
               answers, errors_, active_, late_, tokens_, short_);
    fmt::print(R"("seconds":{:.4f},"cpu_seconds":{:.4f},"per_second":{:.1f},)", seconds,
               cpu_seconds(), static_cast<double>(answers) / seconds);
    fmt::print("\"statuses\":{{{}}},\"latency\":{},\"first_token\":{},\"relay\":{}}}\n", statuses,
               latency_.json(), first_token_.json(), relay_.json());
  }

  Options options_;
  int epoll_;
  std::vector<Connection> connections_;
  std::vector<size_t> idle_;  ///< connections that wait for a request to fall due
  size_t scheduled_ = 0;      ///< requests that fell due so far
  int64_t step_ns_ = 0;       ///< between two of them
  size_t begun_ = 0;
  size_t active_ = 0;
  size_t errors_ = 0;
  size_t late_ = 0;
  size_t tokens_ = 0;
  size_t short_ = 0;
  int64_t began_ns_ = 0;
  int64_t begin_until_ns_ = 0;
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
  be_punctual();
  auto options = parse_options(argc, argv);
  if (!options) return 2;
  LoadGenerator(std::move(*options)).run();
  return 0;
}
