// UTF-8 text: validation, code point counts, cuts that never split a character.
//
// "Characters" are Unicode code points throughout. Pure functions; invalid input is never a crash.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

bool is_valid_utf8(std::string_view text);

/// Invalid sequences become U+FFFD; valid text comes back unchanged.
std::string to_valid_utf8(std::string_view text);

/// Number of code points; each invalid byte counts as one.
size_t count_characters(std::string_view text);

/// The first / last `count` characters of `text`, as a view into it.
std::string_view first_characters(std::string_view text, size_t count);
std::string_view last_characters(std::string_view text, size_t count);

/// ASCII letters in lower case; every other byte unchanged.
std::string to_lower_ascii(std::string_view text);

/// Without leading and trailing ASCII white space.
std::string_view trim(std::string_view text);

/// Removes what is invisible to a person yet steers a model: tag characters U+E0000–E007F and
/// U+200B, U+200C, U+2060 (SECURITY.md E4). Emoji joiners and variation selectors stay.
std::string without_invisible_characters(std::string_view text);

}  // namespace parley
