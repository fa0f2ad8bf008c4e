// Reads what a question wants its figures for: by region, per month, which city, over time.
#include <algorithm>
#include <array>
#include <utility>

#include "providers/demo/draft.h"

namespace parley::providers::demo {

namespace {

Bucket bucket_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Bucket>, 16> names = {{
      {"day", Bucket::day},
      {"days", Bucket::day},
      {"daily", Bucket::day},
      {"date", Bucket::day},
      {"month", Bucket::month},
      {"months", Bucket::month},
      {"monthly", Bucket::month},
      {"quarter", Bucket::quarter},
      {"quarters", Bucket::quarter},
      {"quarterly", Bucket::quarter},
      {"year", Bucket::year},
      {"years", Bucket::year},
      {"yearly", Bucket::year},
      {"annually", Bucket::year},
      {"weekday", Bucket::weekday},
      {"weekdays", Bucket::weekday},
  }};
  for (const auto& [name, bucket] : names) {
    if (name == word) return bucket;
  }
  return Bucket::none;
}

/// Days for two months, months for ten years, else years.
Bucket fitting_bucket(const Column& column) {
  const auto number = [](std::string_view text, size_t at, size_t size) {
    return text.size() < at + size ? 0 : std::atoi(std::string(text.substr(at, size)).c_str());
  };
  const int months = (number(column.max, 0, 4) - number(column.min, 0, 4)) * 12 +
                     number(column.max, 5, 2) - number(column.min, 5, 2);
  if (months > 120) return Bucket::year;
  return months < 2 ? Bucket::day : Bucket::month;
}

void add_group(Draft& draft, const Column* column, Bucket bucket) {
  if (column->is_time() && bucket == Bucket::none) {
    bucket = draft.is_trend || column->type == ColumnType::timestamp ? fitting_bucket(*column)
                                                                     : Bucket::day;
  }
  const auto& groups = draft.intent.groups;
  const bool is_there = std::any_of(groups.begin(), groups.end(), [&](const Group& one) {
    return one.column == column && one.bucket == bucket;
  });
  if (!is_there) draft.intent.groups.push_back({column, bucket});
}

/// A column or a stretch of time at `at`: adds it, and steps behind it.
bool take_group(Draft& draft, size_t& at) {
  const size_t here = draft.skip(at, {"the", "each", "every", "different", "single", "its"});
  const Bucket bucket = bucket_of(draft.word(here));
  const Mention* mention = draft.mention_at(here);
  const Column* named = mention == nullptr ? nullptr : group_of(*mention);
  const bool is_exact = named != nullptr && mention->score() == score_exact;
  if (bucket != Bucket::none && bucket != Bucket::day && !(is_exact && mention->end == here + 1) &&
      !draft.is_used(here)) {
    const Mention* next = draft.mention_at(draft.skip(here + 1, {"of", "the"}));
    const Column* of = next != nullptr && next->best()->is_time() ? next->best() : nullptr;
    const Column* column = of != nullptr ? of : find_time(draft.table);
    if (column == nullptr) {
      draft.fail("The question speaks of dates, and I see no column of dates.");
      return false;
    }
    add_group(draft, column, bucket);
    draft.use(at, here + 1);
    if (of != nullptr) draft.use(here + 1, next->end);
    at = of != nullptr ? next->end : here + 1;
    return true;
  }
  if (named == nullptr) return false;
  if (named->is_time() && bucket_of(draft.word(mention->end)) != Bucket::none) {
    add_group(draft, named, bucket_of(draft.word(mention->end)));
    draft.use(at, mention->end + 1);
    at = mention->end + 1;
    return true;
  }
  add_group(draft, named, bucket == Bucket::day && named->is_time() ? Bucket::day : Bucket::none);
  draft.use(at, mention->end);
  at = mention->end;
  return true;
}

/// What stands behind "by": "revenue", "average price", "number".
struct Figure {
  std::optional<Aggregate> how;
  const Mention* mention = nullptr;
  size_t target = 0;  ///< the word behind the aggregate
};

Figure figure_behind(const Draft& draft, size_t at) {
  Figure figure{aggregate_of(draft.word(at)), draft.mention_at(at), at};
  if (!figure.how) return figure;
  figure.target = draft.skip(at + 1, {"of", "the"});
  const Mention* behind = draft.mention_at(figure.target);
  // In "by total, city Bern" the aggregate itself is the column.
  const Mention* own = figure.mention;
  const Column* texts = texts_of(behind);
  const bool is_figure = (behind != nullptr && measure_of(*behind) != nullptr) ||
                         (texts != nullptr && reads_as_number(*texts));
  if (is_figure || own == nullptr || measure_of(*own) == nullptr) figure.mention = behind;
  return figure;
}

/// "products by quantity" has no word of rank and yet wants the quantity of each product.
bool read_figure_of_each(Draft& draft, size_t at, const Figure& figure, const Column& column) {
  const Mention* noun = draft.mention_before(at);
  if (noun == nullptr || noun->is_value || group_of(*noun)->is_number()) return false;
  for (size_t i = 0; i < noun->begin; ++i) {
    if (draft.is(i, {"many", "number", "count"})) return false;
  }
  if (!figure.how && !is_additive(column)) return false;
  draft.ranked_how = figure.how;
  draft.ranked_by = &column;
  add_group(draft, group_of(*noun), Bucket::none);
  draft.has_by = true;
  draft.use(noun->begin, figure.mention->end);
  return true;
}

/// "top 5 customers by revenue": the figure that ranks them.
bool read_ranking_measure(Draft& draft, size_t at, size_t target) {
  const Figure figure = figure_behind(draft, target);
  const Mention* mention = figure.mention;
  const Column* column = mention == nullptr ? nullptr : measure_of(*mention);
  const bool is_number = column != nullptr && group_of(*mention)->is_number();
  const bool counts = figure.how == Aggregate::count || draft.is(at + 1, {"number"});
  const Column* texts = texts_of(mention);
  if (draft.superlative && !counts && texts != nullptr && reads_as_number(*texts)) {
    draft.fail_without_numbers(*texts);
    return true;
  }
  if (!is_number && !counts) return false;
  if (!draft.superlative && !counts) return read_figure_of_each(draft, at, figure, *column);
  if (!draft.superlative && !figure.how) return false;
  draft.ranked_how = counts ? Aggregate::count : figure.how;
  if (is_number && !counts) {
    draft.ranked_by = column;
    draft.use(at, mention->end);
    return true;
  }
  size_t end = draft.skip(figure.target, {"number", "of", "the"});
  if (draft.is_rows(end)) ++end;
  draft.use(at, end);
  return true;
}

void read_by(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"grouped by",    "group by",     "broken down by",
                                       "split by",      "breakdown by", "for each",
                                       "for every",     "in each",      "in every",
                                       "of each",       "from each",    "within each",
                                       "at each",       "by",           "per",
                                       "each",          "every",        "across",
                                       "for different", "among"});
  if (lead == 0) return;
  const size_t target = draft.skip(at + lead, {"the"});
  if (draft.is(at, {"by"}) && read_ranking_measure(draft, at, target)) return;
  size_t next = at + lead;
  if (!take_group(draft, next)) return;
  draft.has_by = true;
  draft.use(at, at + lead);
  while (draft.is(next, {"and", "by", "per", "then"})) {
    size_t more = draft.skip(next, {"and", "then", "by", "per", "each"});
    const Mention* mention = draft.mention_at(more);
    const bool is_figure =
        mention != nullptr && group_of(*mention)->is_number() && measure_of(*mention) != nullptr;
    if (is_figure || aggregate_of(draft.word(more)) || !take_group(draft, more)) return;
    draft.use(next, more);
    next = more;
  }
}

