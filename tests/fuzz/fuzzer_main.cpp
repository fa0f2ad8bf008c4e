// One fuzz target under libFuzzer: PARLEY_FUZZ_TARGET names it (tests/fuzz/CMakeLists.txt).
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

#ifndef PARLEY_FUZZ_TARGET
#define PARLEY_FUZZ_TARGET "csv"  // for tools that read this file alone
#endif

// The name is libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto& all = parley::fuzz::targets();
  static const auto target = std::find_if(
      all.begin(), all.end(), [](const auto& one) { return one.name == PARLEY_FUZZ_TARGET; });
  target->run({reinterpret_cast<const char*>(data), size});
  return 0;
}
