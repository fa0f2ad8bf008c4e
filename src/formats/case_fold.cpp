#include "formats/case_fold.h"

#include <locale.h>
#include <utf8.h>
#include <wctype.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace parley::formats {

namespace {

/// Made once and kept for the life of the process: a constant, not a state. Null if the system has
/// no UTF-8 locale; then only ASCII is folded.
locale_t utf_8_locale() {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

}  // namespace

char32_t to_lower(char32_t point) {
  if (point < 0x80) return point >= 'A' && point <= 'Z' ? point + 32 : point;
  const locale_t locale = utf_8_locale();
  if (locale == nullptr) return point;
  return static_cast<char32_t>(::towlower_l(static_cast<wint_t>(point), locale));
}

std::string to_lower(std::string_view text) {
  const bool is_ascii = std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 0; });
  if (is_ascii) return to_lower_ascii(text);
  const std::string valid = to_valid_utf8(text);
  std::string out;
  out.reserve(valid.size());
  for (auto at = valid.begin(); at != valid.end();) {
    utf8::append(to_lower(static_cast<char32_t>(utf8::next(at, valid.end()))),
                 std::back_inserter(out));
  }
  return out;
}

}  // namespace parley::formats
