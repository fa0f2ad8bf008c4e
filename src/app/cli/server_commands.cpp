// run, config, health.
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>

#include "app/app.h"
#include "app/cli/command.h"
#include "app/descriptors.h"
#include "app/memory.h"
#include "app/server_address.h"
#include "base/log.h"
#include "net/upstream.h"

namespace parley::app::cli {

namespace {

constexpr int64_t health_deadline_ms = 3'000;

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

/// Without a descriptor a connection waits, and an answer fails.
void provide_descriptors(const Settings& settings) {
  const int64_t limit = raise_descriptor_limit();
  const int64_t needed = descriptors_needed(settings);
  if (limit >= needed) return;
  log::warning("few_descriptors",
               {{"limit", limit}, {"needed", needed}, {"advice", descriptors_advice}});
}

int serve(const CommandLine& line) {
  // Blocked before the first thread starts, so that only the wait below takes them.
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  limit_heaps();
  log::set_level(level_of(line.settings));
  const log::Gathering gathering;
  provide_descriptors(line.settings);
  const SystemClock clock;
  auto app = App::make(line.settings, clock);
  if (!app) return complain(app.error());
  if (const auto started = (*app)->start(); !started) return complain(started.error());
  ::malloc_trim(0);  // the start took memory that nothing needs again
  greet(line.settings, (*app)->port());
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("stopping", {{"signal", signal}});
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one ends the process at once
  (*app)->stop();
  log::info("stopped", {});
  log::flush();
  return exit_done;
}

int show_config(const CommandLine& line) {
  const bool as_markdown = line.arguments.has("--markdown");
  fmt::print("{}", as_markdown ? settings_markdown() : line.settings.describe());
  return exit_done;
}

int check_health(const CommandLine& line) {
  const Settings& settings = line.settings;
  net::UpstreamRequest request;
  request.method = "GET";
  const auto port = static_cast<uint16_t>(settings.integer("port"));
  request.url = own_url(settings.text("host"), port) + "/health";
  request.deadlines = {health_deadline_ms, health_deadline_ms, health_deadline_ms,
                       health_deadline_ms};
  const auto upstream = net::make_curl_upstream();
  const auto call = upstream->start(request);
  const auto head = call->head({});
  return head && head->status == 200 ? exit_done : exit_failed;
}

}  // namespace

Commands server_commands() {
  return {
      {"run", "", "serve until SIGTERM or SIGINT (the default)", 0, 0, {}, serve},
      {"config",
       "",
       "show the effective settings and where each comes from",
       0,
       0,
       {{"--markdown", ""}},
       show_config},
      {"health", "", "exit 0 if the server on HOST:PORT answers", 0, 0, {}, check_health},
  };
}

}  // namespace parley::app::cli
