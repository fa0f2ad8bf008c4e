// Mentions: where a question names a column or a value of one. Pure.
#pragma once

#include <string>
#include <vector>

#include "providers/demo/schema.h"
#include "providers/demo/words.h"

namespace parley::providers::demo {

/// How well a span of words names something; longer spans win, then the higher score.
inline constexpr int score_exact = 100;
inline constexpr int score_value = 90;
inline constexpr int score_part = 60;
inline constexpr int score_synonym = 40;
inline constexpr int score_typing_error = 30;

struct Mention {
  struct Candidate {
    const Column* column = nullptr;
    int score = 0;
    std::string value;  ///< as in the data; of values only
  };
  size_t begin = 0;  ///< words
  size_t end = 0;
  bool is_value = false;
  std::vector<Candidate> candidates;  ///< never empty, best first

  const Column* best() const { return candidates.front().column; }
  int score() const { return candidates.front().score; }
};

/// Every mention in `words`, from left to right, none overlapping another. Borrows from `table`.
std::vector<Mention> find_mentions(const std::vector<Word>& words, const Table& table);

/// True if `word` (singular) is what the rows of `table` are: "order" of orders.csv, "row" always.
bool names_rows(const Table& table, const Word& word);

}  // namespace parley::providers::demo
