#include "app/cli/table.h"

#include <algorithm>

#include "base/text.h"

namespace parley::app::cli {

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], count_characters(row[at]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t at = 0; at < row.size(); ++at) {
      out += row[at];
      if (at + 1 < row.size()) out.append(widths[at] - count_characters(row[at]) + 2, ' ');
    }
    out.push_back('\n');
  }
  return out;
}

std::string pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const Json& member_of(const Json& object, std::string_view name) {
  static const Json none;
  const Json* member = find_member(object, name);
  return member == nullptr ? none : *member;
}

std::string cell_of(const Json& object, std::string_view member) {
  const Json* value = find_member(object, member);
  if (value == nullptr || value->is_null()) return "-";
  return value->is_string() ? value->get<std::string>() : dump(*value);
}

}  // namespace parley::app::cli