/// "monthly revenue", "over time", "trend", "change over order date".
void read_trend(Draft& draft, size_t at) {
  const size_t lead =
      draft.match(at, {"over time", "through time", "over the time", "trend", "trends", "evolve",
                       "evolved", "develop", "developed", "development", "timeline", "change over",
                       "changed over", "history", "over"});
  const bool is_adverb =
      draft.is(at, {"monthly", "daily", "yearly", "annually", "quarterly"}) && !draft.is_used(at);
  if (lead == 0 && !is_adverb) return;
  if (is_adverb) {
    size_t next = at;
    draft.is_trend = true;
    take_group(draft, next);
    return;
  }
  const bool is_over = draft.is(at, {"over", "change", "changed"}) && !draft.is(at + 1, {"time"});
  const size_t target = draft.skip(at + lead, {"the", "of"});
  const Mention* mention = draft.mention_at(target);
  const bool is_named =
      is_over && mention != nullptr && !mention->is_value && mention->best()->is_time();
  const bool is_bucket = is_over && bucket_of(draft.word(target)) != Bucket::none;
  if (is_over && !is_named && !is_bucket) return;
  draft.is_trend = true;
  draft.use(at, at + lead);
  if (is_bucket && !is_named) {
    size_t next = target;
    take_group(draft, next);
  } else if (is_named) {
    add_group(draft, mention->best(), Bucket::none);
    draft.use(*mention);
  }
}

