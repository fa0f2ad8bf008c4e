#include "providers/demo/figures.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "providers/demo/reading.h"

namespace parley::providers::demo {

namespace {

using Test = Condition::Test;

constexpr size_t shown_characters_max = 80;

std::string with_separators(std::string digits) {
  const size_t start = digits.starts_with('-') ? 1 : 0;
  const size_t point = digits.find('.');
  for (size_t at = point == std::string::npos ? digits.size() : point; at > start + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

bool is_digits(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string with_unit(const std::string& number, const Column& column) {
  const std::string& unit = column.unit;
  if (unit.empty()) return number;
  if (unit == "%") return number + "%";
  const bool is_negative = number.starts_with('-');
  const std::string bare = is_negative ? number.substr(1) : number;
  const std::string sign = is_negative ? "-" : "";
  if (unit == "$" || unit == "€" || unit == "£" || unit == "¥" || unit == "₹") {
    return sign + unit + bare;
  }
  return number + " " + escaped(unit);
}

std::string list_of(const std::vector<std::string>& values, std::string_view link) {
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool is_last = i + 1 == values.size();
    if (i > 0) out += is_last ? fmt::format(" {} ", link) : ", ";
    out += values[i];
  }
  return out;
}

std::string shown_values(const Condition& condition) {
  const Column& column = *condition.columns.front();
  std::vector<std::string> texts;
  for (const std::string& value : condition.values) {
    if (column.type == ColumnType::boolean) {
      texts.emplace_back(value == "1" ? "yes" : "no");
    } else if (column.is_number()) {
      const Json number = std::strtod(value.c_str(), nullptr);
      texts.push_back(is_measure(column) ? shown(number, &column) : escaped(value));
    } else {
      texts.push_back(fmt::format("“{}”", escaped(value)));
    }
  }
  return list_of(texts, condition.test == Test::not_equal ? "nor" : "or");
}

std::string condition_name(const Condition& condition) {
  std::vector<std::string> names;
  for (const Column* column : condition.columns) names.push_back(escaped(label_of(*column)));
  const std::string name = list_of(names, "or");
  if (!condition.said.empty()) return fmt::format("{} is {}", name, escaped(condition.said));
  switch (condition.test) {
    case Test::not_equal:
      return fmt::format("{} is not {}", name, shown_values(condition));
    case Test::less:
      return fmt::format("{} is under {}", name, shown_values(condition));
    case Test::at_most:
      return fmt::format("{} is at most {}", name, shown_values(condition));
    case Test::more:
      return fmt::format("{} is over {}", name, shown_values(condition));
    case Test::at_least:
      return fmt::format("{} is at least {}", name, shown_values(condition));
    case Test::contains:
      return fmt::format("{} contains {}", name, shown_values(condition));
    case Test::missing:
      return fmt::format("{} is missing", name);
    case Test::present:
      return fmt::format("{} is not missing", name);
    default:
      return fmt::format("{} is {}", name, shown_values(condition));
  }
}

}  // namespace

std::string grouped_number(double number, int decimals_min) {
  if (!std::isfinite(number)) return "not a number";
  const double size = std::fabs(number);
  const bool is_whole = std::floor(size) == size && size < 1e15;
  if (is_whole && decimals_min == 0) return with_separators(fmt::format("{:.0f}", number));
  if (size >= 0.995 || decimals_min > 0 || size == 0) {
    std::string text = fmt::format("{:.2f}", number);
    if (decimals_min == 0) {
      while (text.ends_with('0')) text.pop_back();
      if (text.ends_with('.')) text.pop_back();
    }
    return with_separators(std::move(text));
  }
  return fmt::format("{:.3g}", number);
}

std::string shown(const Json& value, const Column* column, bool is_count) {
  if (value.is_null()) return "(none)";
  const bool is_identity = column != nullptr && (is_identifier(*column) || !is_measure(*column));
  if (value.is_number()) {
    const bool is_truth = column != nullptr && column->type == ColumnType::boolean && !is_count;
    if (is_truth) return value.get<double>() != 0 ? "yes" : "no";
    if (is_identity && !is_count && value.is_number_integer()) return dump(value);
    const bool is_price = column != nullptr && !is_count && column->type == ColumnType::real &&
                          is_money(*column) && column->unit != "%";
    const std::string number = grouped_number(value.get<double>(), is_price ? 2 : 0);
    return column == nullptr || is_count ? number : with_unit(number, *column);
  }
  if (!value.is_string()) return escaped(dump(value));
  const std::string text = value.get<std::string>();
  // Whole numbers beyond 2^53 come as texts.
  const bool is_big = column != nullptr && column->type == ColumnType::integer && is_digits(text);
  return is_big && !is_identity ? with_unit(with_separators(text), *column) : escaped(text);
}

std::string escaped(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  const std::string_view cut = first_characters(valid, shown_characters_max);
  constexpr std::string_view special = "\\`*_[]<>|~&";
  std::string out;
  for (const char c : cut) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return cut.size() < valid.size() ? out + "…" : out;
}

std::string with_word(std::string_view what, const std::string& label) {
  return to_lower_ascii(label).starts_with(what) ? label : fmt::format("{} {}", what, label);
}

std::string name_of(const Measure& measure) {
  if (measure.column == nullptr) return "number of rows";
  constexpr std::array<std::string_view, 6> prefixes = {"number of values of",
                                                        "number of different values of",
                                                        "total",
                                                        "average",
                                                        "lowest",
                                                        "highest"};
  return with_word(prefixes.at(static_cast<size_t>(measure.aggregate)),
                   escaped(label_of(*measure.column)));
}

std::string name_of(const Group& group) {
  constexpr std::array<std::string_view, 6> names = {"",        "day",  "month",
                                                     "quarter", "year", "weekday"};
  const std::string_view name = names.at(static_cast<size_t>(group.bucket));
  return name.empty() ? escaped(label_of(*group.column)) : std::string(name);
}

std::string name_of(const std::vector<Condition>& conditions) {
  std::vector<std::string> names;
  for (const Condition& one : conditions) names.push_back(condition_name(one));
  return names.empty() ? "" : " where " + list_of(names, "and");
}

}  // namespace parley::providers::demo
