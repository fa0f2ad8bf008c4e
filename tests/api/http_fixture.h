// Fixtures for socket-level tests of the front door: a door with short deadlines in front of a
// handler that the test writes.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "net/front_door.h"
#include "tests/fakes/raw_client.h"
#include "tests/fakes/temp_dir.h"

namespace parley {

inline int64_t now_ms() {
  return SystemClock().steady_ms();
}

inline std::string plain_head(int status, size_t length) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Status\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

inline net::Response plain_response(int status, std::string body) {
  net::Response response;
  response.head = plain_head(status, body.size());
  response.body = std::move(body);
  return response;
}

/// Answers with "<method> <target> <body>" unless the test sets its own `on_request`.
class EchoHandler : public net::RequestHandler {
 public:
  net::BodyPolicy policy = {64 * 1024, false};
  std::function<void(net::Request, net::Respond)> on_request;

  net::BodyPolicy body_policy(const net::RequestHead&) override { return policy; }

  void handle(net::Request request, net::Respond respond) override {
    if (on_request) return on_request(std::move(request), std::move(respond));
    const std::string text =
        request.head.method + " " + request.head.target + " " + request.body.bytes;
    respond(plain_response(200, text));
  }

  net::Response refuse(net::Refusal refusal, const net::RequestHead*) override {
    return plain_response(status_of(refusal), "refused");
  }

  static int status_of(net::Refusal refusal) {
    switch (refusal) {
      case net::Refusal::bad_request:
        return 400;
      case net::Refusal::uri_too_long:
        return 414;
      case net::Refusal::head_too_large:
        return 431;
      case net::Refusal::body_too_large:
        return 413;
      case net::Refusal::expectation_failed:
        return 417;
      case net::Refusal::not_implemented:
        return 501;
      case net::Refusal::unsupported_version:
        return 505;
      case net::Refusal::request_timeout:
        return 408;
      case net::Refusal::overloaded:
        return 503;
      case net::Refusal::storage_full:
        return 507;
      case net::Refusal::unsupported_encoding:
        return 415;
    }
    return 500;
  }
};

/// True once `condition` holds; false after 30 seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

class DoorTest : public testing::Test {
 public:
  DoorTest() {
    options.port = 0;
    options.workers = 2;
    options.spool_directory = spool.path();
  }

  void start() {
    log::set_level(log::Level::off);
    door = std::make_unique<net::FrontDoor>(options, handler);
    const auto started = door->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  /// Answers "done"; `/slow` only when told to go on.
  void hold_slow_requests() {
    handler.on_request = [this](const net::Request& request, const net::Respond& respond) {
      if (request.head.target == "/slow") {
        slow_arrived.set_value();
        slow_goes_on.get_future().wait();
      }
      respond(plain_response(200, "done"));
    };
  }

  std::promise<void> slow_arrived;
  std::promise<void> slow_goes_on;
  TempDir spool;
  net::FrontDoorOptions options;
  EchoHandler handler;
  std::unique_ptr<net::FrontDoor> door;  // last: stops before what it uses goes
};

}  // namespace parley
