// Fuzz targets: each parser of foreign bytes as a function that must survive any of them, and what
// must hold for every input. A broken promise aborts.
//
// `./dev test --extended` lets libFuzzer run each for a minute (fuzzer_main.cpp); every run replays
// the kept inputs in corpus/<name>/ (tests/unit/fuzz_corpus_test.cpp).
#pragma once

#include <string_view>
#include <vector>

namespace parley::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

const std::vector<Target>& targets();

}  // namespace parley::fuzz
