// CSV text (RFC 4180) that is safe to open in a spreadsheet. Pure.
#pragma once

#include <string>
#include <string_view>

namespace parley::formats {

/// Appends one cell, quoted where it must be. A text that a spreadsheet would run as a formula
/// (first character = + - @, tab, return or NUL) gets a leading apostrophe, unless it is a plain
/// number (OWASP, "CSV Injection").
void append_csv_text(std::string& out, std::string_view text);

}  // namespace parley::formats
