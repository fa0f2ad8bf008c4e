// Reads what a question says about texts, truth and missing values.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "providers/demo/draft.h"
#include "providers/demo/figures.h"

namespace parley::providers::demo {

namespace {

using Test = Condition::Test;

constexpr size_t any_columns_max = 12;

void add_condition(Draft& draft, std::vector<const Column*> columns, Test test,
                   std::vector<std::string> values) {
  auto& all = draft.intent.conditions;
  // "paid or open", "Bern and Rome": one column cannot be both, so either will do.
  const bool joins = test == Test::equal || test == Test::not_equal;
  for (Condition& one : all) {
    if (!joins || one.test != test || one.columns != columns) continue;
    one.values.insert(one.values.end(), values.begin(), values.end());
    return;
  }
  all.push_back({std::move(columns), test, std::move(values), {}});
}

bool is_negated(const Draft& draft, size_t at) {
  size_t i = at;
  while (i > 0 && draft.is(i - 1, {"in", "from", "the", "a", "is", "are", "for", "status", "="}))
    --i;
  if (i == 0) return false;
  return draft.is(i - 1, {"not", "except", "excluding", "without", "isn't", "aren't", "wasn't",
                          "isnt", "arent", "!=", "nor", "never", "no"}) ||
         (i > 1 && draft.is(i - 1, {"than", "for", "from"}) &&
          draft.is(i - 2, {"other", "except", "apart"}));
}

void use_negation(Draft& draft, size_t at) {
  for (size_t i = at; i > 0 && at - i < 5; --i) {
    const bool is_part = draft.is(
        i - 1, {"in",    "from",   "the",       "a",       "is",    "are",    "for",    "=",
                "not",   "except", "excluding", "without", "isn't", "aren't", "wasn't", "isnt",
                "arent", "!=",     "nor",       "never",   "no",    "than",   "other",  "apart"});
    if (!is_part) return;
    draft.use(i - 1, i);
  }
}

/// "excluding paid or open": what stands behind the word at `link` is excluded as well.
bool goes_on_excluding(const Draft& draft, size_t link) {
  const auto& all = draft.intent.conditions;
  return draft.is(link, {"and", "or", "nor"}) && link > 0 && draft.is_used(link - 1) &&
         !all.empty() && all.back().test == Test::not_equal;
}

// --- Missing ------------------------------------------------------------------------------------

void add_missing(Draft& draft, const Mention& mention, Test test, size_t begin, size_t end) {
  const Column* column = mention.score() == score_exact ? mention.best() : group_of(mention);
  draft.intent.conditions.push_back({{column}, test, {}, {}});
  draft.use(mention);
  draft.use(begin, end);
}

bool read_missing_before(Draft& draft, size_t at) {
  const size_t lead = draft.match(
      at, {"do not have",  "does not have", "don't have",   "doesn't have", "did not have",
           "dont have",    "doesnt have",   "have no",      "has no",       "with no",
           "had no",       "without",       "missing",      "lacking",      "lack",
           "lacks",        "not have",      "with missing", "with empty",   "with unknown",
           "have missing", "has missing"});
  if (lead == 0) return false;
  const size_t target = draft.skip(at + lead, {"a", "an", "any", "the", "their", "its"});
  const Mention* mention = draft.mention_at(target);
  if (mention == nullptr || mention->is_value) return false;
  if (mention->best()->type == ColumnType::boolean) return false;
  add_missing(draft, *mention, Test::missing, at, target);
  return true;
}

bool read_missing_behind(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"is", "are", "was", "were", "has", "have"});
  const size_t negation = draft.match(at + lead, {"not"});
  const size_t size =
      draft.match(at + lead + negation,
                  {"missing", "empty", "null", "blank", "unknown", "nulls", "missing values",
                   "no value", "no values", "known", "set", "filled in", "filled", "given"});
  if (size == 0) return false;
  const Mention* mention = draft.mention_before(at);
  if (mention == nullptr || mention->is_value) return false;
  const bool says_known = draft.is(at + lead + negation, {"known", "set", "filled", "given"});
  const bool is_missing = says_known == (negation != 0);
  add_missing(draft, *mention, is_missing ? Test::missing : Test::present, at,
              at + lead + negation + size);
  return true;
}

