// What the import did to the values that a statement reads, for its receipt: "price: thousands
// separators taken off". Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "files/files.h"

namespace parley::files {

/// Bounds of what a receipt, or a prompt, tells of notes.
inline constexpr size_t notes_max = 12;
inline constexpr size_t note_characters_max = 200;

/// The notes of the tables that `sql` names and of their columns that it names, or of all with
/// "SELECT *"; each once. Names are looked for as words: a text that says the same counts too,
/// since a note too many does no harm. Beyond notes_max: "… and 3 more".
std::vector<std::string> notes_of(const std::vector<StoredFile>& files, std::string_view sql);

}  // namespace parley::files
