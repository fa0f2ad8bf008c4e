// Command: one thing `parley …` can do, as data; one list per group, joined by commands.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/cli/arguments.h"
#include "app/settings.h"

namespace parley::app::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// What a command works on.
struct CommandLine {
  const Settings& settings;
  const SettingSources& sources;  ///< where they came from
  const Arguments& arguments;
};

struct Command {
  std::string_view name;   ///< one or two words: "tenant create"
  std::string_view words;  ///< what follows, as help shows it: "NAME"
  std::string_view help;   ///< one line
  size_t words_min = 0;
  size_t words_max = 0;
  std::vector<OptionSpec> options;
  int (*run)(const CommandLine& line);  ///< the exit code
};

using Commands = std::vector<Command>;

Commands server_commands();    ///< run, config, health
Commands tenant_commands();    ///< tenant …, create-sample-tenant
Commands key_commands();       ///< key …
Commands usage_commands();     ///< usage
Commands dev_data_commands();  ///< setup-dev-data
Commands backup_commands();    ///< backup, restore
Commands doctor_commands();    ///< doctor

/// Says what went wrong on stderr; exit_failed.
int complain(const Error& error);

}  // namespace parley::app::cli
