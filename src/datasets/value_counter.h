// ValueCounter: how many different values there are, and which are the most frequent, in bounded
// memory.
//
// The first `tracked_max` different values are counted one by one. Of all others only two things
// are kept: a HyperLogLog sketch of 2,048 registers for their number (Flajolet et al. 2007; typical
// error 2.3 %), and 1,024 shared counters, the greatest of which no single value exceeds. So a
// tracked value above that bound is proved to be among the most frequent, and its count is exact.
// Values are known by a 64-bit hash. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::datasets {

uint64_t hash_integer(int64_t value);
uint64_t hash_real(double value);
uint64_t hash_text(std::string_view text);

class ValueCounter {
 public:
  /// `texts_bytes_max`: of the values that may be named by top().
  ValueCounter(size_t tracked_max, size_t texts_bytes_max);

  /// How often a value was seen, this time included; 0: it is one too many to be tracked.
  /// At the second time name() must follow.
  int64_t add(uint64_t hash);

  /// Gives the value of the last add() its text.
  void name(std::string_view text);

  int64_t distinct() const;
  bool is_estimate() const { return !registers_.empty(); }

  struct Frequent {
    std::string_view text;
    int64_t count = 0;
  };
  /// At most `count` values that were seen twice or more, most frequent first, equal ones in the
  /// order of the column; only as far as this is proved.
  std::vector<Frequent> top(size_t count) const;

 private:
  struct Entry {
    uint64_t hash = 0;
    int64_t count = 0;
    uint32_t text_begin = 0;
    uint32_t text_length = unnamed;
  };
  static constexpr uint32_t unnamed = UINT32_MAX;
  struct Slot {
    uint16_t number = 0;  ///< index of the entry, plus 1; 0: free
    uint16_t tag = 0;     ///< bits of its hash: most others are told apart without the entry
  };

  size_t find_slot(uint64_t hash) const;
  void grow();
  void start_sketch();
  void sketch(uint64_t hash);

  size_t tracked_max_;
  size_t texts_bytes_max_;
  std::vector<Entry> entries_;  ///< in the order of their first appearance
  std::vector<Slot> slots_;     ///< a hash table of them
  size_t last_ = 0;             ///< entry of the last add()
  std::string texts_;
  std::vector<uint8_t> registers_;       ///< empty: all values are tracked
  std::vector<uint32_t> shared_counts_;  ///< of the values that are not tracked
};

}  // namespace parley::datasets
