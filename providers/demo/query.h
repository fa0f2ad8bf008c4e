// Query: an intent as one SQLite SELECT over one table. Pure.
//
// Whatever names and values say, they stay names and values: identifiers stand in double quotes,
// texts in single quotes, both with their quote doubled; a NUL byte ends neither, it is left out.
#pragma once

#include <string>
#include <string_view>

#include "providers/demo/intent.h"

namespace parley::providers::demo {

inline constexpr int64_t listed_rows_max = 50;
inline constexpr size_t listed_columns_max = 12;

/// Empty for an intent that needs no query (overview, facts, gaps).
/// Columns of the result: groups first, in order, then the measures, then "share_percent".
std::string sql_of(const Intent& intent);

std::string quoted_name(std::string_view name);
std::string quoted_text(std::string_view text);

}  // namespace parley::providers::demo