/// "have an email", "with a phone number", when nothing is said of its value.
bool read_present(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"have a", "have an", "has a", "has an", "with a", "with an",
                                       "having a", "having an", "that have", "who have"});
  if (lead == 0) return false;
  const Mention* mention = draft.mention_at(at + lead);
  if (mention == nullptr || mention->is_value || mention->best()->is_number()) return false;
  if (mention->best()->type == ColumnType::boolean) return false;
  const size_t next = mention->end;
  const bool goes_on = next < draft.words.size() && !draft.is(next, {"and", "by", "per", "in"});
  if (goes_on) return false;
  add_missing(draft, *mention, Test::present, at, next);
  return true;
}

// --- Values -------------------------------------------------------------------------------------

/// Steps from a column over "is", "=", "equal to" to its value; 0 words: nothing links them.
size_t link_words(const Draft& draft, size_t at) {
  return draft.match(
      at, {"is not equal to", "is equal to", "equals to", "equal to", "is not", "are not", "isn't",
           "aren't", "is", "are", "=", "!=", "equals", "was", "were", "called", "named", "not"});
}

bool has_negation(const Draft& draft, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (draft.is(i, {"not", "isn't", "aren't", "!="})) return true;
  }
  return false;
}

bool read_boolean(Draft& draft, const Mention& mention) {
  const Column* column = mention.best();
  if (mention.is_value || column->type != ColumnType::boolean) return false;
  const bool is_group = mention.begin > 0 &&
                        draft.is(mention.begin - 1, {"by", "per", "each", "every", "and", "which",
                                                     "distinct", "different"}) &&
                        !draft.is(mention.end, {"=", "is"});
  const bool is_spread = mention.begin > 1 && draft.is(mention.begin - 1, {"of"}) &&
                         draft.is(mention.begin - 2, {"distribution", "breakdown", "split"});
  if (is_group || is_spread) return false;
  const size_t link = link_words(draft, mention.end);
  const size_t at = mention.end + link;
  bool is_not = has_negation(draft, mention.end, at);
  bool is_true = true;
  size_t end = mention.end;
  if (draft.is(at, {"true", "yes", "1", "false", "no", "0", "y", "n"})) {
    is_true = draft.is(at, {"true", "yes", "1", "y"});
    end = at + 1;
  } else {
    is_not = is_negated(draft, mention.begin);
    use_negation(draft, mention.begin);
  }
  add_condition(draft, {column}, is_not ? Test::not_equal : Test::equal, {is_true ? "1" : "0"});
  draft.use(mention.begin, end);
  return true;
}

/// The column of a value: one that is named right beside it, else the one that has it most.
const Mention::Candidate& pick(const Draft& draft, const Mention& value, size_t& begin,
                               size_t& end) {
  size_t before = value.begin;
  for (size_t i = 0; i < 4 && before > 0; ++i) {
    if (!draft.is(before - 1, {"is", "are", "=", "the", "of", "in", "not", "to", "equals", "equal",
                               "!=", "isn't", "was", "were", "a"})) {
      break;
    }
    --before;
  }
  for (const Mention* near : {draft.mention_before(before), draft.mention_at(value.end)}) {
    if (near == nullptr || near->is_value) continue;
    for (const auto& candidate : value.candidates) {
      const bool fits =
          std::any_of(near->candidates.begin(), near->candidates.end(),
                      [&](const auto& one) { return one.column == candidate.column; });
      if (!fits) continue;
      begin = std::min(begin, near->begin);
      end = std::max(end, near->end);
      return candidate;
    }
  }
  return value.candidates.front();
}

void read_known_value(Draft& draft, const Mention& value) {
  size_t begin = value.begin;
  size_t end = value.end;
  const auto& found = pick(draft, value, begin, end);
  const auto& all = draft.intent.conditions;
  const bool goes_on = begin > 0 && goes_on_excluding(draft, begin - 1) &&
                       all.back().columns.front() == found.column;
  const bool is_not = goes_on || is_negated(draft, value.begin) ||
                      has_negation(draft, begin, value.begin) || is_negated(draft, begin);
  use_negation(draft, value.begin);
  use_negation(draft, begin);
  add_condition(draft, {found.column}, is_not ? Test::not_equal : Test::equal, {found.value});
  draft.use(begin, end);
}

