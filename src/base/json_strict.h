// Strict JSON, for texts that are signed: a repeated key would mean one thing to one reader and
// another to the next (RFC 8259, 4). Pure functions.
#pragma once

#include <string_view>

#include "base/json.h"

namespace parley {

/// As parse_json(), and no object has a key twice. Errors: as parse_json().
Result<Json> parse_json_strictly(std::string_view text, size_t depth_max);

}  // namespace parley
