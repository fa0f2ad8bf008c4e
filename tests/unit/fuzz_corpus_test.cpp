// Replays the kept inputs of every fuzz target.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/targets.h"

namespace parley::fuzz {
namespace {

TEST(FuzzCorpus, EveryKeptInputIsSurvived) {
  for (const Target& target : targets()) {
    const std::string folder =
        std::string(PARLEY_SOURCE_DIR "/tests/fuzz/corpus/") + std::string(target.name);
    int inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      target.run(std::string(std::istreambuf_iterator<char>(in), {}));
      ++inputs;
    }
    EXPECT_GT(inputs, 0) << folder;
  }
}

}  // namespace
}  // namespace parley::fuzz
