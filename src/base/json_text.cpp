#include "base/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

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
  if (!is_valid_utf8(text)) return append_json_string(out, to_valid_utf8(text));
  out += '"';
  for (auto at = text.begin();; ++at) {
    const auto run_end = std::find_if(at, text.end(), is_escaped);
    out.append(at, run_end);
    at = run_end;
    if (at == text.end()) break;
    const auto byte = static_cast<unsigned char>(*at);
    if (const char letter = json_short_escape(byte)) {
      out += '\\';
      out += letter;
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    }
  }
  out += '"';
}

}  // namespace parley
