// Findings: what doctor found, one line each, and the checks that need no server.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "base/clock.h"

namespace parley::app::cli {

enum class Verdict { ok, warn, fail };

struct Finding {
  Verdict verdict = Verdict::ok;
  std::string about;   ///< "database"
  std::string said;    ///< what is the case
  std::string advice;  ///< what to do; empty when ok
};

using Findings = std::vector<Finding>;

/// Values that no start refuses, but that are not what a site should run with.
Findings check_settings(const Settings& settings);

/// The widget is built.
Findings check_widget(const Settings& settings);

/// Database, keys and uploads can be read by their owner alone.
Findings check_permissions(const Settings& settings);

/// Space left where database and uploads are.
Findings check_disk(const Settings& settings);

/// The server may open as many files and sockets as its settings ask for.
Findings check_descriptors(const Settings& settings);

/// The clock is not behind what has happened already: this program was installed, and the
/// database brought to its schema at `migrated_at_ms` (0: not known).
Findings check_time(const Clock& clock, int64_t migrated_at_ms);

/// Nobody else has HOST:PORT; only if no server of ours runs.
Findings check_port(const Settings& settings);

}  // namespace parley::app::cli
