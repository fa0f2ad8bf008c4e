#include "files/receipt_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "formats/case_fold.h"

namespace parley::files {

namespace {

bool is_name_byte(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// True if `text`, in lower case, has `name` as a word of its own; quotes in it are doubled there.
bool has_name(std::string_view text, std::string_view name) {
  std::string wanted;
  for (const char c : formats::to_lower(name)) wanted += c == '"' ? "\"\"" : std::string(1, c);
  for (size_t at = text.find(wanted); at != std::string_view::npos && !wanted.empty();
       at = text.find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    const bool starts = at == 0 || !is_name_byte(wanted.front()) || !is_name_byte(text[at - 1]);
    const bool ends =
        end == text.size() || !is_name_byte(wanted.back()) || !is_name_byte(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

/// "SELECT *", "t.*": no product and no count(*).
bool has_all_columns(std::string_view text) {
  for (size_t at = text.find('*'); at != std::string_view::npos; at = text.find('*', at + 1)) {
    const std::string_view before = trim(text.substr(0, at));
    const bool follows = before.ends_with(',') || before.ends_with('.') ||
                         before.ends_with("select") || before.ends_with("distinct") ||
                         before.ends_with("all");
    if (follows) return true;
  }
  return false;
}

void add(std::vector<std::string>& notes, std::string note) {
  const std::string_view kept = first_characters(note, note_characters_max);
  if (kept.size() < note.size()) note = std::string(kept) + "…";
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace

std::vector<std::string> notes_of(const std::vector<StoredFile>& files, std::string_view sql) {
  const std::string text = formats::to_lower(sql);
  const bool reads_all = has_all_columns(text);
  std::vector<std::string> notes;
  for (const StoredFile& file : files) {
    for (const datasets::Table& table : file.dataset.tables) {
      if (!has_name(text, table.name)) continue;
      for (const datasets::Column& column : table.columns) {
        const bool is_read = !column.note.empty() && (reads_all || has_name(text, column.name));
        if (is_read) add(notes, fmt::format("{}: {}", column.name, column.note));
      }
      for (const std::string& note : table.notes) add(notes, note);
    }
  }
  if (notes.size() <= notes_max) return notes;
  const size_t more = notes.size() - notes_max;
  notes.resize(notes_max);
  notes.push_back(fmt::format("… and {} more", more));
  return notes;
}

}  // namespace parley::files
