// TypeFinder: how to read a column, from all of its cells.
//
// It follows every way of reading the cells at once, and drops one at the first cell that does not
// fit. What is left at the end decides; nothing left: text, with a note if most cells are of
// another type. Threads: one. Memory: some 500 bytes.
#pragma once

#include <optional>
#include <string_view>

#include "datasets/cell_kinds.h"
#include "datasets/cell_reading.h"
#include "datasets/number_finder.h"

namespace parley::datasets {

class TypeFinder {
 public:
  void see(std::string_view cell) {
    if (!cell.empty() && !is_settled_) examine(cell);
  }

  /// A number whose decimal sign is known to be a point.
  void see_number(std::string_view digits);

  /// An array or object of JSON.
  void see_structure() { is_text_ = true; }

  Reading reading(const StyleHint& hint = {}) const;

  /// The decimal sign of the column's numbers, if it has no other choice.
  std::optional<NumberStyle> proven_style() const {
    return has_values_ && may_be_number_ ? numbers_.proven_style() : std::nullopt;
  }

 private:
  void examine(std::string_view cell);
  bool examine_moment(std::string_view cell);
  Reading moment_reading() const;

  bool is_settled_ = false;  ///< more cells tell nothing
  bool is_text_ = false;
  bool has_values_ = false;
  bool may_be_number_ = true;
  bool may_be_boolean_ = true;
  unsigned orders_ = (1U << date_orders) - 1;  ///< one bit for each order that is possible still
  NumberFinder numbers_;
  CellKinds kinds_;
  bool any_time_ = false;
  bool any_bare_day_ = false;
  bool any_offset_ = false;
  bool any_local_time_ = false;
};

}  // namespace parley::datasets
