#include "net/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "base/text.h"

namespace parley::net {

namespace asio = boost::asio;

namespace {

constexpr size_t input_ahead_max = 64 * 1024;  // pipelined bytes while a request is answered
constexpr int64_t linger_ms = 2'000;

/// One request's place to be answered; shared by the copies of its Respond.
class Ticket {
 public:
  Ticket(std::shared_ptr<Loop> loop, std::weak_ptr<Connection> connection, uint64_t exchange)
      : loop_(std::move(loop)), connection_(std::move(connection)), exchange_(exchange) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  ~Ticket() {
    if (is_answered_) return;
    asio::post(loop_->context, [connection = std::move(connection_), exchange = exchange_] {
      if (const auto alive = connection.lock()) alive->abandon(exchange);
    });
  }

  void answer(Response response) {
    if (is_answered_.exchange(true)) return;
    // At once on the loop's own thread, which handles quick routes.
    asio::dispatch(loop_->context, [connection = connection_, exchange = exchange_,
                                    response = std::move(response)]() mutable {
      if (const auto alive = connection.lock()) {
        alive->answer(exchange, std::move(response));
      } else {
        ResponseWriter unsent(std::move(response), false);  // lets a stream know
      }
    });
  }

 private:
  std::shared_ptr<Loop> loop_;
  std::weak_ptr<Connection> connection_;
  uint64_t exchange_;
  std::atomic<bool> is_answered_ = false;
};

bool has_connection_option(const RequestHead& head, std::string_view option) {
  for (const auto& [name, value] : head.fields) {
    if (name != "connection") continue;
    const std::string list = "," + to_lower_ascii(value) + ",";
    for (size_t begin = 1; begin < list.size();) {
      const size_t end = list.find(',', begin);
      if (trim(std::string_view(list).substr(begin, end - begin)) == option) return true;
      begin = end + 1;
    }
  }
  return false;
}

/// Bytes of the empty lines at the front, which are ignored (RFC 9112, 2.2). A bare CR or LF is no
/// line: parties that do not agree on it see different requests.
size_t empty_lines(std::string_view input) {
  size_t end = 0;
  while (input.substr(end, 2) == "\r\n") end += 2;
  return end;
}

}  // namespace

Connection::Connection(Door& door, FileDescriptor socket, Peer peer, uint64_t key)
    : door_(door), socket_(std::move(socket)), peer_(std::move(peer)), key_(key) {}

Connection::~Connection() = default;

void Connection::start() {
  set_phase(Phase::idle);
  if (!door_.readiness.add(socket_.get(), key_)) cut();
}

void Connection::set_phase(Phase phase) {
  phase_ = phase;
  phase_since_ms_ = door_.now_ms();
}

void Connection::on_ready(Readiness::Event event) {
  is_end_coming_ = is_end_coming_ || event.is_ended;
  is_readable_ = is_readable_ || event.is_readable;
  if (event.is_writable && std::exchange(is_write_waiting_, false)) write();
  read();
}

bool Connection::wants_input() const {
  const bool is_input_full = phase_ != Phase::body && input_.size() >= input_ahead_max;
  return is_readable_ && !is_input_ended_ && phase_ != Phase::closed && !is_input_full;
}

/// Reads once; if there is more, others have their turn first.
void Connection::read() {
  if (!wants_input()) return;
  const ssize_t count =
      ::recv(socket_.get(), door_.scratch.data(), door_.scratch.size(), MSG_DONTWAIT);
  if (count == 0) return on_end_of_input(false);
  const bool is_interrupted = count < 0 && errno == EINTR;
  const bool is_empty = count < 0 && errno == EAGAIN;
  if (count < 0 && !is_interrupted && !is_empty) return on_end_of_input(true);
  // What comes after a short read is told anew, but for an end that was told already.
  const bool is_short = count > 0 && static_cast<size_t>(count) < door_.scratch.size();
  if (is_empty || (is_short && !is_end_coming_)) is_readable_ = false;
  if (count > 0 && phase_ != Phase::lingering) {
    input_.append(door_.scratch.data(), static_cast<size_t>(count));
    advance();
  }
  read_soon();
}

/// Edges are told once: whoever makes room for input must ask for what is there already.
void Connection::read_soon() {
  if (!wants_input() || std::exchange(is_read_due_, true)) return;
  asio::post(door_.loop->context, [self = shared_from_this()] {
    self->is_read_due_ = false;
    self->read();
  });
}

void Connection::on_end_of_input(bool is_reset) {
  is_input_ended_ = true;
  const bool is_busy = phase_ == Phase::handling || phase_ == Phase::writing;
  if (is_busy) ++door_.counters.hang_ups_total;
  // A client may close its sending half and wait for the answer; nobody does so for a stream.
  const bool is_stream = writer_ && writer_->is_stream();
  const bool has_more_requests = phase_ == Phase::idle && !input_.empty();
  const bool may_still_listen = (is_busy && !is_stream) || has_more_requests;
  if (is_reset || !may_still_listen) cut();
}

/// Works off the input until more of it, or an answer, is needed.
void Connection::advance() {
  while (step()) {
  }
  if (input_.empty() && input_.capacity() > sizeof(std::string)) input_ = std::string();
}

bool Connection::step() {
  switch (phase_) {
    case Phase::idle: {
      input_.erase(0, empty_lines(input_));
      if (input_.empty() || input_ == "\r") return false;
      const auto& options = door_.options;
      parser_ = std::make_unique<RequestParser>(
          HeadLimits{options.head_bytes_max, options.head_fields_max, options.target_bytes_max});
      set_phase(Phase::head);
      return true;
    }
    case Phase::head:
      return step_head();
    case Phase::body:
      return step_body();
    default:
      return false;
  }
}

bool Connection::step_head() {
  size_t consumed = 0;
  switch (parser_->parse_head(input_, consumed)) {
    case RequestParser::State::more:
      return false;
    case RequestParser::State::refused:
      refuse(parser_->refusal());
      return false;
    case RequestParser::State::done:
      break;
  }
  input_.erase(0, consumed);
  begin_body();
  return phase_ == Phase::body;
}

/// The head is whole: decides on the body before a byte of it is read.
void Connection::begin_body() {
  RequestHead& head = parser_->head();
  head.peer_address = peer_.address;
  head.peer_port = peer_.port;
  is_http_1_0_ = head.is_http_1_0;
  wants_close_ = is_http_1_0_ ? !has_connection_option(head, "keep-alive")
                              : has_connection_option(head, "close");
  const BodyPolicy policy = door_.handler.body_policy(head);
  is_quick_ = policy.is_quick;
  party_ = policy.party;
  if (parser_->announced_length().value_or(0) > policy.bytes_max) {
    return refuse(Refusal::body_too_large);
  }
  sink_ = std::make_unique<BodySink>(
      BodySink::Bounds{policy, door_.options.body_memory_bytes, door_.options.spool_directory},
      door_.body_memory, door_.spool);
  set_phase(Phase::body);
  const bool waits_for_100 =
      !parser_->is_whole() && !is_http_1_0_ && input_.empty() && head.header("expect");
  if (waits_for_100) {
    constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    // A socket with nothing queued takes 25 bytes; one that does not is broken, and its body
    // deadline ends it.
    std::ignore =
        ::send(socket_.get(), interim.data(), interim.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

bool Connection::step_body() {
  if (!parser_->is_whole()) {
    size_t consumed = 0;
    const auto state = parser_->parse_body(
        input_, consumed, [this](std::string_view bytes) { return sink_->take(bytes); });
    input_.erase(0, consumed);
    if (state == RequestParser::State::refused) refuse(parser_->refusal());
    if (state != RequestParser::State::done) return false;
  }
  dispatch();
  return false;
}

void Connection::dispatch() {
  ++door_.counters.requests_total;
  ++exchange_;
  WorkerPool::Job job{{std::move(parser_->head()), sink_->finish(), phase_since_ms_},
                      make_respond()};
  parser_.reset();
  sink_.reset();
  set_phase(Phase::handling);
  if (is_quick_) return door_.workers->run_here(std::move(job));
  if (door_.workers->submit(party_, job)) return;
  ++exchange_;  // the Respond of the job that was not taken means nothing now
  ++door_.counters.refused_total;
  begin_response(door_.handler.refuse(Refusal::overloaded, &job.request.head), door_.is_draining);
}

Respond Connection::make_respond() {
  auto ticket = std::make_shared<Ticket>(door_.loop, weak_from_this(), exchange_);
  return [ticket = std::move(ticket)](Response response) { ticket->answer(std::move(response)); };
}

void Connection::answer(uint64_t exchange, Response response) {
  if (phase_ != Phase::handling || exchange != exchange_) {
    ResponseWriter unsent(std::move(response), false);
    return;
  }
  begin_response(std::move(response), false);
}

void Connection::abandon(uint64_t exchange) {
  if (phase_ == Phase::handling && exchange == exchange_) cut();
}

void Connection::refuse(Refusal refusal) {
  ++door_.counters.refused_total;
  const bool has_head = sink_ != nullptr || refusal == Refusal::body_too_large;
  const RequestHead* head = has_head ? &parser_->head() : nullptr;
  Response response = door_.handler.refuse(refusal, head);
  parser_.reset();
  sink_.reset();
  input_.clear();
  begin_response(std::move(response), true);
}

void Connection::drain() {
  must_close_ = true;
  if (phase_ == Phase::idle) {
    is_readable_ = true;  // a request that is there already is still answered
    read();
  }
  if (phase_ == Phase::idle) return sweep(door_.now_ms());
  if (writer_ && writer_->is_stream()) {
    writer_->drain();
    if (!is_write_waiting_) write_soon();
  }
}

bool Connection::is_body_too_slow(int64_t now_ms) const {
  const auto& options = door_.options;
  const int64_t late_ms = now_ms - phase_since_ms_ - options.body_grace_ms;
  return late_ms > 0 && sink_->size() < late_ms * options.body_bytes_per_second_min / 1000;
}

void Connection::sweep(int64_t now_ms) {
  const auto& options = door_.options;
  const int64_t in_phase_ms = now_ms - phase_since_ms_;
  switch (phase_) {
    case Phase::idle:
      if (in_phase_ms > (door_.is_draining ? options.drain_idle_ms : options.idle_deadline_ms))
        cut();
      break;
    case Phase::head:
      if (in_phase_ms > options.head_deadline_ms) refuse(Refusal::request_timeout);
      break;
    case Phase::body:
      if (is_body_too_slow(now_ms)) refuse(Refusal::request_timeout);
      break;
    case Phase::writing:
      sweep_writing(now_ms);
      break;
    case Phase::lingering:
      if (in_phase_ms > linger_ms) cut();
      break;
    default:
      break;
  }
}

}  // namespace parley::net
