// Intent: what a question wants of one table. Plain values; columns are borrowed from the schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/demo/schema.h"
#include "providers/demo/vocabulary.h"

namespace parley::providers::demo {

/// A figure: an aggregate of a column. `count` without a column counts rows.
struct Measure {
  Aggregate aggregate = Aggregate::count;
  const Column* column = nullptr;
};

enum class Bucket { none, day, month, quarter, year, weekday };

struct Group {
  const Column* column = nullptr;
  Bucket bucket = Bucket::none;  ///< of dates
};

struct Condition {
  enum class Test {
    equal,  ///< one of the values
    not_equal,
    less,
    at_most,
    more,
    at_least,
    within,  ///< dates: from values[0] up to before values[1]; an empty one is no bound; pairs
             ///< behind them are further spans, one of which will do
    months,  ///< dates: in one of these months ("03") of any year
    contains,
    missing,
    present,
  };
  std::vector<const Column*> columns;  ///< one of them has to pass
  Test test = Test::equal;
  std::vector<std::string> values = {};
  std::string said = {};  ///< for people, of dates: "in March 2026"
};

/// Only groups whose figure passes.
struct Having {
  Measure measure;
  Condition::Test test = Condition::Test::more;
  std::string number;
};

struct Intent {
  enum class Shape {
    figure,    ///< the measures, one row
    groups,    ///< the measures for each group
    rows,      ///< rows as they are
    extreme,   ///< the rows with the highest or lowest value of `order`
    values,    ///< the different values of `about`
    range,     ///< lowest and highest of `about`
    part,      ///< the share of rows that meet `part`
    overview,  ///< what the file is; no query
    facts,     ///< what is known of `about`; no query
    gaps,      ///< which columns have missing values; no query
  };
  Shape shape = Shape::figure;
  const Table* table = nullptr;
  std::vector<Measure> measures = {};
  std::vector<Group> groups = {};
  std::vector<Condition> conditions = {};
  std::optional<Having> having = {};
  std::optional<Condition> part = {};
  const Column* about = nullptr;  ///< of `extreme`: what has that value, if it was asked
  const Column* order = nullptr;  ///< of rows
  bool is_ascending = false;
  bool is_ranked = false;                 ///< groups: by their figure, else by their name
  bool wants_share = false;               ///< each group's part of the whole
  int64_t rows_max = 0;                   ///< 0: no such wish
  std::vector<std::string> remarks = {};  ///< how the question was taken, in Markdown
};

}  // namespace parley::providers::demo
