#include "providers/demo/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "providers/demo/figures.h"
#include "providers/demo/reading.h"

namespace parley::providers::demo {

namespace {

using Shape = Intent::Shape;

constexpr int64_t ranking_rows_max = 10;
constexpr int64_t sample_rows = 5;

bool says(const Draft& draft, std::initializer_list<std::string_view> any) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (draft.is(at, any)) return true;
  }
  return false;
}

void use_all(Draft& draft, std::initializer_list<std::string_view> any) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (draft.is(at, any)) draft.use(at, at + 1);
  }
}

bool names_rows(const Draft& draft) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    const Mention* mention = draft.mention_at(at);
    const bool is_exact = mention != nullptr && mention->score() == score_exact;
    if (!draft.is_used(at) && draft.is_rows(at) && !is_exact) return true;
  }
  return false;
}

/// The first column mention that nobody took and that `fits`.
template <typename Fits>
const Mention* find_rest(const Draft& draft, size_t from, Fits fits) {
  for (const Mention& one : draft.mentions) {
    if (one.begin >= from && !one.is_value && !draft.is_used(one.begin) && fits(one)) return &one;
  }
  return nullptr;
}

bool is_figure(const Mention& mention) {
  return measure_of(mention) != nullptr && group_of(mention)->is_number();
}

const Column* take_measure(Draft& draft, size_t from) {
  const auto fits = [](const Mention& one) { return measure_of(one) != nullptr; };
  const Mention* rest = find_rest(draft, from, is_figure);
  if (rest == nullptr) rest = find_rest(draft, 0, is_figure);
  if (rest == nullptr) rest = find_rest(draft, from, fits);
  if (rest == nullptr || group_of(*rest) == nullptr) return nullptr;
  draft.use(*rest);
  return measure_of(*rest);
}

Measure natural(const Column* column) {
  return {is_additive(*column) ? Aggregate::sum : Aggregate::average, column};
}

/// "the largest amount", where the amounts are texts.
const Column* ranked_texts(const Draft& draft) {
  if (draft.superlative->of != Superlative::Of::any || draft.has_top) return nullptr;
  const size_t at = draft.skip(draft.superlative_at + 1, {"of", "the", "a"});
  const Column* texts = draft.is_rows(at) ? nullptr : texts_of(draft.mention_at(at));
  return texts == nullptr || texts->is_time() ? nullptr : texts;
}

/// The column that "cheapest", "oldest" or "highest price" is about; may turn the direction.
const Column* superlative_column(Draft& draft, bool& is_highest) {
  using Of = Superlative::Of;
  const Of of = draft.superlative->of;
  const auto is_time = [](const Mention& one) { return one.best()->is_time(); };
  if (of == Of::price) return find_price(draft.table);
  if (of == Of::age) {
    if (const Column* age = find_number_named(draft.table, {"age"})) return age;
    is_highest = !is_highest;
  }
  if (of == Of::time || of == Of::age) {
    const Mention* rest = find_rest(draft, 0, is_time);
    if (rest != nullptr) draft.use(*rest);
    return rest != nullptr ? rest->best() : find_time(draft.table);
  }
  if (const Column* texts = ranked_texts(draft)) {
    draft.fail_without_numbers(*texts);
    return nullptr;
  }
  if (const Column* column = take_measure(draft, draft.superlative_at)) return column;
  if (of == Of::size) {
    return find_number_named(draft.table, {"duration", "length", "weight", "height", "size",
                                           "distance", "minute", "second", "hour", "day"});
  }
  const Mention* date = find_rest(draft, draft.superlative_at, is_time);
  if (date != nullptr && of == Of::any) {
    draft.use(*date);
    return date->best();
  }
  return default_measure(draft.table);
}

