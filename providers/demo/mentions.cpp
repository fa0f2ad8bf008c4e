#include "providers/demo/mentions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "providers/demo/vocabulary.h"

namespace parley::providers::demo {

namespace {

constexpr size_t span_words_max = 6;
constexpr size_t typing_error_letters_min = 5;

using Words = std::vector<Word>;

/// True if one letter added, left out, changed or swapped makes one of the other.
bool is_nearly(std::string_view left, std::string_view right) {
  if (left.size() > right.size()) std::swap(left, right);
  if (left.size() < typing_error_letters_min || right.size() - left.size() > 1) return false;
  size_t same = 0;
  while (same < left.size() && left[same] == right[same]) ++same;
  const std::string_view left_rest = left.substr(same);
  const std::string_view right_rest = right.substr(same);
  if (left.size() < right.size()) return left_rest == right_rest.substr(1);
  if (left_rest.empty()) return false;
  if (left_rest.substr(1) == right_rest.substr(1)) return true;
  return left_rest.size() > 1 && left_rest[0] == right_rest[1] && left_rest[1] == right_rest[0] &&
         left_rest.substr(2) == right_rest.substr(2);
}

/// The names of one column in the forms that are compared, made once.
struct Names {
  const Column* column;
  std::vector<std::string> exact;
  std::vector<std::string> stems;  ///< of its words
  std::vector<std::string> values;
};

Names names_of(const Column& column) {
  Names names{&column, {}, {}, {}};
  for (const std::string* name : {&column.name, &column.title}) {
    names.exact.push_back(joined(*name));
    names.exact.push_back(joined_stems(*name));
  }
  for (const std::string& word : name_words(column.name)) names.stems.push_back(singular(word));
  if (column.type == ColumnType::text) {
    for (const KnownValue& one : column.known) names.values.push_back(joined(one.text));
  }
  return names;
}

struct Span {
  size_t begin;
  size_t end;
  std::string normal;
  std::string stem;
  std::vector<std::string> stems;
};

Span span_of(const Words& words, size_t begin, size_t end) {
  Span span{begin, end, {}, {}, {}};
  for (size_t i = begin; i < end; ++i) {
    span.normal += joined(words[i].text);
    span.stem += singular(joined(words[i].text));
    for (const std::string& word : name_words(words[i].text)) span.stems.push_back(singular(word));
  }
  return span;
}

/// score_part and a little for the position: "price" says more of unit_price than "unit" does.
int part_score(const Names& names, const Span& span) {
  const size_t size = span.stems.size();
  if (size >= names.stems.size()) return 0;
  const auto at =
      std::search(names.stems.begin(), names.stems.end(), span.stems.begin(), span.stems.end());
  if (at == names.stems.end()) return 0;
  const bool is_tail = at + static_cast<std::ptrdiff_t>(size) == names.stems.end();
  const bool is_named = names.stems.back() == "name";
  return score_part + (is_tail ? 6 : 0) + (at == names.stems.begin() ? 3 : 0) + (is_named ? 2 : 0);
}

int column_score(const Names& names, const Span& span, bool is_loose) {
  for (const std::string& exact : names.exact) {
    if (!exact.empty() && (exact == span.normal || exact == span.stem)) return score_exact;
  }
  // The widget cuts long names in its suggestions.
  constexpr size_t cut_letters_min = 24;
  const bool is_cut = span.normal.size() >= cut_letters_min;
  if (is_cut && names.exact[2].starts_with(span.normal)) return score_exact;
  if (!is_loose) return 0;
  if (const int score = part_score(names, span)) return score;
  if (names.column->type == ColumnType::boolean) return 0;  // "inactive" is no slip of "is_active"
  return is_nearly(names.exact[0], span.normal) || is_nearly(names.exact[1], span.stem)
             ? score_typing_error
             : 0;
}

bool may_be_value(const Words& words, size_t begin, size_t end, std::string_view value) {
  if (end - begin > 1 || words[begin].kind == Word::Kind::quoted) return true;
  const Word& word = words[begin];
  if (word.kind != Word::Kind::word) return false;
  const bool is_common = is_keyword(word.normal) || is_filler(word.normal);
  if (!is_common && word.normal.size() > 1) return true;
  return begin > 0 && word.is_capital && word.text == value && word.normal != "i";
}

bool is_time_word(std::string_view word) {
  return word == "date" || word == "month" || word == "year" || word == "day" || word == "time";
}

class Finder {
 public:
  Finder(const Words& words, const Table& table) : words_(words), table_(table) {
    for (const Column& column : table.columns) names_.push_back(names_of(column));
    taken_.resize(words.size());
  }

