// File names as people may send them, made safe to show. Nothing on disk is ever named so.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "files/files.h"

namespace parley::files {

inline constexpr size_t name_characters_max = 255;

/// One line of visible text: no directories, control characters, invisible characters or
/// direction marks; at most 255 characters, shortened before the extension. "file" if nothing is
/// left.
std::string clean_file_name(std::string_view name);

/// By the extension (.csv .tsv · .json .jsonl .ndjson, any case) and the declared content type,
/// which must not contradict it; nullopt if either says something else.
std::optional<FileType> type_of(std::string_view clean_name, std::string_view content_type);

/// 10485760 → "10MB"; what is no whole number of MB or KB in smaller units.
std::string size_text(int64_t bytes);

}  // namespace parley::files
