// Wording: a result as an answer in Markdown: one sentence with the figures, a small table at most.
// Pure. The whole result stands below the answer in the widget, so long ones are not repeated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/demo/intent.h"
#include "providers/demo/reading.h"

namespace parley::providers::demo {

/// `result`: the tool's JSON, {"columns":[…],"rows":[[…]],"rowCount","truncated",…}.
std::string word_result(const Intent& intent, std::string_view result);
std::string word_query_error(std::string_view error);

/// The answers that need no query: overview, facts, gaps.
std::string word_known(const Intent& intent, const std::vector<Table>& tables);

/// Why there is no answer, and what could be asked instead.
std::string word_trouble(const Reading& reading);

}  // namespace parley::providers::demo
