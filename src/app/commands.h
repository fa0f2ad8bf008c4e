// Commands: what `parley …` can do on the command line.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace parley::app {

/// Runs a command and returns the process's exit code: 0 done, 1 failed, 2 wrong usage.
///   run (default)   serve until SIGTERM or SIGINT
///   config          effective settings with their sources; --markdown: the documentation table
///   health          exit 0 if the server on HOST:PORT answers GET /health with 200
///   version, help
int run_command(const std::vector<std::string>& arguments, const SettingSources& sources);

}  // namespace parley::app
