// JSON without exceptions: parse with bounds, read typed members, dump deterministically.
//
// The parser refuses what would break a consumer later: invalid UTF-8, lone surrogates, nesting
// beyond the bound, trailing text. Threads: pure functions.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley {

using Json = nlohmann::json;

inline constexpr size_t json_depth_max = 64;

/// Parses one JSON text (RFC 8259). Errors: invalid ("JSON parse error - …", with the position).
Result<Json> parse_json(std::string_view text, size_t depth_max = json_depth_max);

/// Compact text, members in key order; characters outside UTF-8 become U+FFFD.
std::string dump(const Json& value);

/// The string member `key` of `object`; nullopt if absent, null or no string.
std::optional<std::string> find_string(const Json& object, std::string_view key);

/// The integer member `key`; nullopt if absent, null, fractional, beyond
/// 64 bits or no number.
std::optional<int64_t> find_integer(const Json& object, std::string_view key);

/// The object or array member `key`; nullptr if absent. Borrowed from `object`.
const Json* find_member(const Json& object, std::string_view key);

}  // namespace parley
