// What the documents show of a message; one home for every route that lists messages.
#pragma once

#include <vector>

#include "base/json.h"
#include "conversations/conversations.h"

namespace parley::conversations {

/// [{role: "user"|"assistant", content, timestamp (ms), messageId, seq, finish?}], as given.
Json render(const std::vector<Message>& messages);

}  // namespace parley::conversations
