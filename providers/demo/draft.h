// Draft: a question on its way to an intent. Each reader takes the words that it understands; what
// nobody took is what the question was not understood for. Pure; lives for one question.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/demo/intent.h"
#include "providers/demo/mentions.h"
#include "providers/demo/words.h"

namespace parley::providers::demo {

struct Draft {
  const Table& table;
  std::vector<Word> words;
  std::vector<Mention> mentions;
  std::vector<bool> used;  ///< words
  Intent intent;
  std::string trouble;  ///< why it cannot be answered, in Markdown; the first one counts

  std::optional<Superlative> superlative;
  size_t superlative_at = 0;
  bool has_top = false;               ///< "top 5"
  bool has_by = false;                ///< "by region": not the subject, "which region"
  bool is_trend = false;              ///< "over time"
  const Column* ranked_by = nullptr;  ///< "top 5 customers by revenue"
  std::optional<Aggregate> ranked_how;

  Draft(const Table& of_table, std::vector<Word> of_words);

  /// Word `at` as it is compared; empty beyond the end.
  std::string_view word(size_t at) const;
  bool is(size_t at, std::initializer_list<std::string_view> any) const;
  /// True if the words from `at` on are `phrase` ("more than") and none is used.
  bool has_phrase(size_t at, std::string_view phrase) const;
  /// The first of `phrases` at `at`: its number of words, 0 if there is none.
  size_t match(size_t at, std::initializer_list<std::string_view> phrases) const;
  void use(size_t begin, size_t end);
  bool is_used(size_t at) const { return at < used.size() && used[at]; }
  bool is_number(size_t at) const;
  /// Steps over "of", "the", "a", "is" …
  size_t skip(size_t at, std::initializer_list<std::string_view> any) const;

  /// The mention that begins at, ends at or covers a word, unless its words are used.
  const Mention* mention_at(size_t begin) const;
  const Mention* mention_before(size_t end) const;
  /// The same, but of columns; with the candidate that fits.
  const Column* column_at(size_t begin) const;
  void use(const Mention& mention) { use(mention.begin, mention.end); }
  bool is_rows(size_t at) const;
  void fail(std::string why);
  /// Says that `column`, which a figure was asked of, holds no numbers.
  void fail_without_numbers(const Column& column);
};

/// The candidate of the best kind: a number that can be calculated with; something to group by.
const Column* measure_of(const Mention& mention);
const Column* group_of(const Mention& mention);
/// The column of texts or dates that is called just so; null if there is none. It is what was
/// meant: no column of numbers may stand in for it unsaid.
const Column* texts_of(const Mention* mention);

/// The readers, in the order in which they have to run.
void read_periods(Draft& draft);      ///< dates: "in March 2026", "since 2025", "last month"
void read_comparisons(Draft& draft);  ///< numbers: "over 100", "price between 10 and 20"
void read_missing(Draft& draft);      ///< "have no email"
void read_values(Draft& draft);       ///< texts: "in Bern", "where status is paid"
void read_ranking(Draft& draft);      ///< "top 5", "cheapest", "sorted by date"
void read_groups(Draft& draft);       ///< "by region and month", "which city", "over time"
void read_measures(Draft& draft);     ///< "how many", "total amount", "average price"

}  // namespace parley::providers::demo
