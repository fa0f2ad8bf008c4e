#include "app/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/command.h"

namespace parley::app {

namespace {

using cli::Command;

const cli::Commands& all_commands() {
  static const cli::Commands all = [] {
    cli::Commands out;
    for (auto* group :
         {cli::server_commands, cli::tenant_commands, cli::key_commands, cli::usage_commands,
          cli::dev_data_commands, cli::backup_commands, cli::doctor_commands}) {
      auto part = group();
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }();
  return all;
}

std::string usage_of(const Command& command) {
  std::string out(command.name);
  if (!command.words.empty()) out += fmt::format(" {}", command.words);
  for (const cli::OptionSpec& option : command.options) {
    out += fmt::format(" [{}{}{}]{}", option.name, option.value.empty() ? "" : " ", option.value,
                       option.may_repeat ? "…" : "");
  }
  return out;
}

std::string help_text() {
  std::string out = "parley [COMMAND]\n";
  for (const Command& command : all_commands()) {
    const std::string words = fmt::format("{} {}", command.name, command.words);
    out += fmt::format("  {:<30} {}\n", words, command.help);
  }
  out += fmt::format("  {:<30} {}\n", "version", "show the version");
  out += fmt::format("  {:<30} {}\n", "help [COMMAND]", "this, or how to call one command");
  out +=
      "Settings: environment, .env, config/<profile>.json; see config/README.md\n"
      "Commands on tenants, keys, usage and backups work beside a running server and without "
      "one.\n";
  return out;
}

/// The command whose name `words` begins with; nullptr: none.
const Command* find_command(const std::vector<std::string>& words) {
  const auto& all = all_commands();
  for (size_t count = std::min<size_t>(2, words.size()); count > 0; --count) {
    std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    // Django's spelling of it.
    if (name == "create_sample_tenant") name = "create-sample-tenant";
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Command& command) { return command.name == name; });
    if (found != all.end()) return &*found;
  }
  return nullptr;
}

int help(const std::vector<std::string>& words) {
  const Command* command = find_command(words);
  if (command == nullptr && !words.empty()) {
    fmt::print(stderr, "parley: unknown command \"{}\"\n{}", fmt::join(words, " "), help_text());
    return cli::exit_usage;
  }
  if (command == nullptr) {
    fmt::print("{}", help_text());
  } else {
    fmt::print("parley {}\n  {}\n", usage_of(*command), command->help);
  }
  return cli::exit_done;
}

int run(const Command& command, const std::vector<std::string>& given,
        const SettingSources& sources) {
  const auto arguments =
      cli::Arguments::parse(given, command.options, command.words_min, command.words_max);
  if (!arguments) {
    fmt::print(stderr, "parley {}: {}\nusage: parley {}\n", command.name, arguments.error().message,
               usage_of(command));
    return cli::exit_usage;
  }
  const auto settings = Settings::load(sources);
  if (!settings) return cli::complain(settings.error());
  return command.run({*settings, sources, *arguments});
}

bool asks_for_help(const std::string& word) {
  return word == "help" || word == "--help" || word == "-h";
}

}  // namespace

int cli::complain(const Error& error) {
  fmt::print(stderr, "parley: {}\n", error.message);
  if (!error.detail.empty()) fmt::print(stderr, "        {}\n", error.detail);
  return exit_failed;
}

int run_command(const std::vector<std::string>& arguments, const SettingSources& sources) {
  std::vector<std::string> words = arguments;
  if (words.empty()) words = {"run"};
  if (words.front() == "version" || words.front() == "--version") {
    fmt::print("parley {}\n", PARLEY_VERSION);
    return cli::exit_done;
  }
  if (asks_for_help(words.front())) return help({words.begin() + 1, words.end()});
  const Command* command = find_command(words);
  if (command == nullptr) return help(words);
  const auto name_words = 1 + std::count(command->name.begin(), command->name.end(), ' ');
  const std::vector<std::string> given(words.begin() + name_words, words.end());
  if (std::any_of(given.begin(), given.end(),
                  [](const auto& word) { return word == "--help" || word == "-h"; })) {
    return help(words);
  }
  return run(*command, given, sources);
}

}  // namespace parley::app
