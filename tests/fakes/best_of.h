// How fast something can be, on a machine that may be busy with other things.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

namespace parley {

/// The shortest of up to five tries of `measure`, in ms; a try within `enough_ms` is the last one.
inline int64_t best_ms(int64_t enough_ms, const std::function<int64_t()>& measure) {
  constexpr int tries_max = 5;
  int64_t best = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < tries_max && best > enough_ms; ++i) best = std::min(best, measure());
  return best;
}

}  // namespace parley
