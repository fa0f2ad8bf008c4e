// Structured log: one JSON object per line on stderr. The only home of the logging library.
//
// Threads: any. Control characters inside values are escaped by JSON, so no input can forge a
// line or move a terminal's cursor. Never pass keys, tokens or message texts.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace parley {
class LogBuffer;
}

namespace parley::log {

enum class Level { debug, info, warning, error, off };

/// Lines below `level` are dropped. Default: info.
void set_level(Level level);

/// {"time":…,"level":…,"event":`event`, …fields}. `fields` must be an object; it cannot replace the
/// first three.
void write(Level level, std::string_view event, const nlohmann::json& fields);

/// False if a line of `level` would be dropped: then its fields need not be made.
bool is_enabled(Level level);

/// A line made member by member, for what is logged with every request: no JSON value is built.
class Line {
 public:
  Line(Level level, std::string_view event);

  /// `name` is a literal of plain characters, and not one of the first three.
  Line& add(std::string_view name, std::string_view text);
  Line& add(std::string_view name, int64_t number);
  Line& add_flag(std::string_view name);  ///< true

  void write();

 private:
  Level level_;
  std::string text_;
};

void info(std::string_view event, const nlohmann::json& fields);
void warning(std::string_view event, const nlohmann::json& fields);
void error(std::string_view event, const nlohmann::json& fields);

/// Writes out what is buffered; called before the process ends.
void flush();

/// While it lives, lines of info and debug are written together, a hundredth of a second later at
/// most (log_buffer.h); warnings and errors still at once. For a server; one at a time, and nobody
/// may write a line while it ends.
class Gathering {
 public:
  Gathering();
  ~Gathering();

 private:
  std::unique_ptr<LogBuffer> buffer_;
};

}  // namespace parley::log