/// The figure of a ranking of groups that the words do not give outright.
void add_ranking_measure(Draft& draft, bool is_by) {
  const Superlative wish = *draft.superlative;
  const bool is_count = wish.of == Superlative::Of::count || wish.of == Superlative::Of::any;
  const size_t at = draft.superlative_at + (draft.has_top ? 2 : 1);
  if (is_count && draft.is_rows(draft.skip(at, {"number", "of"})) && !draft.has_top) {
    draft.intent.measures.push_back({Aggregate::count, nullptr});
    return;
  }
  bool is_highest = wish.is_highest;
  const bool sells =
      says(draft, {"sold", "sell", "sells", "sales", "spent", "spend", "earned", "earn", "made",
                   "paid", "bought", "generated", "selling", "much"});
  const auto is_group = [](const Mention& one) { return !is_figure(one); };
  const Mention* noun = find_rest(draft, draft.superlative_at, is_group);
  const bool has_figure = find_rest(draft, 0, is_figure) != nullptr;
  if (noun != nullptr && !has_figure && reads_as_number(*group_of(*noun))) {
    return draft.fail_without_numbers(*group_of(*noun));
  }
  if (wish.of == Superlative::Of::count && !has_figure && noun != nullptr) {
    draft.use(*noun);
    draft.intent.measures.push_back({Aggregate::count_distinct, group_of(*noun)});
    return;
  }
  const bool is_bare_count = wish.of == Superlative::Of::count && !has_figure && !sells;
  const Column* column = is_bare_count ? nullptr : superlative_column(draft, is_highest);
  if (column == nullptr && wish.of == Superlative::Of::price) {
    return draft.fail("I cannot tell which column is the price.");
  }
  if (column == nullptr || !column->is_number()) {
    draft.intent.measures.push_back({Aggregate::count, nullptr});
    return;
  }
  const Aggregate end = wish.is_highest ? Aggregate::maximum : Aggregate::minimum;
  const bool is_extreme = is_by || !is_additive(*column);
  draft.intent.measures.push_back({is_extreme ? end : Aggregate::sum, column});
}

/// "Which product has the highest price?": a row, not a sum.
bool wants_extreme_row(const Draft& draft) {
  if (draft.has_top || draft.is_trend || draft.has_by || draft.intent.groups.size() != 1) {
    return false;
  }
  if (draft.intent.groups.front().bucket != Bucket::none || draft.intent.having) return false;
  Draft copy = draft;
  bool is_highest = true;
  if (copy.superlative->of == Superlative::Of::count) return false;
  const Column* column = superlative_column(copy, is_highest);
  return column != nullptr && (!column->is_number() || !is_additive(*column));
}

void decide_extreme(Draft& draft) {
  Intent& intent = draft.intent;
  bool is_highest = draft.superlative->is_highest;
  const Column* column =
      draft.ranked_by != nullptr ? draft.ranked_by : superlative_column(draft, is_highest);
  if (column == nullptr) {
    return draft.fail("I cannot tell which column decides that order.");
  }
  intent.order = column;
  intent.is_ascending = !is_highest;
  intent.shape = draft.has_top ? Shape::rows : Shape::extreme;
  if (!intent.groups.empty()) intent.about = intent.groups.front().column;
  intent.groups.clear();
  intent.measures.clear();
}

/// Numbers as groups, while what the question is about stays unused: it was misread.
void fail_if_numbers_are_ranked(Draft& draft) {
  if (!draft.superlative) return;
  const Mention* noun = find_rest(
      draft, 0, [](const Mention& one) { return !is_figure(one) && !one.best()->is_time(); });
  for (const Group& one : draft.intent.groups) {
    if (noun == nullptr || !is_measure(*one.column)) continue;
    return draft.fail(fmt::format("I cannot tell what to rank here: “{}” or “{}”.",
                                  escaped(draft.words[noun->begin].text),
                                  escaped(label_of(*one.column))));
  }
}

