// parse_number: what a machine wrote as a number: a parameter, a setting, a header's field.
//
// Cells of data files are another matter, as people write those: datasets/cell_number.h.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <type_traits>

namespace parley {

/// The number that all of `text` is, in decimal and whatever the locale; nullopt if it is anything
/// else ("", " 1", "+1", "1x", "inf") or beyond what `Number` holds. "007" and "-0" are numbers.
/// Threads: pure.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stopped != end) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return std::nullopt;
  }
  return number;
}

}  // namespace parley
