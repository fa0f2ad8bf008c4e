// FakeEntropy: bytes that look random, never repeat within a test, and are the same in every run.
//
// Threads: any (the order in which threads draw is then theirs).
#pragma once

#include <cstdint>
#include <mutex>

#include "base/entropy.h"

namespace parley {

class FakeEntropy final : public Entropy {
 public:
  explicit FakeEntropy(uint64_t seed = 1) : state_(seed) {}

  void fill(std::span<uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(next() >> 56);
  }

 private:
  /// SplitMix64 (Steele, Lea, Flood 2014): a full period from any seed.
  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  std::mutex mutex_;
  uint64_t state_;  ///< guarded by mutex_
};

}  // namespace parley
