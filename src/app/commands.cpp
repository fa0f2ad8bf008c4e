#include "app/commands.h"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>

#include "app/app.h"
#include "base/log.h"
#include "net/upstream.h"

namespace parley::app {

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int64_t health_deadline_ms = 3'000;

constexpr const char* help_text =
    "parley [COMMAND]\n"
    "  run                  serve until SIGTERM or SIGINT (the default)\n"
    "  config [--markdown]  show the effective settings and where each comes from\n"
    "  health               exit 0 if the server on HOST:PORT answers\n"
    "  version              show the version\n"
    "Settings: environment, .env, config/<profile>.json; see config/README.md\n";

int complain(const Error& error) {
  fmt::print(stderr, "parley: {}\n", error.message);
  if (!error.detail.empty()) fmt::print(stderr, "        {}\n", error.detail);
  return exit_failed;
}

log::Level level_of(const Settings& settings) {
  const std::string& name = settings.text("log_level");
  if (name == "debug") return log::Level::debug;
  if (name == "warning") return log::Level::warning;
  if (name == "error") return log::Level::error;
  if (name == "off") return log::Level::off;
  return settings.flag("debug") ? log::Level::debug : log::Level::info;
}

/// An address a person can open.
std::string address_of(const Settings& settings, uint16_t port) {
  const std::string& host = settings.text("host");
  const bool is_local = host == "127.0.0.1" || host == "0.0.0.0" || host == "::";
  return fmt::format("http://{}:{}", is_local ? "localhost" : host, port);
}

void greet(const Settings& settings, uint16_t port) {
  const std::string address = address_of(settings, port);
  fmt::print("Parley {} is ready: {}\n", PARLEY_VERSION, address);
  fmt::print("Embed it with: <script async src=\"{}/static/widget/chatbot.js\"></script>\n",
             address);
  if (settings.text("anthropic_api_key").empty() && settings.text("openai_api_key").empty()) {
    fmt::print(
        "No AI key is set: the built-in demo answers. Set ANTHROPIC_API_KEY or "
        "OPENAI_API_KEY in .env\n");
  }
  std::fflush(stdout);
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int serve(const Settings& settings) {
  // Blocked before the first thread starts, so that only the wait below takes them.
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  log::set_level(level_of(settings));
  const SystemClock clock;
  auto app = App::make(settings, clock);
  if (!app) return complain(app.error());
  if (const auto started = (*app)->start(); !started) return complain(started.error());
  greet(settings, (*app)->port());
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("stopping", {{"signal", signal}});
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one ends the process at once
  (*app)->stop();
  log::info("stopped", {});
  log::flush();
  return 0;
}

int show_config(const Settings& settings, bool as_markdown) {
  fmt::print("{}", as_markdown ? settings_markdown() : settings.describe());
  return 0;
}

/// Where a server that listens on `host` answers, as it stands in a URL.
std::string own_address(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

int check_health(const Settings& settings) {
  net::UpstreamRequest request;
  request.method = "GET";
  request.url = fmt::format("http://{}:{}/health", own_address(settings.text("host")),
                            settings.integer("port"));
  request.deadlines = {health_deadline_ms, health_deadline_ms, health_deadline_ms,
                       health_deadline_ms};
  const auto upstream = net::make_curl_upstream();
  const auto call = upstream->start(request);
  const auto head = call->head({});
  return head && head->status == 200 ? 0 : exit_failed;
}

}  // namespace

int run_command(const std::vector<std::string>& arguments, const SettingSources& sources) {
  const std::string command = arguments.empty() ? "run" : arguments.front();
  if (command == "version" || command == "--version") {
    fmt::print("parley {}\n", PARLEY_VERSION);
    return 0;
  }
  if (command == "help" || command == "--help" || command == "-h") {
    fmt::print("{}", help_text);
    return 0;
  }
  const bool as_markdown = arguments.size() == 2 && arguments[1] == "--markdown";
  if (arguments.size() > (as_markdown ? 2U : 1U)) {
    fmt::print(stderr, "{}", help_text);
    return exit_usage;
  }
  const auto settings = Settings::load(sources);
  if (!settings) return complain(settings.error());
  if (command == "run") return serve(*settings);
  if (command == "config") return show_config(*settings, as_markdown);
  if (command == "health") return check_health(*settings);
  fmt::print(stderr, "parley: unknown command \"{}\"\n{}", command, help_text);
  return exit_usage;
}

}  // namespace parley::app
