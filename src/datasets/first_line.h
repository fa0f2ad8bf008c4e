// judge_first_line: whether the first line of a CSV names the columns or is a row already. Pure.
#pragma once

#include <string>
#include <vector>

#include "datasets/type_finder.h"

namespace parley::datasets {

enum class FirstLine {
  names,
  may_be_data,  ///< taken for names, which a note should say
  data,
};

/// `below`: what was found in the rows after it, a column for each of the line's `cells`.
///
/// Data: each cell fits its column, and one is a day or a decimal number over others, or all are
/// numbers. Years and 0, 1, 2, … are what tables are headed with, so they are no evidence.
FirstLine judge_first_line(const std::vector<std::string>& cells,
                           const std::vector<TypeFinder>& below);

}  // namespace parley::datasets