  std::vector<Mention> run() {
    for (size_t size = std::min(span_words_max, words_.size()); size > 0; --size) {
      for (const int least : {score_exact, score_value, score_part, 1}) {
        for (size_t begin = 0; begin + size <= words_.size(); ++begin) take(begin, size, least);
      }
    }
    drop_bare_aggregates();
    std::sort(mentions_.begin(), mentions_.end(),
              [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
    return std::move(mentions_);
  }

 private:
  bool is_free(size_t begin, size_t size) const {
    for (size_t i = begin; i < begin + size; ++i) {
      const Word::Kind kind = words_[i].kind;
      const bool is_name =
          kind == Word::Kind::word || kind == Word::Kind::quoted || kind == Word::Kind::number;
      if (taken_[i] || !is_name) return false;
    }
    return true;
  }

  void take(size_t begin, size_t size, int least) {
    if (!is_free(begin, size)) return;
    Mention mention = mention_at(begin, begin + size);
    if (mention.candidates.empty() || mention.score() < least) return;
    for (size_t i = begin; i < begin + size; ++i) taken_[i] = true;
    mentions_.push_back(std::move(mention));
  }

  Mention mention_at(size_t begin, size_t end) const {
    const Span span = span_of(words_, begin, end);
    Mention mention{begin, end, false, {}};
    if (span.normal.empty()) return mention;
    add_columns(mention, span);
    const bool is_exact = !mention.candidates.empty() && mention.score() == score_exact;
    if (!is_exact) add_values(mention, span);
    std::stable_sort(mention.candidates.begin(), mention.candidates.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    return mention;
  }

  void add_columns(Mention& mention, const Span& span) const {
    const Word& word = words_[mention.begin];
    const bool is_single = mention.end - mention.begin == 1;
    const bool is_plain =
        word.kind == Word::Kind::word && words_[mention.end - 1].kind == Word::Kind::word;
    const bool is_common = is_keyword(word.normal) ||
                           (is_filler(word.normal) && word.normal != "amount") ||
                           names_rows(table_, word);
    const bool is_edge_common = is_keyword(words_[mention.end - 1].normal) || is_common;
    const bool is_loose = is_plain && (is_single ? !is_common : !is_edge_common);
    for (const Names& names : names_) {
      const int score = column_score(names, span, is_loose);
      if (score > 0) mention.candidates.push_back({names.column, score, {}});
    }
    // A column of just that name is meant, whatever else people call so.
    const bool is_named = std::any_of(mention.candidates.begin(), mention.candidates.end(),
                                      [](const auto& one) { return one.score == score_exact; });
    if (is_named || !is_single || !is_plain || (is_common && word.normal != "when")) return;
    int score = score_synonym;
    for (const Column* column : columns_called(word.stem, table_)) {
      const bool is_there = std::any_of(mention.candidates.begin(), mention.candidates.end(),
                                        [column](const auto& one) { return one.column == column; });
      if (!is_there) mention.candidates.push_back({column, score--, {}});
    }
  }

  void add_values(Mention& mention, const Span& span) const {
    std::vector<Mention::Candidate> values;
    for (const Names& names : names_) {
      for (size_t i = 0; i < names.values.size(); ++i) {
        const std::string& text = names.column->known[i].text;
        const bool is_same = !names.values[i].empty() && names.values[i] == span.normal;
        if (!is_same || !may_be_value(words_, mention.begin, mention.end, text)) continue;
        values.push_back({names.column, score_value, text});
        break;
      }
    }
    if (values.empty()) return;
    // "total sales": after such a word it is a column, though some cell says "Sales" too.
    const bool is_after_aggregate =
        mention.begin > 0 && (aggregate_of(words_[mention.begin - 1].normal) ||
                              superlative_of(words_[mention.begin - 1].normal));
    if (is_after_aggregate && !mention.candidates.empty()) return;
    mention.is_value = true;
    mention.candidates = std::move(values);
  }

  /// "total" in "total revenue" is no column even if there is one of that name.
  void drop_bare_aggregates() {
    const auto is_aggregate = [this](size_t i) {
      return i < words_.size() &&
             (aggregate_of(words_[i].normal) || superlative_of(words_[i].normal));
    };
    const auto starts_at = [this](size_t i) {
      return std::any_of(mentions_.begin(), mentions_.end(), [i](const Mention& one) {
        return one.begin == i && !one.is_value && one.best()->is_number();
      });
    };
    const auto is_bare = [&](const Mention& one) {
      const std::string& word = words_[one.begin].normal;
      if (one.is_value || one.end - one.begin > 1 || is_time_word(word)) return false;
      if (words_[one.begin].kind == Word::Kind::quoted || !is_keyword(word)) return false;
      if (one.begin > 0 && is_aggregate(one.begin - 1)) return false;
      const bool is_sum = aggregate_of(word) == Aggregate::sum;
      if (!is_sum && is_aggregate(one.begin)) return true;
      if (starts_at(one.end)) return true;
      const bool is_phrase = one.end < words_.size() &&
                             (words_[one.end].normal == "of" || words_[one.end].normal == "number");
      return is_phrase || (!one.best()->is_number() && one.best()->type != ColumnType::text);
    };
    std::erase_if(mentions_, is_bare);
  }

  const Words& words_;
  const Table& table_;
  std::vector<Names> names_;
  std::vector<bool> taken_;
  std::vector<Mention> mentions_;
};

}  // namespace

std::vector<Mention> find_mentions(const std::vector<Word>& words, const Table& table) {
  return Finder(words, table).run();
}

bool names_rows(const Table& table, const Word& word) {
  if (word.kind != Word::Kind::word) return false;
  if (is_row_noun(word.stem) || word.normal == joined(table.title)) return true;
  for (const std::string* name : {&table.name, &table.title}) {
    for (const std::string& part : name_words(*name)) {
      const bool is_noun = part.size() > 2 && part != "csv" && part != "json" && part != "export" &&
                           part != "data" && part != "file" && !is_keyword(part);
      if (is_noun && singular(part) == word.stem) return true;
    }
  }
  return false;
}

}  // namespace parley::providers::demo
