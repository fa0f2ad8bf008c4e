// What both ends of the benchmarks share: a monotonic clock and non-blocking loopback sockets.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::bench {

/// CLOCK_MONOTONIC: comparable between processes of one machine.
int64_t now_ns();

constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t ns_per_s = 1'000'000'000;

/// Makes this thread's waits end on time; Linux would add up to 50 µs to each.
void be_punctual();

constexpr int64_t never_ns = INT64_MAX;

/// Waits for events, but not beyond `until_ns`: asleep, since load and provider share a core.
/// Fills the front of `events` and returns how many came.
size_t wait_for_events(int epoll, std::span<epoll_event> events, int64_t until_ns);

/// A listening socket on 127.0.0.1; ends the program if the port is taken.
int listen_on(uint16_t port);

/// A socket whose connection to 127.0.0.1 is under way or made.
int start_connecting(uint16_t port);

enum class Sent { all, blocked, broken };

/// Sends what is left of `bytes` from `offset`, which it moves on.
Sent send_rest(int fd, std::string_view bytes, size_t& offset);

enum class Received { some, nothing, closed };

/// Appends what has arrived to `buffer`.
Received receive_into(int fd, std::string& buffer);

}  // namespace parley::bench
