// Reads what a question says about numbers.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "providers/demo/draft.h"

namespace parley::providers::demo {

namespace {

using Test = Condition::Test;

struct Comparison {
  Test test = Test::equal;
  size_t word_count = 0;
  std::string_view hint = {};  ///< the kind of column that the words themselves name
};

Comparison comparison_at(const Draft& draft, size_t at) {
  struct Row {
    std::string_view phrase;
    Test test;
    std::string_view hint;
  };
  constexpr std::array<Row, 46> rows = {{
      {"no more than", Test::at_most, ""},
      {"not more than", Test::at_most, ""},
      {"no less than", Test::at_least, ""},
      {"not less than", Test::at_least, ""},
      {"more expensive than", Test::more, "price"},
      {"less expensive than", Test::less, "price"},
      {"greater than or equal to", Test::at_least, ""},
      {"less than or equal to", Test::at_most, ""},
      {"greater than", Test::more, ""},
      {"more than", Test::more, ""},
      {"larger than", Test::more, ""},
      {"bigger than", Test::more, ""},
      {"higher than", Test::more, ""},
      {"better than", Test::more, ""},
      {"longer than", Test::more, ""},
      {"heavier than", Test::more, ""},
      {"less than", Test::less, ""},
      {"fewer than", Test::less, ""},
      {"lower than", Test::less, ""},
      {"smaller than", Test::less, ""},
      {"shorter than", Test::less, ""},
      {"lighter than", Test::less, ""},
      {"cheaper than", Test::less, "price"},
      {"older than", Test::more, "age"},
      {"younger than", Test::less, "age"},
      {"at least", Test::at_least, ""},
      {"at most", Test::at_most, ""},
      {"up to", Test::at_most, ""},
      {"not equal to", Test::not_equal, ""},
      {"equal to", Test::equal, ""},
      {"over", Test::more, ""},
      {"above", Test::more, ""},
      {"exceeding", Test::more, ""},
      {"exceeds", Test::more, ""},
      {"exceed", Test::more, ""},
      {"under", Test::less, ""},
      {"below", Test::less, ""},
      {"exactly", Test::equal, ""},
      {"equals", Test::equal, ""},
      {">=", Test::at_least, ""},
      {"<=", Test::at_most, ""},
      {">", Test::more, ""},
      {"<", Test::less, ""},
      {"=", Test::equal, ""},
      {"!=", Test::not_equal, ""},
      {"not", Test::not_equal, ""},
  }};
  for (const Row& row : rows) {
    if (const size_t count = draft.match(at, {row.phrase})) return {row.test, count, row.hint};
  }
  return {};
}

const std::initializer_list<std::string_view> links = {
    "is",    "are",  "was",     "were",  "of",    "a",       "an",   "the",
    "value", "has",  "have",    "with",  "being", "be",      "that", "which",
    "costs", "cost", "costing", "worth", "equal", "strictly"};

struct Target {
  const Column* column = nullptr;
  const Mention* mention = nullptr;
  bool is_rows = false;           ///< "more than 3 orders"
  const Column* texts = nullptr;  ///< was named, but holds no numbers
};

/// The column that is compared: named before, named behind, or the one that goes without saying.
Target target_of(const Draft& draft, size_t begin, size_t end, std::string_view hint) {
  if (hint == "price") return {find_price(draft.table)};
  if (hint == "age") return {find_number_named(draft.table, {"age"})};
  size_t before = begin;
  bool says_price = false;
  while (before > 0 && draft.is(before - 1, links)) {
    says_price = says_price || draft.is(before - 1, {"costs", "cost", "costing"});
    --before;
  }
  const Mention* named = draft.mention_before(before);
  if (const Mention* mention = named) {
    if (const Column* column = measure_of(*mention)) return {column, mention};
    if (!mention->is_value && mention->best()->is_number()) return {mention->best(), mention};
  }
  const size_t after = draft.skip(end, {"of", "in", "the"});
  if (const Mention* mention = draft.mention_at(after)) {
    if (const Column* column = measure_of(*mention)) return {column, mention};
  }
  if (draft.is_rows(end) || draft.is(end, {"times"})) return {nullptr, nullptr, true};
  // "Products that cost over 20" speaks of the price.
  const Column* texts = says_price ? nullptr : texts_of(named);
  if (texts == nullptr) texts = texts_of(draft.mention_at(end));
  if (texts != nullptr) return {nullptr, nullptr, false, texts};
  return {says_price ? find_price(draft.table) : default_measure(draft.table)};
}

/// "customers with more than 3 orders", "regions with a total amount over 1000".
bool read_having(Draft& draft, const Target& target, const Comparison& comparison, size_t begin,
                 const std::string& number) {
  std::optional<Measure> measure;
  size_t aggregate_at = begin;
  if (target.is_rows) measure = Measure{Aggregate::count, nullptr};
  if (target.mention != nullptr && target.mention->begin > 0 && target.mention->begin < begin) {
    aggregate_at = target.mention->begin - 1;
    const auto aggregate = aggregate_of(draft.word(aggregate_at));
    if (aggregate && *aggregate != Aggregate::count) measure = Measure{*aggregate, target.column};
  }
  if (!measure) return false;
  const auto is_group = [&](const Mention& one) {
    return !one.is_value && one.end <= begin && &one != target.mention;
  };
  for (const Mention& one : draft.mentions) {
    if (!is_group(one) || draft.is_used(one.begin)) continue;
    if (draft.is(one.begin - (one.begin > 0 ? 1 : 0), {"many"})) break;
    draft.intent.having = Having{*measure, comparison.test, number};
    draft.intent.groups.push_back({group_of(one), Bucket::none});
    draft.use(one);
    draft.use(aggregate_at, begin);
    return true;
  }
  draft.fail("Counting groups that pass a limit takes two queries, one on top of the other.");
  return true;
}

void add(Draft& draft, const Column* column, Test test, double number) {
  draft.intent.conditions.push_back({{column}, test, {number_text(number)}, {}});
}

bool read_between(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"between", "from", "in the range"});
  const size_t link = at + lead + 1;
  if (lead == 0 || !draft.is_number(at + lead) || !draft.is(link, {"and", "to"}) ||
      !draft.is_number(link + 1)) {
    return false;
  }
  const Target target = target_of(draft, at, link + 2, "");
  if (target.texts != nullptr) {
    draft.fail_without_numbers(*target.texts);
    return true;
  }
  if (target.column == nullptr) {
    draft.fail("I cannot tell which column these numbers are meant for.");
    return true;
  }
  add(draft, target.column, Test::at_least, draft.words[at + lead].number);
  add(draft, target.column, Test::at_most, draft.words[link + 1].number);
  if (target.mention != nullptr) draft.use(*target.mention);
  draft.use(at, link + 2);
  return true;
}

