#include "app/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace parley::app {

namespace {

constexpr int64_t others_max = 256;  // database, log, uploads, files that are sent, SQL workers

int64_t number_of(rlim_t limit) {
  constexpr auto most = static_cast<rlim_t>(std::numeric_limits<int64_t>::max());
  return static_cast<int64_t>(std::min(limit, most));  // "unlimited" is the largest of all
}

rlimit present_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

}  // namespace

int64_t raise_descriptor_limit() {
  const rlimit limit = present_limit();
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return number_of(::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur);
}

int64_t descriptor_limit_max() {
  return number_of(present_limit().rlim_max);
}

int64_t descriptors_needed(const Settings& settings) {
  return settings.integer("connections_max") + settings.integer("answers_max") + others_max;
}

}  // namespace parley::app