bool may_be_unknown_value(const Draft& draft, size_t at) {
  if (at >= draft.words.size() || draft.is_used(at)) return false;
  const Word& word = draft.words[at];
  if (word.kind == Word::Kind::quoted) return true;
  if (word.kind != Word::Kind::word || is_keyword(word.normal) || draft.is_rows(at)) return false;
  if (!beyond_reason(word.normal).empty()) return false;
  return draft.mention_at(at) == nullptr && (word.is_capital || !is_filler(word.normal));
}

/// The words of a value that the schema does not show: "New York", "late". As written.
std::string unknown_value_at(const Draft& draft, size_t at, size_t& end) {
  std::string text;
  end = at;
  if (!may_be_unknown_value(draft, at)) return text;
  const bool is_capital = draft.words[at].is_capital;
  while (may_be_unknown_value(draft, end) && draft.words[end].is_capital == is_capital) {
    text += (text.empty() ? "" : " ") + draft.words[end].text;
    ++end;
    const Word& last = draft.words[end - 1];
    if (last.ends_clause || last.kind == Word::Kind::quoted) break;
  }
  return text;
}

/// "inactive", "unpaid": not what the column of that name says.
void read_opposite(Draft& draft, size_t at) {
  const std::string word(draft.word(at));
  for (const std::string_view prefix : {"in", "un", "non", "not"}) {
    if (!word.starts_with(prefix) || word.size() < prefix.size() + 3) continue;
    const std::string rest = word.substr(prefix.size());
    for (const Column& column : draft.table.columns) {
      const auto names = name_words(column.name);
      const bool is_named = std::find(names.begin(), names.end(), rest) != names.end();
      if (column.type != ColumnType::boolean || !is_named) continue;
      add_condition(draft, {&column}, Test::equal, {"0"});
      return draft.use(at, at + 1);
    }
  }
}

std::vector<const Column*> text_columns(const Draft& draft, std::string_view preposition) {
  std::vector<const Column*> all;
  std::vector<const Column*> places;
  for (const Column& column : draft.table.columns) {
    if (column.type != ColumnType::text) continue;
    if (all.size() < any_columns_max) all.push_back(&column);
    const auto words = name_words(column.name);
    const bool is_place = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "city" || word == "country" || word == "region" || word == "state" ||
             word == "town" || word == "location" || word == "place" || word == "county";
    });
    if (is_place) places.push_back(&column);
  }
  const bool is_where = preposition == "in" || preposition == "from" || preposition == "near";
  return is_where && !places.empty() ? places : all;
}

/// "city is Oslo", "city = 'Oslo'", "city Oslo", "note contains late".
bool read_named_column(Draft& draft, const Mention& mention) {
  const Column* column = nullptr;
  for (const auto& one : mention.candidates) {
    if (column == nullptr && one.column->type == ColumnType::text) column = one.column;
  }
  if (mention.is_value || column == nullptr) return false;
  Test test = Test::equal;
  size_t link = draft.match(mention.end, {"contains", "containing", "contain", "including",
                                          "includes", "like", "that contains", "which contains"});
  if (link != 0) test = Test::contains;
  if (link == 0) link = link_words(draft, mention.end);
  size_t at = draft.skip(mention.end + link, {"the", "word", "text"});
  size_t end = at;
  std::string value = unknown_value_at(draft, at, end);
  const Mention* known = draft.mention_at(at);
  if (value.empty() && test == Test::contains && known != nullptr) {
    value = draft.words[at].text;
    end = at + 1;
  }
  const bool is_number = value.empty() && draft.is_number(at);
  if (is_number) value = draft.words[at].text;
  if (is_number) end = at + 1;
  const bool is_plain_word =
      value.empty() || at >= draft.words.size() ||
      (!draft.words[at].is_capital && !is_number && draft.words[at].kind == Word::Kind::word);
  if (value.empty() || (link == 0 && is_plain_word)) return false;
  // "How many customers are late?" does not ask for a customer of that name.
  const bool is_subject =
      mention.begin > 0 && draft.is(mention.begin - 1, {"many", "which", "what", "of", "all",
                                                        "list", "show", "any", "show me"});
  if (is_subject && is_plain_word && test == Test::equal) return false;
  if (has_negation(draft, mention.end, at)) test = Test::not_equal;
  add_condition(draft, {column}, test, {value});
  draft.use(mention.begin, end);
  return true;
}

