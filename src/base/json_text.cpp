#include "base/json_text.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace parley {

namespace {

constexpr auto escaped = [] {
  std::array<bool, 256> table{};
  for (size_t byte = 0; byte < 0x20; ++byte) table[byte] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

bool is_escaped(char byte) {
  return escaped[static_cast<unsigned char>(byte)];
}

constexpr uint64_t each_byte(uint8_t byte) {
  return 0x01'01'01'01'01'01'01'01ULL * byte;
}

/// Not zero if one of eight bytes is below `bound`, which is 128 at most.
constexpr uint64_t any_below(uint64_t eight, uint8_t bound) {
  return (eight - each_byte(bound)) & ~eight & each_byte(0x80);
}

bool has_escaped(uint64_t eight) {
  return (any_below(eight, 0x20) | any_below(eight ^ each_byte('"'), 1) |
          any_below(eight ^ each_byte('\\'), 1)) != 0;
}

/// How many bytes `text` begins with that stand for themselves. Most text is a long run of them,
/// so it is looked at by eight bytes.
size_t plain_bytes(std::string_view text) {
  size_t count = 0;
  for (uint64_t eight = 0; count + sizeof(eight) <= text.size(); count += sizeof(eight)) {
    std::memcpy(&eight, text.data() + count, sizeof(eight));
    if (has_escaped(eight)) break;
  }
  while (count < text.size() && !is_escaped(text[count])) ++count;
  return count;
}

}  // namespace

char json_short_escape(char32_t point) {
  switch (point) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

void append_json_string(std::string& out, std::string_view text) {
  if (is_valid_utf8(text)) return append_json_string_of_utf8(out, text);
  append_json_string_of_utf8(out, to_valid_utf8(text));
}

void append_json_string_of_utf8(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const size_t run = plain_bytes(text);
    out.append(text, 0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    if (const char letter = json_short_escape(byte)) {
      out += '\\';
      out += letter;
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    }
  }
  out += '"';
}

JsonObjectText& JsonObjectText::add(std::string_view key, std::string_view text) {
  begin(key);
  append_json_string(out_, text);
  return *this;
}

JsonObjectText& JsonObjectText::add(std::string_view key, int64_t number) {
  const fmt::format_int digits(number);
  return add_json(key, {digits.data(), digits.size()});
}

JsonObjectText& JsonObjectText::add_json(std::string_view key, std::string_view json) {
  begin(key);
  out_ += json;
  return *this;
}

void JsonObjectText::begin(std::string_view key) {
  out_ += std::exchange(is_empty_, false) ? "\"" : ",\"";
  out_.append(key).append("\":");
}

}  // namespace parley
