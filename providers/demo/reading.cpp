#include "providers/demo/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "providers/demo/draft.h"
#include "providers/demo/figures.h"
#include "providers/demo/shape.h"

namespace parley::providers::demo {

namespace {

using Shape = Intent::Shape;

void read_asides(Draft& draft) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    const size_t size =
        draft.match(at, {"and by how much", "by how much", "in total", "in all",
                         "on average each time", "so far", "all time", "as well", "right now"});
    draft.use(at, at + size);
  }
}

void check_beyond(Draft& draft) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    const std::string_view what = beyond_reason(draft.word(at));
    if (what.empty() || draft.mention_at(at) != nullptr) continue;
    return draft.fail(fmt::format("Demo mode does not do {}; a connected model would.", what));
  }
}

Draft read_draft(std::vector<Word> words, const Table& table) {
  Draft draft(table, std::move(words));
  check_beyond(draft);
  if (!draft.trouble.empty()) return draft;
  read_asides(draft);
  using Reader = void (*)(Draft&);
  for (const Reader read : {read_periods, read_comparisons, read_missing, read_values, read_ranking,
                            read_groups, read_measures, decide_shape}) {
    if (draft.trouble.empty()) read(draft);
  }
  return draft;
}

bool is_harmless(const Draft& draft, size_t at) {
  const Word& word = draft.words[at];
  if (word.kind != Word::Kind::word) return false;
  // "the average amount per order": that is what an average is.
  const bool is_of_rows = draft.is(at, {"per", "each", "every"}) && draft.is_rows(at + 1);
  return is_filler(word.normal) || draft.is_rows(at) || is_of_rows;
}

/// Words that nobody took. Column names among them only get a remark: the answer stays right.
std::vector<std::string> left_over(Draft& draft) {
  const Shape shape = draft.intent.shape;
  const bool shows_rows = shape == Shape::rows || shape == Shape::extreme;
  std::vector<std::string> unknown;
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (draft.is_used(at)) continue;
    const Mention* mention = draft.mention_at(at);
    if (mention != nullptr && !mention->is_value) {
      const bool is_plain = shows_rows || mention->best()->is_time() || draft.is_rows(at);
      if (!is_plain && mention->best()->type == ColumnType::boolean) {
        unknown.push_back(draft.words[at].text);
      } else if (!is_plain) {
        draft.intent.remarks.push_back(
            fmt::format("I did not use the word “{}”.", escaped(draft.words[at].text)));
      }
      draft.use(*mention);
      continue;
    }
    if (!is_harmless(draft, at)) unknown.push_back(draft.words[at].text);
  }
  return unknown;
}

/// The order of day and month that the import had to guess decides what an answer over dates says.
void remark_on_guesses(Intent& intent) {
  std::vector<const Column*> read = {intent.about, intent.order};
  for (const Group& one : intent.groups) read.push_back(one.column);
  for (const Measure& one : intent.measures) read.push_back(one.column);
  for (const Condition& one : intent.conditions) {
    read.insert(read.end(), one.columns.begin(), one.columns.end());
  }
  if (intent.part)
    read.insert(read.end(), intent.part->columns.begin(), intent.part->columns.end());
  for (const Column& column : intent.table->columns) {
    const bool is_read = std::find(read.begin(), read.end(), &column) != read.end();
    const bool is_guess = column.note.find("no value tells") != std::string::npos;
    if (!is_read || !is_guess || !column.is_time()) continue;
    const bool is_month_first = column.note.find("month before day") != std::string::npos;
    intent.remarks.push_back(fmt::format("The dates of {} were read {} first; no value tells.",
                                         escaped(label_of(column)),
                                         is_month_first ? "month" : "day"));
  }
}

int score_of(const std::vector<Word>& words, const Table& table) {
  constexpr int name_score = 150;
  int score = 0;
  for (const Mention& one : find_mentions(words, table)) {
    score += one.score() * static_cast<int>(one.end - one.begin);
  }
  for (const Word& word : words) {
    if (names_rows(table, word) && !is_row_noun(word.stem)) score += name_score;
  }
  return score;
}

/// Words that only another table knows: the question is over several at once.
bool needs_join(const std::vector<Word>& words, const Table& best,
                const std::vector<Table>& tables) {
  std::vector<bool> known(words.size());
  const auto cover = [](std::vector<bool>& flags, const Mention& one) {
    std::fill(flags.begin() + static_cast<std::ptrdiff_t>(one.begin),
              flags.begin() + static_cast<std::ptrdiff_t>(one.end), true);
  };
  for (const Mention& one : find_mentions(words, best)) cover(known, one);
  for (const Table& other : tables) {
    if (&other == &best) continue;
    for (const Mention& one : find_mentions(words, other)) {
      if (one.score() < score_part) continue;
      for (size_t at = one.begin; at < one.end; ++at) {
        const std::string& word = words[at].normal;
        const bool is_common = is_filler(word) || is_keyword(word) || names_rows(best, words[at]) ||
                               names_rows(other, words[at]);
        if (!known[at] && !is_common) return true;
      }
    }
  }
  return false;
}

}  // namespace

Reading read_question(std::string_view question, const std::vector<Table>& tables) {
  const std::vector<Word> words = split_words(question);
  const Table* best = &tables.front();
  int best_score = -1;
  for (const Table& table : tables) {
    const int score = score_of(words, table);
    if (score > best_score) best = &table;
    best_score = std::max(score, best_score);
  }
  Reading reading{best, {}, {}, {}};
  if (is_too_long(question)) {
    reading.trouble = "That is more than I can take in at once.";
    return reading;
  }
  if (needs_join(words, *best, tables)) {
    reading.trouble = "That needs several tables at once, and demo mode reads one at a time.";
    return reading;
  }
  Draft draft = read_draft(words, *best);
  reading.trouble = draft.trouble;
  if (!draft.trouble.empty()) return reading;
  reading.unknown = left_over(draft);
  if (!reading.unknown.empty()) return reading;
  remark_on_guesses(draft.intent);
  reading.intent = std::move(draft.intent);
  return reading;
}

std::string label_of(const Column& column) {
  std::string label = column.title.empty() ? column.name : column.title;
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

std::vector<std::string> example_questions(const Table& table) {
  const Column* measure = default_measure(table);
  const Column* group = nullptr;
  for (const Column& column : table.columns) {
    const bool is_group = column.type == ColumnType::text && !is_identifier(column) &&
                          (table.rows < 2 || column.distinct < table.rows);
    if (is_group && (group == nullptr || column.distinct < group->distinct)) group = &column;
  }
  if (measure == nullptr) {
    const auto number = std::find_if(table.columns.begin(), table.columns.end(), is_measure);
    if (number != table.columns.end()) measure = &*number;
  }
  std::vector<std::string> out;
  if (measure != nullptr && group != nullptr) {
    const std::string_view figure = is_additive(*measure) ? "total" : "average";
    out.push_back(fmt::format("What is the {} by {}?", with_word(figure, label_of(*measure)),
                              label_of(*group)));
  }
  if (measure != nullptr) {
    out.push_back(fmt::format("What is the {}?", with_word("highest", label_of(*measure))));
  }
  if (group != nullptr)
    out.push_back(fmt::format("How many rows are there per {}?", label_of(*group)));
  out.emplace_back("How many rows are there?");
  out.emplace_back("What is in this file?");
  out.resize(2);
  return out;
}

}  // namespace parley::providers::demo
