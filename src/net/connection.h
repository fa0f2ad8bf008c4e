// Connection: one client. Reads and frames, dispatches one request at a time, writes the answer;
// keeps an eye on the socket meanwhile, so that a hang-up is noticed at once. Internal to net.
//
// Loop thread only. The door owns it; what it posts to the loop holds it until then, which is why
// it is shared.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "net/body_sink.h"
#include "net/door.h"
#include "net/request_parser.h"
#include "net/response_writer.h"

namespace parley::net {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Peer {
    std::string address;
    uint16_t port = 0;
    std::string cap_key;  ///< what the per-address cap counts; empty: exempt
  };

  /// `socket` does not block; `key` is this connection's number among the door's.
  Connection(Door& door, FileDescriptor socket, Peer peer, uint64_t key);
  ~Connection();

  void start();

  /// There is something new to know about the socket.
  void on_ready(Readiness::Event event);

  /// The application's answer to request number `exchange`; a late one is dropped.
  void answer(uint64_t exchange, Response response);

  /// Nobody will answer request number `exchange`.
  void abandon(uint64_t exchange);

  /// The stream that answers request number `exchange` may have more.
  void write_more(uint64_t exchange);

  /// Enforces the deadlines.
  void sweep(int64_t now_ms);

  /// Closes when idle for a while, tells a stream, lets the rest end.
  void drain();

  /// Closes now.
  void cut();

 private:
  enum class Phase { idle, head, body, handling, writing, lingering, closed };

  bool wants_input() const;
  void read();
  void read_soon();
  void on_end_of_input(bool is_reset);

  void advance();
  bool step();
  bool step_head();
  bool step_body();
  void begin_body();
  void dispatch();
  Respond make_respond();

  void refuse(Refusal refusal);
  void begin_response(Response response, bool must_close);
  void begin_stream();
  void write();
  void write_soon();
  void end_response();
  void linger();
  void set_phase(Phase phase);
  void sweep_writing(int64_t now_ms);
  bool is_body_too_slow(int64_t now_ms) const;

  Door& door_;
  FileDescriptor socket_;
  Peer peer_;
  uint64_t key_;
  Phase phase_ = Phase::idle;
  bool is_readable_ = false;       // the socket may hold more than was read
  bool is_end_coming_ = false;     // behind that, the client sent FIN, or the socket failed
  bool is_read_due_ = false;       // read_soon() was called
  bool is_write_waiting_ = false;  // the socket took all it could
  bool is_input_ended_ = false;    // the client's FIN was read
  bool must_close_ = false;        // after the response
  bool wants_close_ = false;       // the request said so, or is HTTP/1.0 without keep-alive
  bool is_http_1_0_ = false;
  bool is_quick_ = false;  // the request is handled on this thread
  std::string party_;      // of the request at hand: whose it is
  uint64_t exchange_ = 0;
  int64_t phase_since_ms_ = 0;
  int64_t progress_ms_ = 0;                // when the client last took a byte of the response
  std::string input_;                      // received, not yet consumed; bounded
  std::unique_ptr<RequestParser> parser_;  // while a request is read
  std::unique_ptr<BodySink> sink_;         // the same, once the head is whole
  std::unique_ptr<ResponseWriter> writer_;
  std::shared_ptr<std::atomic<bool>> is_woken_;  // of a stream: the loop knows that there is more
};

}  // namespace parley::net
