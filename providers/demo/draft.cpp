#include "providers/demo/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "providers/demo/figures.h"
#include "providers/demo/reading.h"

namespace parley::providers::demo {

Draft::Draft(const Table& of_table, std::vector<Word> of_words)
    : table(of_table), words(std::move(of_words)), used(words.size()) {
  mentions = find_mentions(words, table);
  intent.table = &table;
}

std::string_view Draft::word(size_t at) const {
  return at < words.size() && words[at].kind != Word::Kind::quoted
             ? std::string_view(words[at].normal)
             : std::string_view();
}

bool Draft::is(size_t at, std::initializer_list<std::string_view> any) const {
  const std::string_view here = word(at);
  return !here.empty() && std::find(any.begin(), any.end(), here) != any.end();
}

bool Draft::has_phrase(size_t at, std::string_view phrase) const {
  while (!phrase.empty()) {
    const std::string_view next = phrase.substr(0, phrase.find(' '));
    if (at >= words.size() || used[at] || word(at) != next) return false;
    phrase.remove_prefix(std::min(phrase.size(), next.size() + 1));
    ++at;
  }
  return true;
}

size_t Draft::match(size_t at, std::initializer_list<std::string_view> phrases) const {
  for (const std::string_view phrase : phrases) {
    if (has_phrase(at, phrase)) {
      return static_cast<size_t>(std::count(phrase.begin(), phrase.end(), ' ')) + 1;
    }
  }
  return 0;
}

void Draft::use(size_t begin, size_t end) {
  for (size_t i = begin; i < std::min(end, used.size()); ++i) used[i] = true;
}

bool Draft::is_number(size_t at) const {
  return at < words.size() && !used[at] && words[at].kind == Word::Kind::number;
}

size_t Draft::skip(size_t at, std::initializer_list<std::string_view> any) const {
  while (is(at, any)) ++at;
  return at;
}

const Mention* Draft::mention_at(size_t begin) const {
  for (const Mention& one : mentions) {
    if (one.begin == begin && !is_used(begin)) return &one;
  }
  return nullptr;
}

const Mention* Draft::mention_before(size_t end) const {
  for (const Mention& one : mentions) {
    if (one.end == end && !is_used(one.begin)) return &one;
  }
  return nullptr;
}

const Column* Draft::column_at(size_t begin) const {
  const Mention* mention = mention_at(begin);
  return mention == nullptr || mention->is_value ? nullptr : mention->best();
}

bool Draft::is_rows(size_t at) const {
  return at < words.size() && names_rows(table, words[at]);
}

void Draft::fail(std::string why) {
  if (trouble.empty()) trouble = std::move(why);
}

void Draft::fail_without_numbers(const Column& column) {
  const std::string name = escaped(label_of(column));
  if (column.is_time()) return fail(fmt::format("The column {} holds dates, not numbers.", name));
  if (column.type != ColumnType::text) {
    return fail(fmt::format("The column {} holds no numbers to calculate with.", name));
  }
  std::string example;
  for (const KnownValue& one : column.known) {
    // The cell that is no number is why the others are none either.
    const bool is_telling = !is_mostly_digits(one.text);
    if (example.empty() || is_telling) example = one.text;
    if (is_telling) break;
  }
  if (!example.empty()) example = fmt::format(", such as “{}”", escaped(example));
  fail(fmt::format("The column {} holds texts{}, not numbers.", name, example));
}

const Column* measure_of(const Mention& mention) {
  if (mention.is_value) return nullptr;
  const bool is_named = mention.score() == score_exact;
  for (const auto& one : mention.candidates) {
    if (is_named && one.score != score_exact) break;
    if (is_measure(*one.column)) return one.column;
  }
  const Column* best = mention.best();
  return best->is_number() && is_named ? best : nullptr;
}

const Column* texts_of(const Mention* mention) {
  if (mention == nullptr || mention->is_value || mention->score() < score_exact) return nullptr;
  const Column* column = mention->best();
  const bool holds_texts = column->type == ColumnType::text || column->is_time();
  return holds_texts && measure_of(*mention) == nullptr ? column : nullptr;
}

const Column* group_of(const Mention& mention) {
  if (mention.is_value) return nullptr;
  if (mention.score() == score_exact) return mention.best();
  for (const auto& one : mention.candidates) {
    if (!one.column->is_number()) return one.column;
  }
  return mention.best();
}

}  // namespace parley::providers::demo