void decide_groups(Draft& draft) {
  Intent& intent = draft.intent;
  intent.shape = Shape::groups;
  if (draft.superlative) {
    if (intent.measures.empty()) add_ranking_measure(draft, draft.has_by && !draft.has_top);
    intent.is_ranked = true;
    intent.is_ascending = !draft.superlative->is_highest;
    if (intent.rows_max == 0 && !draft.has_by) intent.rows_max = ranking_rows_max;
  }
  if (intent.having && intent.measures.empty()) intent.measures.push_back(intent.having->measure);
  while (intent.measures.empty() || find_rest(draft, 0, is_figure) != nullptr) {
    const auto is_noun = [](const Mention& one) {
      return !is_figure(one) && !one.best()->is_time();
    };
    const Mention* noun = find_rest(draft, 0, is_noun);
    if (const Column* column = take_measure(draft, 0)) {
      intent.measures.push_back(natural(column));
    } else if (noun != nullptr && reads_as_number(*group_of(*noun))) {
      return draft.fail_without_numbers(*group_of(*noun));
    } else if (noun != nullptr) {
      draft.use(*noun);
      intent.measures.push_back({Aggregate::count_distinct, group_of(*noun)});
    } else {
      const bool sells = says(draft, {"sold", "sell", "spent", "spend", "sales", "much"});
      const Column* money = sells ? default_measure(draft.table) : nullptr;
      intent.measures.push_back(money != nullptr ? natural(money) : Measure{});
    }
    if (intent.measures.size() > 4) break;
  }
  if (intent.order != nullptr) intent.is_ranked = true;
  fail_if_numbers_are_ranked(draft);
  const bool is_time = std::any_of(intent.groups.begin(), intent.groups.end(),
                                   [](const Group& one) { return one.bucket != Bucket::none; });
  if (!draft.superlative && !is_time && intent.order == nullptr && intent.groups.size() == 1) {
    intent.is_ranked = true;
  }
}

/// "What percentage of orders are paid?": a condition that is asked for, not given.
void decide_part(Draft& draft) {
  Intent& intent = draft.intent;
  intent.shape = Shape::part;
  if (intent.conditions.empty()) {
    return draft.fail("I cannot tell what the share is of.");
  }
  auto asked = std::find_if(intent.conditions.rbegin(), intent.conditions.rend(),
                            [](const Condition& one) { return one.said.empty(); });
  if (asked == intent.conditions.rend()) asked = intent.conditions.rbegin();
  intent.part = *asked;
  intent.conditions.erase(std::next(asked).base());
  std::erase_if(intent.measures, [](const Measure& one) { return one.column == nullptr; });
}

bool decide_range(Draft& draft) {
  if (!says(draft, {"range", "period", "timeframe", "timespan"}) || !draft.intent.groups.empty()) {
    return false;
  }
  const Mention* rest = find_rest(draft, 0, [](const Mention& one) {
    return one.best()->is_time() || measure_of(one) != nullptr;
  });
  const Column* column = rest == nullptr ? find_time(draft.table) : rest->best();
  if (rest != nullptr && !column->is_time()) column = measure_of(*rest);
  if (column == nullptr) return false;
  if (rest != nullptr) draft.use(*rest);
  use_all(draft,
          {"range", "period", "timeframe", "timespan", "cover", "covers", "covered", "span"});
  draft.intent.about = column;
  draft.intent.shape = Shape::range;
  return true;
}

bool decide_gaps(Draft& draft) {
  const bool asks = says(draft, {"missing", "null", "nulls", "empty", "blank", "incomplete"});
  if (!asks || !draft.intent.conditions.empty() || !draft.intent.groups.empty()) return false;
  if (find_rest(draft, 0, [](const Mention&) { return true; }) != nullptr) return false;
  use_all(draft, {"missing", "null", "nulls", "empty", "blank", "incomplete", "cells", "cell"});
  draft.intent.shape = Shape::gaps;
  return true;
}

bool decide_overview(Draft& draft) {
  const std::initializer_list<std::string_view> asks = {
      "describe", "summarize", "summarise", "summary", "overview", "schema",     "structure",
      "headers",  "header",    "columns",   "fields",  "inside",   "understand", "explore"};
  const bool has_rest = find_rest(draft, 0, [](const Mention&) { return true; }) != nullptr;
  const Intent& intent = draft.intent;
  if (has_rest || !intent.conditions.empty() || !intent.groups.empty() || draft.superlative) {
    return false;
  }
  const bool is_about_file = says(draft, {"file", "data", "dataset", "csv", "json", "table",
                                          "sheet", "spreadsheet", "uploaded"});
  const bool is_question = says(draft, {"what", "what's", "whats", "about", "contain", "contains"});
  const bool is_list =
      names_rows(draft) && says(draft, {"show", "list", "give"}) && !says(draft, asks);
  if (is_list || (!says(draft, asks) && !(is_about_file && is_question))) return false;
  use_all(draft, asks);
  use_all(draft, {"contains", "type", "types", "available", "include", "includes"});
  draft.intent.shape = Shape::overview;
  return true;
}

