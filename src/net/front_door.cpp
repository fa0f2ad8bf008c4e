#include "net/front_door.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <system_error>
#include <thread>

#include "base/file_descriptor.h"
#include "net/address.h"
#include "net/connection.h"
#include "net/door.h"

namespace parley::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr int backlog = 4'096;
constexpr int unsent_bytes_max = 64 * 1024;
constexpr milliseconds accept_pause{100};  // after an error such as "too many open files"
constexpr int64_t sweep_ms_min = 10;
constexpr int64_t sweep_ms_max = 500;
constexpr milliseconds drain_sweep{20};  // nobody waits for a server that has nothing left to do

/// Often enough for the shortest deadline, seldom enough to be free.
milliseconds sweep_interval(const FrontDoorOptions& options) {
  const int64_t shortest =
      std::min({options.head_deadline_ms, options.body_grace_ms, options.idle_deadline_ms,
                options.write_stall_ms, options.silence_ms});
  return milliseconds(std::clamp(shortest / 8, sweep_ms_min, sweep_ms_max));
}

/// What a client does not read stays where it comes from: a file, or the source of a stream. The
/// kernel would take megabytes of it, of the memory that all sockets of the machine share. Bytes
/// under way to a far client do not count, and accepted sockets inherit the bound (Linux,
/// networking/ip-sysctl: tcp_notsent_lowat).
void bound_unsent(int listening) {
  std::ignore = ::setsockopt(listening, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max,
                             sizeof unsent_bytes_max);
}

std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

Error unavailable(const FrontDoorOptions& options, const boost::system::error_code& code) {
  return {ErrorCode::unavailable, fmt::format("Cannot listen on {} port {}: {}", options.host,
                                              options.port, code.message())};
}

}  // namespace

struct FrontDoor::Impl {
  Impl(FrontDoorOptions options, RequestHandler& handler)
      : door(std::move(options), handler),
        acceptor(door.loop->context),
        accept_timer(door.loop->context),
        sweep_timer(door.loop->context) {
    door.on_closed = [this] { tell_when_empty(); };
  }

  boost::system::error_code listen();
  void accept();
  void admit(tcp::socket socket);
  bool is_admitted(const Connection::Peer& peer);
  void on_ready(uint64_t key, Readiness::Event event);
  void sweep_later();
  void sweep();
  template <class Visit>
  void for_each_connection(Visit visit);
  void accept_waiting();
  void begin_drain();
  void tell_when_empty();

  Door door;
  tcp::acceptor acceptor;
  asio::steady_timer accept_timer;
  asio::steady_timer sweep_timer;
  uint16_t bound_port = 0;
  uint64_t connections_numbered = 0;
  std::promise<void> emptied;
  bool is_emptied = false;
  std::jthread thread;  // last: joined before anything it uses goes
};

boost::system::error_code FrontDoor::Impl::listen() {
  boost::system::error_code code;
  const std::string& host = door.options.host;
  const auto address =
      asio::ip::make_address(host == "localhost" ? std::string("127.0.0.1") : host, code);
  if (code) return code;
  const tcp::endpoint endpoint(address, door.options.port);
  acceptor.open(endpoint.protocol(), code);
  if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), code);
  if (!code) acceptor.bind(endpoint, code);
  if (!code) bound_unsent(acceptor.native_handle());
  if (!code) acceptor.listen(backlog, code);
  if (!code) bound_port = acceptor.local_endpoint(code).port();
  return code;
}

void FrontDoor::Impl::accept() {
  acceptor.async_accept([this](const boost::system::error_code& code, tcp::socket socket) {
    if (!acceptor.is_open()) return;
    if (!code) {
      admit(std::move(socket));
      return accept();
    }
    if (code == asio::error::connection_aborted) return accept();
    // Out of descriptors or memory: the listener stays, whoever waits is served when some free up.
    accept_timer.expires_after(accept_pause);
    accept_timer.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && acceptor.is_open()) accept();
    });
  });
}

