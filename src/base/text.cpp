#include "base/text.h"

#include <utf8.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace parley {

namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool is_ascii(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

/// How many bytes of ASCII `text` begins with.
size_t ascii_bytes(std::string_view text) {
  constexpr uint64_t high_bits = 0x80'80'80'80'80'80'80'80ULL;
  size_t count = 0;
  for (uint64_t eight = 0; count + sizeof(eight) <= text.size(); count += sizeof(eight)) {
    std::memcpy(&eight, text.data() + count, sizeof(eight));
    if ((eight & high_bits) != 0) break;
  }
  while (count < text.size() && is_ascii(text[count])) ++count;
  return count;
}

bool is_invisible(char32_t point) {
  return (point >= 0xE0000 && point <= 0xE007F) || point == 0x200B || point == 0x200C ||
         point == 0x2060;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  // The library goes character by character; most text has nothing to look at. No character mixes
  // bytes of both kinds, so each run beyond ASCII is valid or not by itself.
  while (!text.empty()) {
    text.remove_prefix(ascii_bytes(text));
    const auto run_end = std::find_if(text.begin(), text.end(), is_ascii);
    if (!utf8::is_valid(text.begin(), run_end)) return false;
    text.remove_prefix(static_cast<size_t>(run_end - text.begin()));
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(out));
  return out;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

std::string_view first_characters(std::string_view text, size_t count) {
  size_t end = 0;
  while (end < text.size()) {
    if (!is_continuation(text[end]) && count-- == 0) break;
    ++end;
  }
  return text.substr(0, end);
}

std::string_view last_characters(std::string_view text, size_t count) {
  size_t begin = text.size();
  while (begin > 0 && count > 0) {
    --begin;
    if (!is_continuation(text[begin])) --count;
  }
  return text.substr(begin);
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& byte : out) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

std::string without_invisible_characters(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  for (auto at = valid.begin(); at != valid.end();) {
    const char32_t point = utf8::next(at, valid.end());
    if (!is_invisible(point)) utf8::append(point, std::back_inserter(out));
  }
  return out;
}

}  // namespace parley
