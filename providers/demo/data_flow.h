// Data flow: a question about an upload, answered with the tools in at most two calls: look at the
// tables, query them, word the result. Pure: where it stands is read off the request's last turns.
#pragma once

#include <optional>
#include <string_view>

#include "providers/demo/replies.h"

namespace parley::providers::demo {

/// The next step for the last question of `request`: a call of describe_data or query_data, or the
/// text of the answer (without label_line). nullopt if the tools are not offered, there are no
/// tables, or the question is about the product and not about data.
std::optional<Reply> next_data_step(const Request& request);

}  // namespace parley::providers::demo
