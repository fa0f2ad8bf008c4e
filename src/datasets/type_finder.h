// TypeFinder: how to read a column, from all of its cells.
//
// It follows every way of reading the cells at once, and drops one at the first cell that does not
// fit. What is left at the end decides; nothing left: text. Threads: one. Memory: a few words.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "datasets/cell_reading.h"

namespace parley::datasets {

class TypeFinder {
 public:
  void see(std::string_view cell) {
    if (!cell.empty() && !is_text_) examine(cell);
  }

  /// A number whose decimal sign is known to be a point.
  void see_number(std::string_view digits);

  /// An array or object of JSON.
  void see_structure() { is_text_ = true; }

  Reading reading() const;

 private:
  /// What the numbers were like, if they are read in one style.
  struct Numbers {
    bool possible = true;
    bool any_real = false;
    bool any_inexact = false;  ///< an integer that no double holds
    bool any_group = false;
    bool any_parentheses = false;
  };

  void examine(std::string_view cell);
  bool examine_number(std::string_view cell);
  bool note_number(const Number& number, Numbers& numbers);
  bool examine_moment(std::string_view cell);
  void drop_numbers();
  Reading number_reading(NumberStyle style) const;
  Reading moment_reading() const;

  Numbers& numbers(NumberStyle style) { return numbers_[static_cast<size_t>(style)]; }
  const Numbers& numbers(NumberStyle style) const { return numbers_[static_cast<size_t>(style)]; }

  bool is_text_ = false;
  bool has_values_ = false;
  bool may_be_number_ = true;
  bool may_be_boolean_ = true;
  unsigned orders_ = (1U << date_orders) - 1;  ///< one bit for each order that is possible still
  std::array<Numbers, 2> numbers_;
  std::string_view unit_;
  bool any_time_ = false;
  bool any_bare_day_ = false;
  bool any_offset_ = false;
  bool any_local_time_ = false;
};

}  // namespace parley::datasets
