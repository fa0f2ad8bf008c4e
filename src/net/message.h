// The seam between the event loop and the application: a whole, strictly framed request in, one
// response out. Nothing here knows sockets or httplib.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/file_descriptor.h"

namespace parley::net {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The first value of the field called `name`, byte by byte, or nullopt.
std::optional<std::string_view> find_field(const HeaderFields& fields, std::string_view name);

/// A parsed and checked head: one Host, valid tokens, no obs-fold, no control characters.
struct RequestHead {
  std::string method;  ///< as sent; case-sensitive (RFC 9110, 9.1)
  std::string target;  ///< origin form, ≤ 4 KiB
  bool is_http_1_0 = false;
  HeaderFields fields;  ///< names lowercase, order kept
  std::string peer_address;
  uint16_t peer_port = 0;

  /// The first value of `lowercase_name`, or nullopt.
  std::optional<std::string_view> header(std::string_view lowercase_name) const {
    return find_field(fields, lowercase_name);
  }
};

/// A request body: in memory, or spooled to an unlinked temporary file.
struct RequestBody {
  std::string bytes;    ///< used when `file` is not open
  FileDescriptor file;  ///< offset 0 .. size
  int64_t size = 0;
  /// Of what all bodies may take together, given back with its last copy: who copies the bytes or
  /// the descriptor copies it, too.
  std::shared_ptr<const void> budget_shares = {};
};

struct Request {
  RequestHead head;
  RequestBody body;
  int64_t received_steady_ms = 0;  ///< when the head was complete
};

/// How a request is received and run; decided on its head, before a byte of its body is read.
struct BodyPolicy {
  int64_t bytes_max = 0;
  bool may_spool = false;  ///< over FrontDoorOptions::body_memory_bytes goes to a file
  bool is_quick = false;   ///< handled on the loop thread: neither blocks nor computes
  std::string party = {};  ///< whose request it is: parties are served in turn; empty: nobody's
};

/// A body that is produced while it is sent, e.g. an answer stream. Pulled by the loop thread, so
/// a slow reader costs a cursor, not a queue.
class BodySource {
 public:
  enum class State { more, wait, end };

  virtual ~BodySource() = default;

  /// Appends at most about `bytes_max` to `out`. Loop thread; must not block.
  /// more: bytes were appended and there may be more. wait: nothing (more) now, `wake` will be
  /// called. end: the body is complete.
  virtual State read(std::string& out, size_t bytes_max) = 0;

  /// Called once, before the first read. `wake` may be called from any thread, also after close().
  virtual void on_wake(std::function<void()> wake) = 0;

  /// The loop is done with this source. Loop thread, exactly once.
  virtual void close(bool client_gone) = 0;

  /// The server drains: say goodbye if the protocol has a way; `read` will be called again.
  virtual void drain() = 0;
};

struct FileSlice {
  FileDescriptor file;
  int64_t offset = 0;
  int64_t length = 0;
};

/// `head` runs from the status line to the blank line and has no Connection field: the door owns
/// the connection and alone writes that one. A source is sent chunked (the head says so; not to
/// HTTP/1.0), with `keep_alive_bytes` after each 15 s of silence.
struct Response {
  std::string head;
  std::variant<std::string, FileSlice, std::shared_ptr<BodySource>> body;
  std::string keep_alive_bytes;
  bool close_after = false;
};

/// Answers one request, now or later. Any thread; the first call counts, and destroying the last
/// copy without a call closes the connection. Knows nothing of a connection that is gone.
using Respond = std::function<void(Response)>;

/// Faults that the loop finds itself.
enum class Refusal {
  bad_request,           ///< 400, framing
  uri_too_long,          ///< 414
  head_too_large,        ///< 431
  body_too_large,        ///< 413
  expectation_failed,    ///< 417
  not_implemented,       ///< 501: CONNECT
  unsupported_version,   ///< 505
  request_timeout,       ///< 408
  overloaded,            ///< 503 + Retry-After: the queue or a memory budget is full
  storage_full,          ///< 507: the spool's disk is full
  unsupported_encoding,  ///< 415: Content-Encoding on a request
};

/// The application behind the door.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  /// Loop thread, must not block: the body policy of the route this head names.
  virtual BodyPolicy body_policy(const RequestHead& head) = 0;

  /// Worker thread; the loop's for a quick route. Must call `respond` once, possibly later from
  /// another thread.
  virtual void handle(Request request, Respond respond) = 0;

  /// Loop thread, must not block: the response to a request that never reaches handle().
  /// `head` is null when it could not be parsed.
  virtual Response refuse(Refusal refusal, const RequestHead* head) = 0;
};

}  // namespace parley::net
