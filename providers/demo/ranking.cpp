// Reads what a question says about order: the highest, the first five, sorted by.
#include <fmt/format.h>

#include <algorithm>

#include "providers/demo/draft.h"
#include "providers/demo/figures.h"
#include "providers/demo/reading.h"

namespace parley::providers::demo {

namespace {

constexpr double rows_max = 1'000;

int64_t count_at(const Draft& draft, size_t at) {
  static const std::initializer_list<std::string_view> names = {
      "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  const auto found = std::find(names.begin(), names.end(), draft.word(at));
  if (found != names.end()) return found - names.begin() + 1;
  if (!draft.is_number(at)) return 0;
  return static_cast<int64_t>(std::clamp(draft.words[at].number, 1.0, rows_max));
}

/// "sorted by amount descending".
bool read_sort(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"sorted by", "sort by", "ordered by", "order by",
                                       "sort them by", "ranked by", "rank by"});
  if (lead == 0) return false;
  const size_t target = draft.skip(at + lead, {"the", "their"});
  const Mention* mention = draft.mention_at(target);
  const size_t end = mention == nullptr ? target : mention->end;
  const bool is_down =
      draft.is(end, {"descending", "desc", "down"}) || draft.is(at, {"ranked", "rank"});
  draft.intent.is_ascending = !is_down;
  if (mention != nullptr && !mention->is_value) {
    draft.intent.order = mention->best();
    if (reads_as_number(*draft.intent.order)) {
      draft.intent.remarks.push_back(
          fmt::format("The column {} holds texts, so this is the order of the alphabet.",
                      escaped(label_of(*draft.intent.order))));
    }
    draft.use(*mention);
  }
  const bool has_word = draft.is(end, {"descending", "desc", "down", "ascending", "asc", "up"});
  draft.use(at, end + (has_word ? 1 : 0));
  return true;
}

/// "top 5", "bottom three", "first 10 rows".
bool read_top(Draft& draft, size_t at) {
  const bool is_end = draft.is(at, {"top", "bottom", "best", "worst", "first", "last"});
  if (!is_end) return false;
  const int64_t count = count_at(draft, at + 1);
  const bool is_place = draft.is(at, {"first", "last"});
  if (count == 0 && (is_place || !draft.is(at, {"top", "bottom"}))) return false;
  draft.intent.rows_max = count == 0 ? 10 : count;
  draft.use(at, at + (count == 0 ? 1 : 2));
  if (is_place && draft.is(at, {"first"})) return true;
  draft.has_top = true;
  draft.superlative_at = at;
  draft.superlative = Superlative{draft.is(at, {"top", "best", "last"}), Superlative::Of::any};
  if (draft.is(at, {"last"})) draft.superlative->of = Superlative::Of::time;
  return true;
}

bool read_superlative(Draft& draft, size_t at) {
  std::optional<Superlative> found = superlative_of(draft.word(at));
  size_t size = 1;
  if (draft.match(at, {"most expensive", "most costly"}) != 0) {
    found = Superlative{true, Superlative::Of::price};
    size = 2;
  } else if (draft.match(at, {"least expensive"}) != 0) {
    found = Superlative{false, Superlative::Of::price};
    size = 2;
  } else if (draft.match(at, {"most recent"}) != 0) {
    found = Superlative{true, Superlative::Of::time};
    size = 2;
  } else if (draft.match(at, {"most common", "most frequent", "most popular", "most often",
                              "most used", "busiest"}) != 0) {
    found = Superlative{true, Superlative::Of::count};
    draft.intent.measures.push_back({Aggregate::count, nullptr});
    size = draft.is(at, {"busiest"}) ? 1 : 2;
  } else if (draft.match(at, {"least common", "least frequent", "least popular"}) != 0) {
    found = Superlative{false, Superlative::Of::count};
    draft.intent.measures.push_back({Aggregate::count, nullptr});
    size = 2;
  } else if (draft.is(at, {"first", "last"}) && !draft.superlative) {
    const bool is_named = draft.mention_at(at) != nullptr;
    if (is_named) return false;
    found = Superlative{draft.is(at, {"last"}), Superlative::Of::time};
  } else if (draft.match(at, {"best selling", "bestselling"}) != 0) {
    size = draft.is(at, {"best"}) ? 2 : 1;
    found = Superlative{true, Superlative::Of::any};
  }
  if (!found) return false;
  const Mention* mention = draft.mention_at(at);
  if (mention != nullptr && mention->score() == score_exact && mention->end == at + 1) return false;
  // "min and max price" are two figures; read_measures() sees to them.
  const bool is_figure = draft.is(at, {"min", "max", "minimum", "maximum"});
  const auto is_other = [&](size_t i) {
    const size_t next = draft.is(i, {"and", "or"}) ? i + 1 : i;
    const bool is_listed = next > i || draft.words[i - 1].ends_clause;
    return is_listed && (superlative_of(draft.word(next)) || aggregate_of(draft.word(next)));
  };
  const bool is_second = at > 1 && draft.is(at - 1, {"and", "or"}) &&
                         (superlative_of(draft.word(at - 2)) || aggregate_of(draft.word(at - 2)));
  if (is_other(at + 1) || is_second || (is_figure && draft.superlative)) return false;
  const int64_t before = at > 0 ? count_at(draft, at - 1) : 0;
  if (before > 0) {
    draft.intent.rows_max = before;
    draft.has_top = true;
    draft.use(at - 1, at);
  }
  if (!draft.superlative || draft.superlative->of == Superlative::Of::any) {
    draft.superlative = found;
    draft.superlative_at = at;
  }
  draft.use(at, at + size);
  return true;
}

}  // namespace

void read_ranking(Draft& draft) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (draft.is_used(at)) continue;
    if (!read_sort(draft, at) && !read_top(draft, at)) read_superlative(draft, at);
  }
}

}  // namespace parley::providers::demo