/// "from Oslo", "for Acme Ltd", "are late": any text column may have it.
bool read_loose_value(Draft& draft, size_t at) {
  const bool is_quoted =
      draft.words[at].kind == Word::Kind::quoted && draft.mention_at(at) == nullptr;
  const bool is_search = draft.is(at, {"contain", "contains", "containing", "mention", "mentions",
                                       "mentioning", "include", "includes"});
  const bool is_lead =
      draft.is(at, {"in",         "from",    "for",      "at",         "to",      "with",
                    "by",         "is",      "are",      "was",        "were",    "of",
                    "near",       "called",  "named",    "on",         "not",     "except",
                    "and",        "or",      "has",      "have",       "contain", "contains",
                    "containing", "mention", "mentions", "mentioning", "include", "includes"});
  const bool is_asking = at > 0 && draft.is(at, {"is", "are", "was", "were"}) &&
                         draft.is(at - 1, {"what", "who", "which", "where", "when", "how", "why"});
  if (!is_quoted && (!is_lead || is_asking)) return false;
  size_t target = is_quoted ? at : draft.skip(at + 1, {"the", "a", "an", "not", "all"});
  size_t end = target;
  std::string value = unknown_value_at(draft, target, end);
  if (value.empty()) return false;
  // A lower-case word after "and", "by" or "of" is more often a thing that the file lacks.
  const bool is_loose = draft.is(at, {"and", "or", "by", "of", "has", "have", "to", "on", "with"});
  const Word& first = draft.words[target];
  const bool is_plain = !first.is_capital && first.kind == Word::Kind::word;
  if (is_loose && is_plain) return false;
  auto columns = text_columns(draft, draft.word(at));
  if (columns.empty()) {
    draft.fail(fmt::format("I see no text column that could say “{}”.", escaped(value)));
    return false;
  }
  const bool is_not = draft.is(at, {"not", "except"}) || has_negation(draft, at, target) ||
                      (at > 0 && is_negated(draft, at)) || goes_on_excluding(draft, at);
  Test test = is_not ? Test::not_equal : Test::equal;
  if (is_search || is_quoted) test = is_not ? Test::not_equal : Test::contains;
  if (is_not) use_negation(draft, at + 1);
  // "Oslo or Bergen": the second goes to the columns of the first.
  const auto& all = draft.intent.conditions;
  const bool goes_on = draft.is(at, {"and", "or"}) && !all.empty() && all.back().test == test &&
                       all.back().columns.front()->type == ColumnType::text;
  if (goes_on) columns = all.back().columns;
  add_condition(draft, columns, test, {value});
  draft.use(is_quoted ? target : at, end);
  return true;
}

}  // namespace

void read_missing(Draft& draft) {
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (draft.is_used(at)) continue;
    if (!read_missing_before(draft, at) && !read_missing_behind(draft, at)) {
      read_present(draft, at);
    }
  }
}

void read_values(Draft& draft) {
  for (const Mention& one : draft.mentions) {
    if (one.is_value && !draft.is_used(one.begin)) read_known_value(draft, one);
  }
  for (const Mention& one : draft.mentions) {
    if (draft.is_used(one.begin)) continue;
    if (!read_boolean(draft, one)) read_named_column(draft, one);
  }
  for (size_t at = 0; at < draft.words.size(); ++at) {
    if (!draft.is_used(at) && draft.mention_at(at) == nullptr) read_opposite(draft, at);
  }
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    if (!draft.is_used(at)) read_loose_value(draft, at);
  }
}

}  // namespace parley::providers::demo
