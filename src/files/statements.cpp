#include "files/statements.h"

#include <utility>

#include "files/busy.h"

namespace parley::files {

Result<void> Statements::start(Job job) {
  const auto run = [job = std::move(job), stop = stop_.get_token()] { job(stop); };
  if (threads_.reserve() && threads_.start(run)) return {};
  return busy("Too many queries are waiting. Please try again in a moment.");
}

}  // namespace parley::files
