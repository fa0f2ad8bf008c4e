// Names for tables and columns: as close to the file's own as SQL and a reader allow. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::datasets {

inline constexpr size_t name_characters_max = 200;

/// A name for each title, in their order: on one line, without what is invisible, cut at
/// name_characters_max. An empty title becomes "column_3"; of equal ones, whatever the case, the
/// later become "name_2", "name_3".
std::vector<std::string> column_names(const std::vector<std::string>& titles);

/// "My Orders (2026).csv" → "my_orders_2026": needs no quotes in SQL and is none of `taken`,
/// whatever the case.
std::string table_name(std::string_view file_name, const std::vector<std::string>& taken);

/// "<table>_<key>" by the same rules.
std::string child_table_name(std::string_view table, std::string_view key,
                             const std::vector<std::string>& taken);

/// The start of a cell as notes name it: in quotes, on one line, cut.
std::string shown_cell(std::string_view cell);

/// The file's name as people should read it: on one line, without folders, cut.
std::string table_title(std::string_view file_name);

}  // namespace parley::datasets
