// Lower case for search, over all of Unicode that the C library knows, independent of the
// process's locale. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace parley::formats {

char32_t to_lower(char32_t point);

/// `text` is UTF-8; invalid bytes become U+FFFD unless all of it is ASCII.
std::string to_lower(std::string_view text);

}  // namespace parley::formats
