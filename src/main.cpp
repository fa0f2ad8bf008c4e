// argv and environment → command. The only file that reads the process environment.
#include <unistd.h>

#include <string>
#include <string_view>

#include "app/commands.h"
#include "datasets/worker.h"

int main(int count, char** arguments) {
  // First of all: the worker is to know nothing of the server's settings.
  if (count == 2 && std::string_view(arguments[1]) == "sql-worker") {
    return parley::datasets::run_worker();
  }
  parley::app::SettingSources sources;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    sources.environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  if (const auto found = sources.environment.find("CONFIG_DIR");
      found != sources.environment.end()) {
    sources.config_directory = found->second;
  }
  return parley::app::run_command({arguments + 1, arguments + count}, sources);
}
