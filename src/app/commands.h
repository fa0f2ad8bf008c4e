// Commands: what `parley …` can do on the command line. The groups are in app/cli/.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace parley::app {

/// Runs a command and returns the process's exit code: 0 done, 1 failed, 2 wrong usage.
/// `help`, `help COMMAND` and `COMMAND --help` list what there is; without a command: run.
int run_command(const std::vector<std::string>& arguments, const SettingSources& sources);

}  // namespace parley::app
