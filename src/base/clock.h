// Clock: the only door to time. Wall time is for stored timestamps, steady time for deadlines.
//
// Threads: every method may be called from any thread. Tests use tests/fakes/fake_clock.h.
#pragma once

#include <cstdint>
#include <string>

namespace parley {

class Clock {
 public:
  virtual ~Clock() = default;

  /// Milliseconds since the Unix epoch; may jump when the machine's clock is set.
  virtual int64_t now_ms() const = 0;

  /// Milliseconds since an arbitrary start; never goes back.
  virtual int64_t steady_ms() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  int64_t now_ms() const override;
  int64_t steady_ms() const override;
};

/// "2026-11-20T18:40:00.123000+00:00": ISO 8601 with microseconds and offset, as document 004
/// shows.
std::string iso_timestamp(int64_t epoch_ms);

}  // namespace parley
