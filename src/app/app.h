// App: the composition root. Builds every part from settings, in order, and takes them down again.
//
// Used by main and by the tests, so both run the same thing.
#pragma once

#include <cstdint>
#include <memory>

#include "app/settings.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/route.h"

namespace parley::app {

class App {
 public:
  /// Opens the database, recovers, and builds every part; listens only after start().
  /// Errors: those of the parts, in words for the operator.
  static Result<std::unique_ptr<App>> make(const Settings& settings, const Clock& clock);
  ~App();

  /// Errors: unavailable (the port is taken or not allowed).
  Result<void> start();

  uint16_t port() const;

  /// All that is served, in the order of matching; lives as long as the app.
  const http::Routes& routes() const;

  /// One round of the sweeper, now; it also runs once a minute by itself.
  void sweep();

  /// Readiness off, running answers end or are stopped and stored, streams are told, the WAL is
  /// checkpointed. Takes at most drain_ms and some 3 s. Also done by the destructor.
  void stop();

 private:
  App();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace parley::app
