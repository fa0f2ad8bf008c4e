// Surrogates: text of vendors that cut between the two halves of a UTF-16 pair.
//
// Servers that think in UTF-16 may end one event with the escape \ud83c and begin the next with
// \udf89. A strict JSON parser refuses both. So lone halves are turned into markers before parsing
// (the 2,048 highest code points, U+10F800 to U+10FFFF, which are private use and mean nothing),
// and the markers are joined, or become U+FFFD, when the text is whole. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace parley::providers::transport {

/// `json` with every escape of a lone surrogate replaced by its marker.
std::string mark_lone_surrogates(std::string_view json);

/// `text` with adjacent markers joined to their character and the others replaced by U+FFFD. No
/// marker is left: a character that looks like one becomes U+FFFD as well.
std::string resolve_surrogates(std::string_view text);

/// True if `text` ends with the marker of a first half: its second half may follow.
bool ends_in_first_half(std::string_view text);

inline constexpr size_t marker_bytes = 4;

}  // namespace parley::providers::transport
