// busy: what is refused for a moment only.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace parley::files {

/// unavailable; the caller may come again in a second.
inline tl::unexpected<Error> busy(std::string message) {
  Error error{ErrorCode::unavailable, std::move(message)};
  error.retry_after_ms = 1'000;
  return fail(std::move(error));
}

}  // namespace parley::files
