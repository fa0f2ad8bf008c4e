// Form: application/x-www-form-urlencoded bodies (WHATWG URL, section 5.1), and media types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

inline constexpr size_t form_fields_max = 256;

/// The last value of each name. nullopt: a bad escape, not UTF-8, or over form_fields_max.
std::optional<std::map<std::string, std::string>> parse_form(std::string_view body);

/// "Text/HTML; charset=x" → "text/html".
std::string media_type_of(std::string_view content_type);

}  // namespace parley::http
