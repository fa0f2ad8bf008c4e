// Ids: lowercase, hyphenated UUIDs (RFC 9562). They name things; they authorise nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/entropy.h"

namespace parley {

/// A random (version 4) UUID, 36 characters.
std::string new_uuid(Entropy& entropy);

/// True for exactly the form that paths accept: 8-4-4-4-12 lowercase hex. Uppercase is not found.
bool is_uuid(std::string_view text);

}  // namespace parley
