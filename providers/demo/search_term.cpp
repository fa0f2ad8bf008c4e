#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "providers/demo/replies.h"

namespace parley::providers::demo {

namespace {

/// Phrases that announce a search, most telling first.
constexpr std::array<std::string_view, 14> announcements = {
    "search for ", "look for ",  "containing ", "contains ", "contain ",
    "mentioning ", "mentions ",  "mention ",    "search ",   "find ",
    "look up ",    "filter by ", "filter for ", "matching "};

/// Words around the term that are not part of it.
constexpr std::array<std::string_view, 22> leading_noise = {
    "all ",   "any ",   "every ", "the ",     "me ",         "rows ",    "row ",    "entries ",
    "lines ", "items ", "with ",  "where ",   "that ",       "records ", "orders ", "word ",
    "text ",  "value ", "which ", "contain ", "containing ", "for "};
constexpr std::array<std::string_view, 9> trailing_noise = {
    " in the file", " in my file",  " in this file", " in the data", " in it",
    " in the csv",  " in the json", " please",       " for me"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> quotes = {
    {{"\"", "\""}, {"“", "”"}, {"«", "»"}, {"`", "`"}}};

std::string_view quoted(std::string_view question) {
  for (const auto& [open, close] : quotes) {
    const size_t begin = question.find(open);
    if (begin == std::string_view::npos) continue;
    const size_t end = question.find(close, begin + open.size());
    if (end != std::string_view::npos) {
      return trim(question.substr(begin + open.size(), end - begin - open.size()));
    }
  }
  return {};
}

bool starts_word(std::string_view text, size_t at) {
  return at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
}

std::string_view without_noise(std::string_view term) {
  constexpr std::string_view punctuation = " ?!.,;:'";
  while (!term.empty() && punctuation.find(term.back()) != std::string_view::npos) {
    term.remove_suffix(1);
  }
  for (bool again = true; again;) {
    again = false;
    const std::string lower = to_lower_ascii(term);
    for (const std::string_view word : leading_noise) {
      if (again || !lower.starts_with(word)) continue;
      term.remove_prefix(word.size());
      again = true;
    }
    for (const std::string_view word : trailing_noise) {
      if (again || !lower.ends_with(word)) continue;
      term.remove_suffix(word.size());
      again = true;
    }
  }
  while (!term.empty() && punctuation.find(term.front()) != std::string_view::npos) {
    term.remove_prefix(1);
  }
  return term;
}

/// "Berlin in orders.csv" → "Berlin".
std::string_view without_file_name(std::string_view term) {
  const size_t in = term.rfind(" in ");
  if (in == std::string_view::npos) return term;
  const std::string tail = to_lower_ascii(term.substr(in));
  const bool names_file =
      tail.find(".csv") != std::string::npos || tail.find(".json") != std::string::npos;
  return names_file ? term.substr(0, in) : term;
}

}  // namespace

std::string search_term(std::string_view question) {
  const std::string lower = to_lower_ascii(question);
  size_t after = std::string::npos;
  for (const std::string_view phrase : announcements) {
    const size_t at = lower.find(phrase);
    if (after != std::string::npos || at == std::string::npos || !starts_word(lower, at)) continue;
    after = at + phrase.size();
  }
  if (after == std::string::npos) return {};
  if (const std::string_view term = quoted(question); !term.empty()) return std::string(term);
  return std::string(without_noise(without_file_name(without_noise(question.substr(after)))));
}

}  // namespace parley::providers::demo
