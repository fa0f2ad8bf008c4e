#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/log_buffer.h"

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

std::string dump_ascii(const nlohmann::json& value) {
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

nlohmann::json without_reserved(nlohmann::json fields) {
  for (const char* name : {"time", "level", "event"}) fields.erase(name);
  return fields;
}

/// Text that JSON shows as it is; everything else is left to the library.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
  });
}

void append_text(std::string& line, std::string_view text) {
  if (is_plain(text)) {
    line.append("\"").append(text).append("\"");
  } else {
    line += dump_ascii(nlohmann::json(text));
  }
}

std::atomic<LogBuffer*> gathered = nullptr;

/// Lines that tell of trouble are written at once, with all that came before them.
void emit(Level level, std::string_view line) {
  if (!is_enabled(level)) return;
  LogBuffer* buffer = gathered;
  if (buffer != nullptr && level < Level::warning) return buffer->add(line);
  if (buffer != nullptr) buffer->flush();
  logger().log(to_spdlog(level), line);
}

/// The first three members, without the closing brace.
std::string opening(Level level, std::string_view event) {
  constexpr size_t usual_bytes = 320;
  std::string line;
  line.reserve(usual_bytes);
  line.append(R"({"time":")").append(iso_timestamp(SystemClock().now_ms()));
  line.append(R"(","level":")").append(name_of(level)).append(R"(","event":)");
  append_text(line, event);
  return line;
}

}  // namespace

Line::Line(Level level, std::string_view event) : level_(level), text_(opening(level, event)) {}

Line& Line::add(std::string_view name, std::string_view text) {
  text_.append(",\"").append(name).append("\":");
  append_text(text_, text);
  return *this;
}

Line& Line::add(std::string_view name, int64_t number) {
  text_.append(",\"").append(name).append("\":").append(std::to_string(number));
  return *this;
}

Line& Line::add_flag(std::string_view name) {
  text_.append(",\"").append(name).append("\":true");
  return *this;
}

void Line::write() {
  text_ += '}';
  emit(level_, text_);
}

void set_level(Level level) {
  logger().set_level(to_spdlog(level));
}

void write(Level level, std::string_view event, const nlohmann::json& fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  // Ordered by hand: time, level and event first, so that a person can read the raw lines.
  const bool collides =
      fields.contains("time") || fields.contains("level") || fields.contains("event");
  const std::string rest = collides ? dump_ascii(without_reserved(fields)) : dump_ascii(fields);
  const bool has_members = rest.starts_with('{') && rest != "{}";
  std::string line = opening(level, event);
  line.append(has_members ? "," + rest.substr(1) : "}");
  emit(level, line);
}

bool is_enabled(Level level) {
  return logger().should_log(to_spdlog(level));
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
  if (LogBuffer* buffer = gathered) buffer->flush();
  logger().flush();
}

/// What its line's level is worth was asked of each line before.
Gathering::Gathering()
    : buffer_(std::make_unique<LogBuffer>(
          [](std::string_view lines) { logger().log(spdlog::level::critical, lines); })) {
  gathered = buffer_.get();
}

Gathering::~Gathering() {
  gathered = nullptr;
}

}  // namespace parley::log
