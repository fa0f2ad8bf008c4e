#include "files/statements.h"

#include <utility>

namespace parley::files {

Result<void> Statements::start(Job job) {
  if (!threads_.reserve()) {
    return fail(ErrorCode::unavailable,
                "Too many queries are waiting. Please try again in a moment.");
  }
  threads_.start([job = std::move(job), stop = stop_.get_token()] { job(stop); });
  return {};
}

}  // namespace parley::files
