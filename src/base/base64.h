// Base64 (RFC 4648): text for bytes. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Section 4, with padding.
std::string to_base64(std::string_view bytes);

/// Section 5, without padding.
std::string to_base64url(std::string_view bytes);

/// Section 5, strictly: no padding, no white space, nothing outside the alphabet, and the unused
/// bits of the last character are zero, so that each byte string has one text only. nullopt: it is
/// not that.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace parley
