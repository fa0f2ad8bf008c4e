// The request that a turn sends to its provider, and the most that its input can count. Pure.
#pragma once

#include "chat/chat.h"
#include "chat/turn.h"
#include "providers/provider.h"

namespace parley::chat {

providers::Request make_request(const LiveTurn& turn, const Options& options);

/// In tokens: no tokenizer makes more of them than there are bytes; and a margin for what
/// protocols put around turns and tools.
int64_t input_tokens_max(const providers::Request& request);

}  // namespace parley::chat
