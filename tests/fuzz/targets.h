// Fuzz targets: each parser of foreign bytes as a function that must survive any of them, and what
// must hold for every input. A broken promise aborts.
//
// `./dev test --extended` lets libFuzzer run each for a minute (fuzzer_main.cpp); every run replays
// the kept inputs in corpus/<name>/ (tests/unit/fuzz_corpus_test.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

/// All of them. The groups are one file each.
const std::vector<Target>& targets();

std::vector<Target> request_targets();   ///< HTTP/1.1: head, chunks, target
std::vector<Target> form_targets();      ///< bodies of forms
std::vector<Target> field_targets();     ///< single header fields
std::vector<Target> text_targets();      ///< JSON, UTF-8, names, events
std::vector<Target> provider_targets();  ///< what vendors answer
std::vector<Target> data_targets();      ///< uploads, and SQL over them
std::vector<Target> demo_targets();      ///< questions to the demo provider
std::vector<Target> state_targets();     ///< what remembers

/// Aborts unless `holds`.
void demand(bool holds, const char* promise);

/// Takes the text up to the next LF, or all of it, off `rest`.
std::string_view take_line(std::string_view& rest);

/// Every byte as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace parley::fuzz
