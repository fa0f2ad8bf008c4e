#include "base/ids.h"

#include <algorithm>
#include <array>

namespace parley {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr size_t uuid_length = 36;
constexpr size_t counted_digits = 12;

bool is_hyphen_place(size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

}  // namespace

std::string new_uuid(Entropy& entropy) {
  std::array<uint8_t, 16> bytes{};
  entropy.fill(bytes);
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);  // RFC variant
  std::string text;
  text.reserve(uuid_length);
  for (const uint8_t byte : bytes) {
    if (is_hyphen_place(text.size())) text += '-';
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 0x0F];
  }
  return text;
}

IdSequence::IdSequence(Entropy& entropy) : first_half_(new_uuid(entropy)), count_(0) {
  constexpr size_t version_place = 14;
  first_half_[version_place] = '8';
  first_half_.resize(uuid_length - counted_digits);
}

std::string IdSequence::next() {
  std::string text(uuid_length, '0');
  std::copy(first_half_.begin(), first_half_.end(), text.begin());
  uint64_t count = count_.fetch_add(1, std::memory_order_relaxed);
  for (size_t i = uuid_length; i > first_half_.size(); --i, count >>= 4) {
    text[i - 1] = hex_digits[count & 0x0F];
  }
  return text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_length) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits =
        is_hyphen_place(i) ? text[i] == '-' : hex_digits.find(text[i]) != std::string_view::npos;
    if (!fits) return false;
  }
  return true;
}

}  // namespace parley
