// NumberFinder: whether all cells of a column are numbers of one unit and style, and how they are
// read then. The numbers' part of type_finder.h. Threads: one.
#pragma once

#include <array>
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

  /// The next number's decimal sign is known to be a point.
  void expect_point() { numbers(NumberStyle::comma).possible = false; }

  /// Of at least one cell, all of them taken. Text with a note: they had better not be numbers.
  Reading reading(const StyleHint& hint) const;

  /// The only style in which all cells so far can be read, if they differ between the two.
  std::optional<NumberStyle> proven_style() const;

 private:
  /// What the numbers were like, if they are read in one style.
  struct Numbers {
    bool possible = true;
    bool any_real = false;
    bool any_inexact = false;  ///< an integer that no double holds
    bool any_group = false;
    bool any_parentheses = false;
    bool any_minus_after = false;
    bool only_full_groups = true;
  };

  bool take(const Number& number, Numbers& numbers, std::string_view cell);
  bool is_ambiguous() const;
  Reading reading_in(NumberStyle style) const;
  std::string guess_note(NumberStyle style) const;

  Numbers& numbers(NumberStyle style) { return numbers_[static_cast<size_t>(style)]; }
  const Numbers& numbers(NumberStyle style) const { return numbers_[static_cast<size_t>(style)]; }

  std::array<Numbers, 2> numbers_;
  bool has_unit_ = false;  ///< `unit_` is known
  std::string_view unit_;
  // Cells for notes:
  std::string styled_;  ///< as it stands in the file
  std::string long_;
  std::string grouped_;
};

}  // namespace parley::datasets
