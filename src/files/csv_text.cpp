#include "files/csv_text.h"

#include <algorithm>
#include <string_view>

namespace parley::files {

namespace {

bool is_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  return has_digit && text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view formula_starts = "=+-@\t\r";
  const bool is_formula = !text.empty() &&
                          formula_starts.find(text.front()) != std::string_view::npos &&
                          !is_number(text);
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

void append_cell(std::string& out, const Json& cell) {
  if (cell.is_string()) {
    append_text(out, cell.get_ref<const std::string&>());
  } else if (!cell.is_null()) {
    out += dump(cell);
  }
}

}  // namespace

std::string to_csv(const datasets::QueryResult& result) {
  std::string out;
  for (size_t column = 0; column < result.columns.size(); ++column) {
    if (column > 0) out.push_back(',');
    append_text(out, result.columns[column].name);
  }
  out += "\r\n";
  for (const Json& row : result.rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      if (column > 0) out.push_back(',');
      append_cell(out, row[column]);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace parley::files
