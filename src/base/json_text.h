// JSON strings as text (RFC 8259, section 7). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace parley {

/// The letter of the two-character escape of `point`; 0 if it has none.
char json_short_escape(char32_t point);

/// Appends `text` as a JSON string; UTF-8 stays as it is, invalid bytes become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace parley