void decide_rows(Draft& draft) {
  Intent& intent = draft.intent;
  intent.shape = Shape::rows;
  if (says(draft, {"preview", "sample", "samples", "example", "examples"})) {
    use_all(draft, {"preview", "sample", "samples", "example", "examples"});
    if (intent.rows_max == 0) intent.rows_max = sample_rows;
  }
  for (size_t at = 0; at + 1 < draft.words.size(); ++at) {
    if (!draft.is_number(at) || !draft.is_rows(at + 1)) continue;
    intent.rows_max = std::clamp(static_cast<int64_t>(std::clamp(draft.words[at].number, 1.0, 1e3)),
                                 int64_t{1}, int64_t{1'000});
    draft.use(at, at + 2);
  }
}

/// No figure, no group, no order is asked for: rows, the values of a column, or what is known of
/// it.
void decide_plain(Draft& draft) {
  Intent& intent = draft.intent;
  const bool lists =
      says(draft, {"list", "show", "which", "give", "display", "who", "get", "find", "where"});
  const bool differ = says(draft, {"different", "distinct", "unique", "possible", "available"});
  const Mention* figure = find_rest(draft, 0, is_figure);
  const Mention* rest = find_rest(draft, 0, [](const Mention&) { return true; });
  const bool has_rows = names_rows(draft);
  const bool samples = says(draft, {"preview", "sample", "samples", "example", "examples"});
  if (intent.rows_max != 0 || samples || (has_rows && !differ)) return decide_rows(draft);
  if (figure != nullptr && !lists && !differ) {
    const Column* column = measure_of(*figure);
    if (intent.conditions.empty()) {
      intent.shape = Shape::facts;
      intent.about = column;
      use_all(draft, {"describe", "about"});
      return draft.use(*figure);
    }
    if (!is_additive(*column)) return decide_rows(draft);
    draft.use(*figure);
    intent.measures.push_back(natural(column));
    return;
  }
  if (rest != nullptr && (!rest->best()->is_number() || differ)) {
    use_all(draft, {"different", "distinct", "unique", "possible", "available"});
    const bool asks_values =
        lists || differ || says(draft, {"are", "what"}) || intent.conditions.empty();
    if (asks_values) {
      draft.use(*rest);
      intent.about = group_of(*rest);
      const bool is_fact = says(draft, {"describe", "about", "type", "mean"}) && !lists;
      use_all(draft, {"describe", "about", "type", "mean"});
      intent.shape = is_fact && intent.conditions.empty() ? Shape::facts : Shape::values;
      return;
    }
  }
  if (!intent.conditions.empty() || (rest != nullptr && lists)) return decide_rows(draft);
  draft.fail("I did not find a question about the data in that.");
}

}  // namespace

void decide_shape(Draft& draft) {
  Intent& intent = draft.intent;
  if (!draft.trouble.empty() || intent.shape == Shape::overview) return;
  if (decide_range(draft) || decide_gaps(draft)) return;
  if (intent.wants_share && intent.groups.empty() && !draft.superlative) return decide_part(draft);
  const bool has_figures = !intent.measures.empty();
  if (draft.superlative && !has_figures && (intent.groups.empty() || wants_extreme_row(draft))) {
    return decide_extreme(draft);
  }
  if (!intent.groups.empty()) return decide_groups(draft);
  if (draft.superlative && draft.ranked_by != nullptr) return decide_extreme(draft);
  if (draft.superlative) {
    return draft.fail("A figure over only the first rows of an order takes two steps.");
  }
  if (has_figures) return;
  if (decide_overview(draft)) return;
  decide_plain(draft);
}

}  // namespace parley::providers::demo
