#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace parley::log {

namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("parley",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
    default:
      return "info";
  }
}

}  // namespace

void set_level(Level level) {
  logger().set_level(to_spdlog(level));
}

void write(Level level, std::string_view event, const nlohmann::json& fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  // Ordered by hand: time, level and event first, so that a person can read the raw lines.
  nlohmann::ordered_json line = {
      {"time", iso_timestamp(SystemClock().now_ms())}, {"level", name_of(level)}, {"event", event}};
  for (const auto& [key, value] : fields.items()) {
    if (!line.contains(key)) line[key] = value;
  }
  logger().log(to_spdlog(level), "{}",
               line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void info(std::string_view event, const nlohmann::json& fields) {
  write(Level::info, event, fields);
}

void warning(std::string_view event, const nlohmann::json& fields) {
  write(Level::warning, event, fields);
}

void error(std::string_view event, const nlohmann::json& fields) {
  write(Level::error, event, fields);
}

void flush() {
  logger().flush();
}

}  // namespace parley::log
