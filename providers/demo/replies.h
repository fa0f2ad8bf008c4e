// What the demo provider says: a question in, a Markdown answer or a tool call out. Pure and
// deterministic: the same request always gets the same words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.h"

namespace parley::providers::demo {

/// Either text or calls.
struct Reply {
  std::string text;
  std::vector<ToolCall> calls;
};

/// Begins every text: nobody may take these answers for a model's.
inline constexpr std::string_view label_line =
    "**Demo mode:** this is a scripted answer, no AI model is connected.\n\n";

Reply make_reply(const Request& request);

/// What a "find …" question searches for; empty if it is none. Quoted text wins.
std::string search_term(std::string_view question);

}  // namespace parley::providers::demo
