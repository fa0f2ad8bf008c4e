// Reads which figures a question asks for.
#include <algorithm>
#include <utility>

#include "providers/demo/draft.h"

namespace parley::providers::demo {

namespace {

const std::initializer_list<std::string_view> between_words = {
    "of", "the", "all", "value", "values", "in",  "a",
    "an", "for", "is",  "our",   "my",     "was", "were"};

void add(Draft& draft, Aggregate aggregate, const Column* column) {
  auto& all = draft.intent.measures;
  const bool is_there = std::any_of(all.begin(), all.end(), [&](const Measure& one) {
    return one.aggregate == aggregate && one.column == column;
  });
  if (!is_there) all.push_back({aggregate, column});
}

/// The rows that have a date in `column`.
void add_count_of(Draft& draft, const Column& column) {
  const auto& all = draft.intent.conditions;
  const bool is_limited = std::any_of(
      all.begin(), all.end(), [&](const Condition& one) { return one.columns.front() == &column; });
  if (!is_limited) {
    draft.intent.conditions.push_back({{&column}, Condition::Test::present, {}, {}});
  }
  add(draft, Aggregate::count, nullptr);
}

/// How many X: rows, different X, or the sum of a number.
void read_count(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"how many", "number of", "count of", "count the number of",
                                       "how often", "count", "counts"});
  if (lead == 0) return;
  size_t target = at + lead;
  const bool says_different = [&] {
    for (size_t i = target; i < target + 3; ++i) {
      if (draft.is(i, {"different", "distinct", "unique"})) return true;
    }
    return false;
  }();
  target = draft.skip(target, {"the", "of", "different", "distinct", "unique", "total", "all",
                               "individual", "separate"});
  draft.use(at, target);
  const Mention* mention = draft.mention_at(target);
  const bool is_rows = draft.is_rows(target) &&
                       (mention == nullptr || mention->score() < score_exact || !says_different);
  if (is_rows && !says_different) {
    draft.use(target, target + 1);
    return add(draft, Aggregate::count, nullptr);
  }
  if (draft.is(target, {"columns", "fields"})) {
    draft.intent.shape = Intent::Shape::overview;
    return draft.use(target, target + 1);
  }
  const Column* column = mention == nullptr || mention->is_value ? nullptr : mention->best();
  if (column == nullptr) {
    const bool is_noun = target > 0 && draft.used[target - 1] && target < draft.words.size() &&
                         draft.is(target, {"things", "values", "times"});
    if (is_noun) draft.use(target, target + 1);
    return add(draft, Aggregate::count, nullptr);
  }
  draft.use(*mention);
  const Word& last = draft.words[mention->end - 1];
  // "How many joined in 2024" counts those who did; "how many dates", the dates.
  if (column->is_time() && !says_different && last.stem == last.normal) {
    return add_count_of(draft, *column);
  }
  const Column* number = measure_of(*mention);
  const bool is_unit = number != nullptr && group_of(*mention)->is_number();
  if (is_unit && is_additive(*number) && !says_different) return add(draft, Aggregate::sum, number);
  for (const auto& one : mention->candidates) {
    if (is_identifier(*one.column) && one.score >= score_part) column = one.column;
    if (is_identifier(*one.column)) break;
  }
  add(draft, Aggregate::count_distinct, column);
}

std::optional<Aggregate> figure_at(const Draft& draft, size_t at) {
  if (draft.is_used(at)) return std::nullopt;
  if (draft.is(at, {"min", "minimum", "lowest", "smallest"})) return Aggregate::minimum;
  if (draft.is(at, {"max", "maximum", "highest", "largest", "biggest"})) return Aggregate::maximum;
  const auto found = aggregate_of(draft.word(at));
  return found && *found != Aggregate::count ? found : std::nullopt;
}

/// The number columns named from `at` on: "amount", "amount and quantity".
std::vector<const Column*> take_columns(Draft& draft, size_t at) {
  std::vector<const Column*> columns;
  for (;;) {
    size_t here = at;
    while (draft.mention_at(here) == nullptr && draft.is(here, between_words)) ++here;
    const Mention* mention = draft.mention_at(here);
    const Column* column = mention == nullptr ? nullptr : measure_of(*mention);
    if (column == nullptr) return columns;
    columns.push_back(column);
    draft.use(*mention);
    at = mention->end;
    if (!draft.is(at, {"and"})) return columns;
    ++at;
  }
}

