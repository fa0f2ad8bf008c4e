// Table: rows of text in columns, for people.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace parley::app::cli {

/// Columns as wide as their widest cell; the first row is the heading.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

/// Indented, with a line end.
std::string pretty(const Json& value);

/// The member, or null if `object` has none.
const Json& member_of(const Json& object, std::string_view name);

/// A JSON value as a cell: texts as they are, null as "-".
std::string cell_of(const Json& object, std::string_view member);

}  // namespace parley::app::cli
