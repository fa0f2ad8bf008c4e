// Errors of OpenAI and of the servers that imitate it (PROVIDERS.md 5e and 6). Pure.
#pragma once

#include <string_view>

#include "providers/provider.h"

namespace parley::providers::openai {

/// transport::ReadError. Takes the wrapped form {error:{message,type,code}}, the flat one, an error
/// that is a string, and codes that are numbers. With a 2xx status (an error inside a stream) the
/// code decides alone.
Failure read_error(int status, const Json& body);

}  // namespace parley::providers::openai
