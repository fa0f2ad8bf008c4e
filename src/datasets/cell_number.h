// parse_number: a cell as a number, as people and programs write them.
//
// Taken: 42, -1.5, .5, 1e-3, 1,234.50, 1'234.50, 1 234.50, $1,200.50, -€5, 12 %, 12.30 €, CHF 12,
// (1,200), 100.00-.
// Not taken, because they name things: 00123, +41791234567, integers beyond 64 bits, 2- (a mark at
// school). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::datasets {

/// The decimal sign; the other one, an apostrophe or a space may stand between groups of three
/// digits.
enum class NumberStyle { point, comma };

struct Number {
  bool is_integer = true;
  int64_t integer = 0;
  double real = 0;             ///< the value in any case
  std::string_view unit = {};  ///< a static text: "%", "€", "CHF"; empty: none
  bool has_groups = false;
  bool has_parentheses = false;
  bool has_minus_after = false;
  bool fits_any_style = false;  ///< the same in both styles
  bool has_exponent = false;
  bool has_bare_exponent = false;  ///< without point or sign: "1E5" may be an article
  uint8_t fraction_digits = 0;
  bool has_zero_at_end = false;  ///< of its fraction
  /// Groups of three digits, the first one too, with spaces: "791 234 567" may be a telephone.
  bool has_full_groups = false;
};

/// Beyond it not every integer is a double.
inline constexpr int64_t exact_integer_max = int64_t{1} << 53;

/// `text` without white space around it.
std::optional<Number> parse_number(std::string_view text, NumberStyle style);

}  // namespace parley::datasets
