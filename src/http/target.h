// Target: the path of a request target, taken apart. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// "%41" → "A" (RFC 3986, 2.1), with `plus_is_space` as in forms. nullopt: an escape is cut or
/// not hex, or the result is not UTF-8, or (in a path) has control characters.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// The decoded segments of the path of `target` (origin form); "/" has one empty segment. They
/// are cut before decoding, so an escaped slash stays inside its segment.
std::optional<std::vector<std::string>> path_segments(std::string_view target);

}  // namespace parley::http
