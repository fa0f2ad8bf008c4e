// NumberFinder: whether all cells of a column are numbers of one unit and style, and how they are
// read then. The numbers' part of type_finder.h. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "datasets/cell_reading.h"

namespace parley::datasets {

/// Which decimal sign a column has that could have either: the one of the file's other numbers.
struct StyleHint {
  NumberStyle style = NumberStyle::point;
  bool is_proven = false;  ///< else a note says that it is a guess
};

class NumberFinder {
 public:
  /// False if not all cells so far are numbers that go together; it need not be asked again then.
  bool see(std::string_view cell);

  /// The next cell is a decimal number of JSON: a point is its decimal sign, and E no code.
  void expect_real() {
    numbers(NumberStyle::comma).possible = false;
    any_exponent_ = true;
  }

  /// Of at least one cell, all of them taken. Text with a note: they had better not be numbers.
  Reading reading(const StyleHint& hint) const;

  /// The only style in which all cells so far can be read, if they differ between the two.
  std::optional<NumberStyle> proven_style() const;

 private:
  /// What the numbers were like, if they are read in one style.
  struct Numbers {
    bool possible = true;
    bool any_real = false;
    bool any_inexact = false;  ///< its whole part is an integer that no double holds
    bool any_group = false;
    bool any_parentheses = false;
    bool any_minus_after = false;
    bool only_full_groups = true;
    uint8_t fraction_min = UINT8_MAX;
    uint8_t fraction_max = 0;
    std::string padded = {};  ///< "1.10", as it stands in the file
  };

  bool take(const Number& number, Numbers& numbers, std::string_view cell);
  bool is_ambiguous() const;
  void take_fraction(const Number& number, Numbers& numbers, std::string_view cell);
  Reading reading_in(NumberStyle style) const;
  std::string guess_note(NumberStyle style) const;

  Numbers& numbers(NumberStyle style) { return numbers_[static_cast<size_t>(style)]; }
  const Numbers& numbers(NumberStyle style) const { return numbers_[static_cast<size_t>(style)]; }

  std::array<Numbers, 2> numbers_;
  bool any_exponent_ = false;  ///< with a point or a sign: "E" is no letter of a code
  bool has_unit_ = false;      ///< `unit_` is known
  std::string_view unit_;
  // Cells for notes:
  std::string styled_;  ///< as it stands in the file
  std::string long_;
  std::string grouped_;
  std::string code_;
  std::string rounded_;
};

}  // namespace parley::datasets
