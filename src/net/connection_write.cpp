// The writing half of Connection: from the answer to the next request or the end.
#include <sys/socket.h>

#include <boost/asio/post.hpp>

#include "net/connection.h"

namespace parley::net {

namespace asio = boost::asio;

void Connection::begin_response(Response response, bool must_close) {
  must_close_ =
      must_close || must_close_ || wants_close_ || door_.is_draining || response.close_after;
  const bool is_stream = std::holds_alternative<std::shared_ptr<BodySource>>(response.body);
  if (is_stream && is_http_1_0_) must_close_ = true;  // its end is the end of the connection
  writer_ = std::make_unique<ResponseWriter>(std::move(response), !is_http_1_0_);
  if (must_close_) {
    writer_->set_connection("close");
  } else if (is_http_1_0_) {
    writer_->set_connection("keep-alive");
  }
  set_phase(Phase::writing);
  progress_ms_ = phase_since_ms_;
  if (is_stream) begin_stream();
  if (is_stream && is_input_ended_) return cut();
  write();
}

void Connection::begin_stream() {
  ++door_.counters.streams_open;
  // Many wakes between two turns of the loop cost one turn; while the socket takes nothing, none.
  is_woken_ = std::make_shared<std::atomic<bool>>(false);
  writer_->start_stream(
      [loop = door_.loop, weak = weak_from_this(), exchange = exchange_, is_woken = is_woken_] {
        if (!is_woken->exchange(true)) loop->wake(weak, exchange);
      });
  if (door_.is_draining) writer_->drain();
}

void Connection::write_more(uint64_t exchange) {
  if (exchange == exchange_ && !is_write_waiting_) write();
}

void Connection::write() {
  if (phase_ != Phase::writing) return;
  if (is_woken_) is_woken_->store(false);  // what is added from now on is told anew
  const int64_t sent_before = writer_->bytes_sent();
  const bool was_stream = writer_->is_stream();
  const auto progress = writer_->write(socket_.get());
  if (was_stream && !writer_->is_stream()) --door_.counters.streams_open;
  if (writer_->bytes_sent() > sent_before) progress_ms_ = door_.now_ms();
  switch (progress) {
    case ResponseWriter::Progress::done:
      return end_response();
    case ResponseWriter::Progress::more:
      return write_soon();
    case ResponseWriter::Progress::socket_full:
      is_write_waiting_ = true;
      return;
    case ResponseWriter::Progress::source_waits:
      return;
    case ResponseWriter::Progress::failed:
      if (!is_input_ended_) ++door_.counters.hang_ups_total;
      return cut();
  }
}

void Connection::write_soon() {
  asio::post(door_.loop->context, [self = shared_from_this()] { self->write(); });
}

void Connection::end_response() {
  writer_.reset();
  is_woken_.reset();
  if (must_close_) return linger();
  if (is_input_ended_ && input_.empty()) return cut();
  set_phase(Phase::idle);
  // Not at once: a pipelining client must not keep the loop from others, nor deepen the stack.
  if (!input_.empty()) {
    asio::post(door_.loop->context, [self = shared_from_this()] {
      self->advance();
      if (self->phase_ == Phase::idle && self->is_input_ended_) return self->cut();
      self->read_soon();
    });
  }
  read_soon();
}

/// Closing with unread input would reset the connection and take the answer back from the client
/// (RFC 9112, 9.6): so say that we are done, and read what still comes for a short while.
void Connection::linger() {
  if (is_input_ended_) return cut();
  ::shutdown(socket_.get(), SHUT_WR);
  input_ = std::string();
  set_phase(Phase::lingering);
  read_soon();
}

void Connection::cut() {
  if (phase_ == Phase::closed) return;
  set_phase(Phase::closed);
  if (writer_ && writer_->is_stream()) --door_.counters.streams_open;
  writer_.reset();
  sink_.reset();
  socket_ = FileDescriptor();
  --door_.counters.connections_open;
  if (!peer_.cap_key.empty()) {
    const auto counted = door_.connections_by_address.find(peer_.cap_key);
    if (counted != door_.connections_by_address.end() && --counted->second == 0) {
      door_.connections_by_address.erase(counted);
    }
  }
  door_.connections.erase(key_);
  door_.on_closed();
}

void Connection::sweep_writing(int64_t now_ms) {
  const int64_t silence_ms = now_ms - progress_ms_;
  if (is_write_waiting_) {
    if (silence_ms > door_.options.write_stall_ms) cut();
    return;
  }
  if (writer_->is_stream() && silence_ms > door_.options.silence_ms) {
    writer_->keep_alive();
    write();
  }
}

}  // namespace parley::net
