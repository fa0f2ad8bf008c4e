#include "datasets/value_counter.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>

namespace parley::datasets {

namespace {

constexpr size_t slots_first = 64;
constexpr unsigned register_bits = 11;
constexpr size_t register_count = size_t{1} << register_bits;
constexpr size_t shared_count = 1024;

uint16_t tag_of(uint64_t hash) {
  return static_cast<uint16_t>(hash >> 32);
}

}  // namespace

// The finaliser of MurmurHash3: every bit of the input moves every bit of the output.
uint64_t hash_integer(int64_t value) {
  auto hash = static_cast<uint64_t>(value);
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDULL;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53ULL;
  return hash ^ (hash >> 33);
}

uint64_t hash_real(double value) {
  // 0.0 and -0.0 are one value.
  return hash_integer(std::bit_cast<int64_t>(value == 0 ? 0.0 : value));
}

uint64_t hash_text(std::string_view text) {
  return hash_integer(static_cast<int64_t>(std::hash<std::string_view>()(text)));
}

ValueCounter::ValueCounter(size_t tracked_max, size_t texts_bytes_max)
    : tracked_max_(std::min<size_t>(tracked_max, UINT16_MAX - 1)),
      texts_bytes_max_(texts_bytes_max),
      slots_(slots_first) {}

size_t ValueCounter::find_slot(uint64_t hash) const {
  const uint16_t tag = tag_of(hash);
  size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot].number != 0 &&
         (slots_[slot].tag != tag || entries_[slots_[slot].number - 1U].hash != hash)) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

int64_t ValueCounter::add(uint64_t hash) {
  size_t slot = find_slot(hash);
  if (slots_[slot].number == 0) {
    if (entries_.size() == tracked_max_) {
      if (registers_.empty()) start_sketch();
      sketch(hash);
      ++shared_counts_[(hash >> 20) & (shared_count - 1)];
      return 0;
    }
    if (entries_.size() * 2 >= slots_.size()) {
      grow();
      slot = find_slot(hash);
    }
    entries_.push_back({hash});
    slots_[slot] = {static_cast<uint16_t>(entries_.size()), tag_of(hash)};
  }
  last_ = slots_[slot].number - 1U;
  return ++entries_[last_].count;
}

void ValueCounter::grow() {
  slots_.assign(slots_.size() * 2, {});
  for (size_t index = 0; index < entries_.size(); ++index) {
    const uint64_t hash = entries_[index].hash;
    slots_[find_slot(hash)] = {static_cast<uint16_t>(index + 1), tag_of(hash)};
  }
}

void ValueCounter::start_sketch() {
  registers_.assign(register_count, 0);
  shared_counts_.assign(shared_count, 0);
  for (const Entry& entry : entries_) sketch(entry.hash);
}

void ValueCounter::sketch(uint64_t hash) {
  const size_t index = hash >> (64 - register_bits);
  const auto rank = static_cast<uint8_t>(std::countl_zero((hash << register_bits) | 1U) + 1);
  registers_[index] = std::max(registers_[index], rank);
}

void ValueCounter::name(std::string_view text) {
  if (texts_.size() + text.size() > texts_bytes_max_) return;
  entries_[last_].text_begin = static_cast<uint32_t>(texts_.size());
  entries_[last_].text_length = static_cast<uint32_t>(text.size());
  texts_.append(text);
}

int64_t ValueCounter::distinct() const {
  if (registers_.empty()) return static_cast<int64_t>(entries_.size());
  constexpr auto count = static_cast<double>(register_count);
  constexpr double alpha = 0.7213 / (1 + 1.079 / count);
  double sum = 0;
  for (const uint8_t rank : registers_) sum += std::ldexp(1.0, -rank);
  double estimate = alpha * count * count / sum;
  const auto empty =
      static_cast<double>(std::count(registers_.begin(), registers_.end(), uint8_t{0}));
  // Few values: the share of empty registers tells their number better.
  if (estimate < 2.5 * count && empty > 0) estimate = count * std::log(count / empty);
  return std::max(static_cast<int64_t>(entries_.size()) + 1, int64_t{std::lround(estimate)});
}

std::vector<ValueCounter::Frequent> ValueCounter::top(size_t count) const {
  int64_t bound = 1;
  for (const uint32_t shared : shared_counts_) bound = std::max<int64_t>(bound, shared);
  std::vector<const Entry*> candidates;
  for (const Entry& entry : entries_) {
    if (entry.count > bound) candidates.push_back(&entry);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Entry* a, const Entry* b) { return a->count > b->count; });
  std::vector<Frequent> frequent;
  for (const Entry* entry : candidates) {
    if (frequent.size() == count || entry->text_length == unnamed) break;
    frequent.push_back(
        {std::string_view(texts_).substr(entry->text_begin, entry->text_length), entry->count});
  }
  return frequent;
}

}  // namespace parley::datasets
