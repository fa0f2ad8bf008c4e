#include "formats/csv_text.h"

#include <algorithm>

namespace parley::formats {

namespace {

using namespace std::string_view_literals;

bool is_plain_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  return has_digit && text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
  constexpr std::string_view formula_starts = "=+-@\t\r\0"sv;
  const bool is_formula = !text.empty() &&
                          formula_starts.find(text.front()) != std::string_view::npos &&
                          !is_plain_number(text);
  if (!is_formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += is_formula ? "\"'" : "\"";
  for (const char byte : text) {
    if (byte == '"') out.push_back('"');
    out.push_back(byte);
  }
  out.push_back('"');
}

}  // namespace parley::formats
