// Door: what all connections of one front door share. Internal to net.
//
// Everything is touched by the loop thread only, but what says otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "net/body_sink.h"
#include "net/front_door.h"
#include "net/loop.h"
#include "net/readiness.h"
#include "net/worker_pool.h"

namespace parley::net {

class Connection;

/// Any thread.
struct Counters {
  std::atomic<int64_t> connections_open = 0;
  std::atomic<int64_t> connections_total = 0;
  std::atomic<int64_t> requests_total = 0;
  std::atomic<int64_t> refused_total = 0;
  std::atomic<int64_t> streams_open = 0;
  std::atomic<int64_t> hang_ups_total = 0;
};

struct Door {
  Door(FrontDoorOptions door_options, RequestHandler& door_handler)
      : options(std::move(door_options)),
        handler(door_handler),
        body_memory(std::make_shared<Budget>(options.body_memory_total_max)),
        spool(std::make_shared<Budget>(options.spool_bytes_max)) {}

  int64_t now_ms() const { return clock.steady_ms(); }

  FrontDoorOptions options;
  RequestHandler& handler;
  SystemClock clock;
  std::shared_ptr<Loop> loop = std::make_shared<Loop>();
  std::unique_ptr<WorkerPool> workers;
  Counters counters;
  std::shared_ptr<Budget> body_memory;  // shared with the bodies, which may outlive the door
  std::shared_ptr<Budget> spool;        // the same
  Readiness readiness{loop->context};   // of the connections' sockets, by the same numbers
  std::unordered_map<uint64_t, std::shared_ptr<Connection>> connections;  // the one owner of each
  std::map<std::string, int> connections_by_address;
  std::string scratch = std::string(64 * 1024, '\0');  // every read lands here first
  bool is_draining = false;
  std::function<void()> on_closed;  // after a connection left
};

}  // namespace parley::net