void FrontDoor::Impl::admit(tcp::socket socket) {
  boost::system::error_code code;
  const auto remote = socket.remote_endpoint(code);
  if (code) return;
  socket.set_option(tcp::no_delay(true), code);
  const std::string address = text_of(remote.address());
  Connection::Peer peer{address, remote.port(), client_of(address)};
  if (!is_admitted(peer)) {
    ++door.counters.refused_total;
    const Response response = door.handler.refuse(Refusal::overloaded, nullptr);
    const std::string bytes = response.head + std::get<std::string>(response.body);
    std::ignore =
        ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  if (!peer.cap_key.empty()) ++door.connections_by_address[peer.cap_key];
  ++door.counters.connections_open;
  ++door.counters.connections_total;
  socket.native_non_blocking(true, code);  // sendfile() has no flag for it, as send() has
  const uint64_t key = ++connections_numbered;
  const auto connection = std::make_shared<Connection>(door, FileDescriptor(socket.release(code)),
                                                       std::move(peer), key);
  door.connections.emplace(key, connection);
  connection->start();
}

bool FrontDoor::Impl::is_admitted(const Connection::Peer& peer) {
  const auto& options = door.options;
  if (door.connections.size() >= static_cast<size_t>(options.connections_max)) return false;
  if (peer.cap_key.empty() || options.trusted_proxies.contains(peer.address)) return true;
  const auto counted = door.connections_by_address.find(peer.cap_key);
  return counted == door.connections_by_address.end() ||
         counted->second < options.connections_per_address_max;
}

void FrontDoor::Impl::on_ready(uint64_t key, Readiness::Event event) {
  const auto found = door.connections.find(key);
  if (found == door.connections.end()) return;                   // closed since
  const std::shared_ptr<Connection> connection = found->second;  // it may leave meanwhile
  connection->on_ready(event);
}

template <class Visit>
void FrontDoor::Impl::for_each_connection(Visit visit) {
  // A copy: a visit may close its connection, which leaves the set.
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(door.connections.size());
  for (const auto& numbered : door.connections) all.push_back(numbered.second);
  for (const auto& connection : all) visit(*connection);
}

void FrontDoor::Impl::sweep_later() {
  const auto interval = sweep_interval(door.options);
  sweep_timer.expires_after(door.is_draining ? std::min(interval, drain_sweep) : interval);
  sweep_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) sweep();
  });
}

void FrontDoor::Impl::sweep() {
  const int64_t now_ms = door.now_ms();
  for_each_connection([now_ms](Connection& connection) { connection.sweep(now_ms); });
  sweep_later();
}

/// Connections that the kernel has made already: closing the listener would reset them.
void FrontDoor::Impl::accept_waiting() {
  boost::system::error_code code;
  acceptor.non_blocking(true, code);
  while (!code) {
    tcp::socket socket(door.loop->context);
    acceptor.accept(socket, code);
    if (!code) admit(std::move(socket));
  }
}

void FrontDoor::Impl::begin_drain() {
  accept_waiting();
  boost::system::error_code ignored;
  acceptor.close(ignored);
  accept_timer.cancel();
  door.is_draining = true;
  for_each_connection([](Connection& connection) { connection.drain(); });
  sweep_later();
  tell_when_empty();
}

void FrontDoor::Impl::tell_when_empty() {
  if (!door.is_draining || is_emptied || !door.connections.empty()) return;
  is_emptied = true;
  emptied.set_value();
}

FrontDoor::FrontDoor(FrontDoorOptions options, RequestHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {}

FrontDoor::~FrontDoor() {
  drain(0);
  impl_->door.workers.reset();
}

Result<void> FrontDoor::start() {
  const auto& options = impl_->door.options;
  if (const auto code = impl_->listen()) return fail(unavailable(options, code));
  const auto on_ready = [impl = impl_.get()](uint64_t key, Readiness::Event event) {
    impl->on_ready(key, event);
  };
  if (!impl_->door.readiness.start(on_ready)) {
    return fail(ErrorCode::unavailable, "There are no file descriptors left");
  }
  try {
    impl_->door.workers = std::make_unique<WorkerPool>(
        options.workers, static_cast<size_t>(options.queue_max), impl_->door.handler);
    impl_->accept();
    impl_->sweep_later();
    impl_->thread = std::jthread([this] { impl_->door.loop->context.run(); });
  } catch (const std::system_error& error) {
    return fail(ErrorCode::unavailable, "There are no threads left", error.what());
  }
  return {};
}

uint16_t FrontDoor::port() const {
  return impl_->bound_port;
}

FrontDoorStats FrontDoor::stats() const {
  const Counters& counters = impl_->door.counters;
  const auto& workers = impl_->door.workers;
  return {counters.connections_open,
          counters.connections_total,
          counters.requests_total,
          counters.refused_total,
          counters.streams_open,
          counters.hang_ups_total,
          workers ? static_cast<int64_t>(workers->queue_length()) : 0};
}

void FrontDoor::drain(int64_t grace_ms) {
  if (!impl_->thread.joinable()) return;
  auto& context = impl_->door.loop->context;
  asio::post(context, [this] { impl_->begin_drain(); });
  impl_->emptied.get_future().wait_for(milliseconds(grace_ms));
  asio::post(context, [this, &context] {
    impl_->for_each_connection([](Connection& connection) { connection.cut(); });
    context.stop();
  });
  impl_->thread.join();
}

}  // namespace parley::net