/// "total amount", "min, max and average price", "sales total".
void read_figures(Draft& draft, size_t at) {
  if (!figure_at(draft, at)) return;
  // "highest total": the order of a column of that name, no sum.
  const bool is_ordered = draft.superlative && draft.superlative_at + 1 == at;
  if (is_ordered && draft.mention_at(at) != nullptr) return;
  std::vector<Aggregate> wanted;
  size_t next = at;
  while (const auto one = figure_at(draft, next)) {
    const Mention* column = draft.mention_at(next);
    if (!wanted.empty() && column != nullptr && measure_of(*column) != nullptr) break;
    wanted.push_back(*one);
    next = draft.skip(next + 1, {"and", "or"});
  }
  std::vector<const Column*> columns = take_columns(draft, next);
  const Mention* own = draft.mention_at(at);
  if (columns.empty() && own != nullptr && measure_of(*own) != nullptr) {
    columns.push_back(measure_of(*own));
    draft.use(*own);
  }
  if (columns.empty() && at > 0) {
    const Mention* before = draft.mention_before(at);
    const Column* texts = texts_of(before);
    if (texts != nullptr && reads_as_number(*texts)) return draft.fail_without_numbers(*texts);
    if (before != nullptr && measure_of(*before) != nullptr) {
      columns.push_back(measure_of(*before));
      draft.use(*before);
    }
  }
  draft.use(at, next);
  const Mention* other = draft.mention_at(draft.skip(next, between_words));
  if (columns.empty() && other != nullptr && !other->is_value) {
    return draft.fail_without_numbers(*other->best());
  }
  if (columns.empty() && draft.is_rows(draft.skip(next, between_words)) &&
      wanted.front() == Aggregate::sum && default_measure(draft.table) == nullptr) {
    return add(draft, Aggregate::count, nullptr);
  }
  if (columns.empty()) columns.push_back(default_measure(draft.table));
  if (columns.front() == nullptr) {
    return draft.fail("I cannot tell which number is meant: there are several columns of numbers.");
  }
  for (const Aggregate one : wanted) {
    for (const Column* column : columns) add(draft, one, column);
  }
}

void read_how_much(Draft& draft, size_t at) {
  if (draft.match(at, {"how much"}) == 0) return;
  draft.use(at, at + 2);
  const auto columns = take_columns(draft, at + 2);
  const Column* texts = texts_of(draft.mention_at(draft.skip(at + 2, between_words)));
  if (texts != nullptr) return draft.fail_without_numbers(*texts);
  for (const Column* column : columns) {
    add(draft, is_additive(*column) ? Aggregate::sum : Aggregate::average, column);
  }
  if (!columns.empty() || !draft.intent.measures.empty()) return;
  const bool is_named_later = std::any_of(
      draft.mentions.begin(), draft.mentions.end(),
      [&](const Mention& one) { return !draft.is_used(one.begin) && measure_of(one) != nullptr; });
  if (is_named_later) return;
  const Column* column = default_measure(draft.table);
  if (column == nullptr) return draft.fail("I cannot tell which number “how much” is meant for.");
  add(draft, Aggregate::sum, column);
}

/// "share of amount", "breakdown of status", "what percentage of orders".
void read_share(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"share", "shares", "percentage", "percentages", "percent",
                                       "proportion", "fraction", "portion"});
  const size_t spread = draft.match(at, {"distribution", "breakdown", "frequency", "split"});
  if (lead + spread == 0) return;
  draft.intent.wants_share = true;
  draft.use(at, at + lead + spread);
  const size_t target = draft.skip(at + 1, {"of", "the", "all", "our", "total"});
  const Mention* mention = draft.mention_at(target);
  const Column* number = mention == nullptr ? nullptr : measure_of(*mention);
  const Column* texts = texts_of(mention);
  if (lead != 0 && texts != nullptr && reads_as_number(*texts)) {
    return draft.fail_without_numbers(*texts);
  }
  if (number != nullptr && group_of(*mention)->is_number()) {
    draft.use(at, mention->end);
    return add(draft, Aggregate::sum, number);
  }
  if (mention == nullptr || mention->is_value) mention = draft.mention_before(at);
  if (mention != nullptr && !mention->is_value && draft.intent.groups.empty() && spread != 0) {
    draft.intent.groups.push_back({group_of(*mention), Bucket::none});
    draft.use(*mention);
  }
}

}  // namespace

void read_measures(Draft& draft) {
  if (draft.ranked_by != nullptr) {
    const bool adds = is_additive(*draft.ranked_by);
    add(draft, draft.ranked_how.value_or(adds ? Aggregate::sum : Aggregate::maximum),
        draft.ranked_by);
  } else if (draft.ranked_how == Aggregate::count) {
    add(draft, Aggregate::count, nullptr);
  }
  using Reader = void (*)(Draft&, size_t);
  for (const Reader read :
       {Reader(read_share), Reader(read_count), Reader(read_figures), Reader(read_how_much)}) {
    for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
      if (!draft.is_used(at)) read(draft, at);
    }
  }
}

}  // namespace parley::providers::demo