/// "10 or more".
Comparison trailing(const Draft& draft, size_t at) {
  if (draft.match(at, {"or more", "or higher", "or above", "or over"}) != 0) {
    return {Test::at_least, 2};
  }
  if (draft.match(at, {"or less", "or fewer", "or lower", "or below"}) != 0) {
    return {Test::at_most, 2};
  }
  return {};
}

/// "rating 5", "rating of 5", "quantity is 5": the column stands right before.
bool is_plain_equal(const Draft& draft, size_t at) {
  size_t before = at;
  while (before > 0 && draft.is(before - 1, {"is", "of", "are", "was", "equals", "to"})) --before;
  const Mention* mention = draft.mention_before(before);
  return mention != nullptr && !mention->is_value && mention->best()->is_number();
}

void read_comparison(Draft& draft, size_t at) {
  Comparison comparison = comparison_at(draft, at);
  const size_t number_at = at + comparison.word_count;
  if (!draft.is_number(number_at)) return;
  const Comparison behind = trailing(draft, number_at + 1);
  if (behind.word_count != 0) comparison.test = behind.test;
  if (comparison.word_count + behind.word_count == 0 && !is_plain_equal(draft, at)) return;
  const size_t end = number_at + 1 + behind.word_count;
  const double value = draft.words[number_at].number;
  const Target target = target_of(draft, at, end, comparison.hint);
  if (target.texts != nullptr) {
    // "sku = 4711" asks for a text: read_values() sees to it.
    const bool is_equality = comparison.test == Test::equal || comparison.test == Test::not_equal;
    if (!is_equality) draft.fail_without_numbers(*target.texts);
    return;
  }
  if (read_having(draft, target, comparison, at, number_text(value))) {
    draft.use(at, end + (target.is_rows ? 1 : 0));
  } else if (target.column == nullptr) {
    draft.fail(
        fmt::format("I cannot tell which column is meant by “{}”.", draft.words[number_at].text));
  } else {
    add(draft, target.column, comparison.test, value);
  }
  if (target.mention != nullptr) draft.use(*target.mention);
  draft.use(at, end);
}

}  // namespace

void read_comparisons(Draft& draft) {
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    if (!draft.is_used(at) && !read_between(draft, at)) read_comparison(draft, at);
  }
}

}  // namespace parley::providers::demo
