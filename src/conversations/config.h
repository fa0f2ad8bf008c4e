// Config: the known keys of a conversation's configuration (document 004). Unknown keys are kept.
#pragma once

#include "base/json.h"
#include "base/result.h"

namespace parley::conversations {

/// Known keys must have their type; null means "not set" for each of them. Errors: invalid, with a
/// message that names the key and what it takes.
Result<void> check_config(const Json& config);

}  // namespace parley::conversations
