// FrontDoor: one port. Accepts, frames strictly, hands whole requests to a bounded worker pool,
// writes what comes back. An idle connection costs no thread, a slow client no worker.
//
// One loop thread (Boost.Asio) owns every connection; workers only touch the request they were
// given. README.md in this folder tells the life of a connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/addresses.h"
#include "base/result.h"
#include "net/message.h"

namespace parley::net {

struct FrontDoorOptions {
  std::string host = "127.0.0.1";  ///< an IPv4 or IPv6 address, or "localhost"
  uint16_t port = 8000;            ///< 0: the kernel chooses
  int workers = 8;
  int queue_max = 1'024;  ///< requests waiting for a worker; more → 503
  int connections_max = 10'000;
  int connections_per_address_max = 64;  ///< loopback and trusted_proxies are exempt
  AddressList trusted_proxies = {};      ///< in front of many clients
  size_t head_bytes_max = 16 * 1024;
  size_t head_fields_max = 100;
  size_t target_bytes_max = 4 * 1024;
  int64_t body_memory_bytes = 256 * 1024;  ///< per request; beyond it a spooled route uses a file
  int64_t body_memory_total_max = 256LL * 1024 * 1024;  ///< all bodies in memory; more → 503
  int64_t spool_bytes_max = 1024LL * 1024 * 1024;       ///< all spool files together; more → 503
  std::string spool_directory;  ///< must exist, on the disk that holds uploads
  int64_t head_deadline_ms = 10'000;
  int64_t body_grace_ms = 5'000;  ///< after which the minimum rate holds
  int64_t body_bytes_per_second_min = 500;
  int64_t idle_deadline_ms = 75'000;  ///< keep-alive, between requests
  /// The same while the server drains: the next request of a client that was just answered may be
  /// on its way already. It is answered with `Connection: close`.
  int64_t drain_idle_ms = 300;
  int64_t write_stall_ms = 30'000;  ///< no byte taken by the client
  int64_t silence_ms = 15'000;      ///< after which a stream gets its keep-alive bytes
};

/// Counters and gauges for /metrics; a consistent-enough snapshot, any thread.
struct FrontDoorStats {
  int64_t connections_open = 0;
  int64_t connections_total = 0;
  int64_t requests_total = 0;
  int64_t refused_total = 0;
  int64_t streams_open = 0;
  int64_t hang_ups_total = 0;
  int64_t queue_length = 0;
};

class FrontDoor {
 public:
  /// `handler` must outlive the door.
  FrontDoor(FrontDoorOptions options, RequestHandler& handler);
  ~FrontDoor();

  /// Binds and starts the threads. Errors: unavailable (address in use, not ours, no permission; no
  /// descriptor or thread left).
  Result<void> start();

  /// The bound port; valid after start().
  uint16_t port() const;

  FrontDoorStats stats() const;

  /// Stops accepting, closes connections that are idle (drain_idle_ms), lets running requests end,
  /// tells streams (drain).
  /// Returns when nothing is left or `grace_ms` has passed; what is left then is cut.
  void drain(int64_t grace_ms);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::net
