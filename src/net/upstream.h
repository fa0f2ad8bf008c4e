// Upstream: the one client for calls that leave the process (providers now; webhooks, push later).
//
// One thread drives every transfer (libcurl multi, HTTP/2 where offered, one connection pool,
// strict TLS, no redirects). Callers block on a call's bounded queue: a slow caller pauses its
// transfer, never the thread. A stream of many small pieces is handled where it is read instead.
// Status lines, headers and bodies of a hostile server are bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace parley::net {

/// How long each part of a call may take. 0 switches a bound off; `total_ms` must be set.
struct UpstreamDeadlines {
  int64_t connect_ms = 5'000;      ///< name, TCP and TLS together
  int64_t first_byte_ms = 20'000;  ///< from the connection made to the response's head
  int64_t idle_ms = 30'000;        ///< between two pieces of the body; stands while we are slow
  int64_t total_ms = 120'000;
};

struct UpstreamRequest {
  std::string method = "POST";
  std::string url;  ///< http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  UpstreamDeadlines deadlines;
};

/// Header names are lowercase.
struct UpstreamHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;

  /// The first value of `lowercase_name`, or nullopt.
  std::optional<std::string_view> header(std::string_view lowercase_name) const;
};

/// Why a call ended without a whole response.
struct UpstreamFailure {
  enum class Kind {
    connect,      ///< name, route, refused, TLS: nothing was sent
    timeout,      ///< one of the deadlines; `detail` says which
    cut,          ///< reset or closed before the body was whole
    protocol,     ///< not HTTP, or over a bound
    cancelled,    ///< by us
    unavailable,  ///< this process cannot call anybody: no descriptor, thread or library for it
  };
  Kind kind = Kind::connect;
  std::string detail;  ///< for the log
};

template <class T>
using UpstreamResult = tl::expected<T, UpstreamFailure>;

/// One running transfer. Used by one thread; destroying it cancels (connection closed in < 50 ms).
class UpstreamCall {
 public:
  virtual ~UpstreamCall() = default;

  /// Blocks until the final response head (1xx skipped). `stop` cancels, also during connect.
  virtual UpstreamResult<UpstreamHead> head(std::stop_token stop) = 0;

  /// Blocks for the next piece of the body, whatever the status was; nullopt at its proper end.
  virtual UpstreamResult<std::optional<std::string>> read(std::stop_token stop) = 0;

  /// Says whether more is wanted. Runs on the thread that drives every transfer, so that a piece
  /// wakes nobody: it must neither block nor throw.
  using Take = std::function<bool(std::string_view piece)>;

  /// Blocks until the body's proper end, or until `take` wants no more. What is left of the body
  /// goes to `take`, piece by piece, one at a time and never after this has returned. It may
  /// request the stop itself.
  virtual UpstreamResult<void> stream(const Take& take, std::stop_token stop) = 0;

  /// The caller needs no more of a body that is about to end: what still comes is thrown away for
  /// at most 250 ms, so that the connection can be used again. Call nothing but the destructor
  /// after it.
  virtual void release() = 0;
};

class Upstream {
 public:
  virtual ~Upstream() = default;

  /// Starts the call at once and returns without waiting; what fails, the call tells. Any thread.
  virtual std::unique_ptr<UpstreamCall> start(UpstreamRequest request) = 0;
};

struct CurlUpstreamOptions {
  std::string ca_file;  ///< PEM bundle of trusted authorities; empty: the machine's
  size_t queue_bytes_max = 1024 * 1024;  ///< unread body per call before its transfer pauses
  size_t head_bytes_max = 64 * 1024;     ///< all response headers together, 1xx included
};

/// The libcurl client. Owns its thread; outlives every call it started. Proxy variables of the
/// environment are not read: settings come from one place. Throws std::runtime_error if the process
/// has no descriptor, no thread or no library for it.
std::unique_ptr<Upstream> make_curl_upstream(CurlUpstreamOptions options = {});

}  // namespace parley::net
