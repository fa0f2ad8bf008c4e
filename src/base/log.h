// Structured log: one JSON object per line on stderr. The only home of the logging library.
//
// Threads: any. Control characters inside values are escaped by JSON, so no input can forge a
// line or move a terminal's cursor. Never pass keys, tokens or message texts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace parley::log {

enum class Level { debug, info, warning, error, off };

/// Lines below `level` are dropped. Default: info.
void set_level(Level level);

/// {"time":…,"level":…,"event":`event`, …fields}. `fields` must be an object; it cannot replace the
/// first three.
void write(Level level, std::string_view event, const nlohmann::json& fields);

void info(std::string_view event, const nlohmann::json& fields);
void warning(std::string_view event, const nlohmann::json& fields);
void error(std::string_view event, const nlohmann::json& fields);

/// Writes out what is buffered; called before the process ends.
void flush();

}  // namespace parley::log
