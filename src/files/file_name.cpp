#include "files/file_name.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace parley::files {

namespace {

using namespace std::string_view_literals;

struct Extension {
  std::string_view suffix;
  FileType type;
};

constexpr std::array extensions = {
    Extension{".csv", FileType::csv}, Extension{".tsv", FileType::csv},
    Extension{".json", FileType::json}, Extension{".jsonl", FileType::json},
    Extension{".ndjson", FileType::json}};

// Browsers take the declared type from the system's registry: Excel claims CSV on Windows.
constexpr std::array neutral_types = {""sv, "text/plain"sv, "application/octet-stream"sv,
                                      "binary/octet-stream"sv};
constexpr std::array csv_types = {"text/csv"sv,
                                  "text/x-csv"sv,
                                  "application/csv"sv,
                                  "application/x-csv"sv,
                                  "text/tab-separated-values"sv,
                                  "text/comma-separated-values"sv,
                                  "application/vnd.ms-excel"sv};
constexpr std::array json_types = {"application/json"sv,     "text/json"sv,
                                   "application/x-ndjson"sv, "application/ndjson"sv,
                                   "application/jsonl"sv,    "application/x-jsonlines"sv};

/// Direction marks and other format characters that change how a name reads.
bool is_deceptive(char32_t point) {
  return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || (point >= 0xFFF9 && point <= 0xFFFB) ||
         point == 0xFEFF || point == 0x061C || point == 0x00AD || point == 0x180E ||
         point == 0x2028 || point == 0x2029;
}

bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

template <class List>
bool has(const List& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool agrees(FileType type, std::string_view content_type) {
  const std::string declared = to_lower_ascii(trim(content_type.substr(0, content_type.find(';'))));
  if (has(neutral_types, declared)) return true;
  if (type == FileType::csv) return has(csv_types, declared);
  const bool has_json_suffix =
      declared.size() > 5 && declared.compare(declared.size() - 5, 5, "+json") == 0;
  return has(json_types, declared) || has_json_suffix;
}

}  // namespace

std::string clean_file_name(std::string_view name) {
  const std::string valid = without_invisible_characters(name);
  const size_t slash = valid.find_last_of("/\\");
  std::string kept;
  for (auto at = valid.begin() + static_cast<std::ptrdiff_t>(slash + 1); at != valid.end();) {
    const auto point = static_cast<char32_t>(utf8::next(at, valid.end()));
    if (!is_control(point) && !is_deceptive(point)) utf8::append(point, std::back_inserter(kept));
  }
  std::string out(trim(kept));
  if (count_characters(out) > name_characters_max) {
    const size_t dot = out.rfind('.');
    std::string extension = dot == std::string::npos ? "" : out.substr(dot);
    if (count_characters(extension) > 16) extension.clear();
    const size_t room = name_characters_max - count_characters(extension) - 1;
    out = std::string(first_characters(out, room)) + "…" + extension;
  }
  return out.empty() ? "file" : out;
}

std::optional<FileType> type_of(std::string_view clean_name, std::string_view content_type) {
  const size_t dot = clean_name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string suffix = to_lower_ascii(clean_name.substr(dot));
  for (const Extension& extension : extensions) {
    if (extension.suffix == suffix && agrees(extension.type, content_type)) return extension.type;
  }
  return std::nullopt;
}

std::string size_text(int64_t bytes) {
  constexpr int64_t kib = 1024;
  if (bytes >= kib * kib && bytes % (kib * kib) == 0) return fmt::format("{}MB", bytes / kib / kib);
  if (bytes >= kib && bytes % kib == 0) return fmt::format("{}KB", bytes / kib);
  return fmt::format("{} bytes", bytes);
}

}  // namespace parley::files