/// "which region", "top 5 customers", "most common city".
void read_subject(Draft& draft, size_t at) {
  if (!draft.superlative || !draft.intent.groups.empty()) return;
  const bool is_question = draft.is(at, {"which", "what", "whose"});
  const bool is_ranked = draft.has_top || (!draft.intent.measures.empty() &&
                                           draft.superlative->of == Superlative::Of::count);
  const bool is_after = is_ranked && at >= draft.superlative_at && draft.is_used(at);
  if (draft.is(at, {"who"}) && !draft.is_used(at)) {
    for (const Column* column : columns_called("person", draft.table)) {
      if (column->type != ColumnType::text) continue;
      draft.intent.groups.push_back({column, Bucket::none});
      draft.use(at, at + 1);
      return;
    }
  }
  if (!is_question && !is_after) return;
  const size_t target = draft.skip(at + 1, {"is", "are", "the", "of", "was", "were"});
  if (draft.is_used(target)) return;
  const Bucket bucket = bucket_of(draft.word(target));
  const Mention* mention = draft.mention_at(target);
  const Column* column = mention == nullptr ? nullptr : group_of(*mention);
  const bool is_direct = target == at + 1 || is_after;
  if (column == nullptr && bucket == Bucket::none) return;
  const size_t counted = draft.skip(draft.superlative_at + 1, {"number", "of"});
  const Mention* noun = draft.mention_at(counted);
  const bool counts = draft.superlative->of == Superlative::Of::count &&
                      (draft.is_rows(counted) || (noun != nullptr && measure_of(*noun) == nullptr));
  if (column != nullptr && ((is_measure(*column) && !counts) || !is_direct)) return;
  if (draft.is_rows(target) && (mention == nullptr || mention->score() < score_exact)) return;
  if (draft.has_top && column != nullptr && reads_as_number(*column)) {
    return draft.fail_without_numbers(*column);
  }
  size_t next = target;
  if (take_group(draft, next)) draft.use(at, next);
}

}  // namespace

void read_groups(Draft& draft) {
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    if (!draft.is_used(at)) read_by(draft, at);
  }
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    if (!draft.is_used(at)) read_trend(draft, at);
  }
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    read_subject(draft, at);
  }
  const bool has_time = std::any_of(draft.intent.groups.begin(), draft.intent.groups.end(),
                                    [](const Group& one) { return one.column->is_time(); });
  if (!draft.is_trend || has_time) return;
  if (const Column* column = find_time(draft.table)) return add_group(draft, column, Bucket::none);
  draft.fail("A trend needs dates, and I see no column of dates.");
}

}  // namespace parley::providers::demo
