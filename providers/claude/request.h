// The request body of Anthropic's Messages API (PROVIDERS.md section 4). Pure.
#pragma once

#include <string>

#include "providers/provider.h"

namespace parley::providers::claude {

/// The JSON body of POST /v1/messages for `request`, always streaming. `owner` ("claude/<model>")
/// says whose native blocks are echoed; all others are dropped and rebuilt from text and calls.
/// `max_tokens` is the request's bound plus `reasoning_headroom`, because thinking counts into it:
/// without headroom a short answer could be all thought. At most 128,000.
///
/// Sampling parameters, prefill and forced tools are never sent: current models refuse them.
/// Cache breakpoints: the last system block, and the last block of the newest user turn.
Json make_body(const Request& request, const std::string& model, const std::string& owner,
               int64_t reasoning_headroom);

/// `id` as Anthropic takes it (^[a-zA-Z0-9_-]{1,64}$): ids of other vendors survive a failover.
std::string tool_id(const std::string& id);

}  // namespace parley::providers::claude
