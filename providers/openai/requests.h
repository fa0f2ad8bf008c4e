// The request bodies of OpenAI's two protocols (PROVIDERS.md section 5). Pure.
#pragma once

#include <string>

#include "providers/provider.h"
#include "providers/registry.h"

namespace parley::providers::openai {

/// The JSON body of POST /responses. Nothing is kept at the vendor (`store: false`): the whole
/// history is the input, and reasoning items travel in it, encrypted, during one tool loop.
/// `owner` says whose native items are echoed. `max_output_tokens` has the reasoning headroom.
Json make_responses_body(const Request& request, const std::string& model, const std::string& owner,
                         const OpenAiOptions& options);

/// The JSON body of POST /chat/completions: as few fields as possible, because compatible servers
/// refuse what they do not know.
Json make_chat_body(const Request& request, const std::string& model, const OpenAiOptions& options);

}  // namespace parley::providers::openai
