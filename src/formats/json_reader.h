// read_json: a streaming reader for JSON (RFC 8259) and JSON Lines, one token at a time.
//
// Several values are taken as JSON Lines if a line break stands between each two. Nothing is built
// in memory: a consumer keeps what it needs. Repeated keys are reported as they come.
// Threads: any. Memory: one token, at most about 3 × token_bytes_max, plus a few blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "formats/encoding.h"

namespace parley::formats {

struct JsonLimits {
  size_t depth_max = 64;
  int64_t nodes_max = 2'000'000;
  size_t token_bytes_max = 1024 * 1024;  ///< of one string or number
};

enum class JsonKind {
  object_begin,
  object_end,
  array_begin,
  array_end,
  key,
  string,
  integer,
  real,
  boolean,
  null,
};

/// `text`: of a key or string its characters, of a number its digits, else the word.
/// Valid inside the callback only.
struct JsonToken {
  JsonKind kind = JsonKind::null;
  std::string_view text;
  size_t depth = 0;  ///< containers around it; a container's begin and end have the same depth
};

/// What the top level is.
enum class JsonLayout { array, object, scalar, lines };
std::string_view name_of(JsonLayout layout);

/// The depth of what counts as one item: an element, a line, or the whole value.
size_t item_depth(JsonLayout layout);

/// True if `token` completes a value at its own depth.
bool ends_value(const JsonToken& token);

/// Reads the text to its end. `reader` must keep faults in UTF-8, so that they are found here.
/// Errors: invalid: "JSON file is empty", "not valid JSON at line 3, character 14",
/// "nested deeper than 64 levels at …", …; those of TextReader.
Result<JsonLayout> read_json(TextReader& reader, const JsonLimits& limits,
                             const std::function<void(const JsonToken&)>& on_token);

}  // namespace parley::formats
