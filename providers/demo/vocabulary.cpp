#include "providers/demo/vocabulary.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "providers/demo/words.h"

namespace parley::providers::demo {

namespace {

using WordSet = std::unordered_set<std::string_view>;

const WordSet& fillers() {
  static const WordSet words = {
      "a",           "about",      "actually",     "again",      "all",       "also",
      "am",          "an",         "and",          "any",        "are",       "as",
      "at",          "be",         "been",         "being",      "belong",    "belongs",
      "bought",      "brought",    "calculate",    "came",       "can",       "chart",
      "check",       "come",       "comes",        "compute",    "contain",   "contained",
      "could",       "csv",        "data",         "dataset",    "determine", "did",
      "named",       "called",     "old",          "work",       "works",     "working",
      "people",      "person",     "somebody",     "cost",       "costs",     "reads",
      "run",         "runs",       "took",         "take",       "takes",     "went",
      "buy",         "go",         "goes",         "use",        "used",      "uses",
      "following",   "currently",  "ever",         "display",    "do",        "does",
      "earned",      "exactly",    "exist",        "exists",     "fetch",     "figure",
      "figures",     "file",       "find",         "for",        "from",      "gave",
      "generate",    "generated",  "get",          "give",       "given",     "got",
      "graph",       "had",        "happen",       "happened",   "has",       "have",
      "having",      "here",       "hi",           "hello",      "i",         "if",
      "in",          "into",       "is",           "it",         "its",       "json",
      "just",        "kind",       "know",         "let",        "like",      "list",
      "listed",      "live",       "lives",        "located",    "look",      "looking",
      "made",        "make",       "many",         "me",         "much",      "my",
      "name",        "need",       "now",          "occur",      "occurred",  "of",
      "on",          "one",        "ones",         "only",       "or",        "our",
      "out",         "placed",     "please",       "plot",       "present",   "recorded",
      "registered",  "result",     "results",      "said",       "see",       "sell",
      "sheet",       "show",       "showing",      "so",         "sold",      "some",
      "spreadsheet", "tell",       "than",         "that",       "the",       "their",
      "them",        "then",       "there",        "these",      "they",      "thing",
      "things",      "this",       "those",        "to",         "up",        "us",
      "uploaded",    "want",       "was",          "we",         "were",      "what",
      "which",       "who",        "whose",        "will",       "with",      "would",
      "you",         "your",       "overall",      "altogether", "where",     "when",
      "table",       "column",     "columns",      "field",      "fields",    "value",
      "values",      "respective", "respectively", "whole",      "entire",    "together",
      "combined",    "spent",      "spend",        "whats",      "what's",    "how",
      "he",          "she",        "order",        "time",       "times",     "amount",
      "number",      "total",      "sum",          "s",          "hey",       "okay",
      "ok",          "thanks",     "quick",        "quickly",    "anyone",    "anybody",
      "someone",     "everyone",   "everybody",
  };
  return words;
}

const WordSet& keywords() {
  static const WordSet words = {
      "above",     "across",       "after",    "all",        "among",      "and",
      "any",       "ascending",    "asc",      "at",         "average",    "avg",
      "before",    "below",        "between",  "best",       "biggest",    "bottom",
      "breakdown", "by",           "cheapest", "common",     "contain",    "containing",
      "contains",  "count",        "daily",    "desc",       "descending", "different",
      "distinct",  "distribution", "down",     "during",     "each",       "earliest",
      "empty",     "equal",        "equals",   "every",      "evolve",     "except",
      "excluding", "expensive",    "exceed",   "exceeding",  "exceeds",    "fewer",
      "fewest",    "first",        "for",      "frequent",   "from",       "greater",
      "greatest",  "grouped",      "higher",   "highest",    "how",        "in",
      "is",        "larger",       "largest",  "last",       "latest",     "least",
      "less",      "list",         "longest",  "lower",      "lowest",     "many",
      "max",       "maximum",      "mean",     "min",        "minimum",    "missing",
      "monthly",   "more",         "most",     "much",       "newest",     "no",
      "not",       "null",         "number",   "of",         "oldest",     "on",
      "or",        "over",         "order",    "ordered",    "past",       "per",
      "percent",   "percentage",   "popular",  "proportion", "quarterly",  "range",
      "rank",      "ranked",       "recent",   "share",      "shortest",   "show",
      "since",     "smaller",      "smallest", "sort",       "sorted",     "split",
      "starting",  "sum",          "than",     "the",        "to",         "top",
      "total",     "trend",        "under",    "unique",     "until",      "weekly",
      "what",      "when",         "where",    "which",      "who",        "whose",
      "with",      "without",      "worst",    "yearly",     "youngest",   "yes",
      "true",      "false",        "up",       "until",      "through",    "blank",
      "exactly",   "time",         "annually",
  };
  return words;
}

using Names = std::vector<std::string_view>;

/// People's words for a column, and the words that names of such columns have, best first.
struct Synonym {
  Names said;
  Names named;
};

const std::vector<Synonym>& synonyms() {
  static const std::vector<Synonym> all = {
      {{"client", "customer", "buyer", "shopper", "purchaser", "account"},
       {"customer", "client", "buyer", "account", "user"}},
      {{"user", "member", "person"}, {"user", "member", "name", "person", "customer"}},
      {{"employee", "staff", "worker", "colleague"}, {"employee", "staff", "worker", "name"}},
      {{"item", "product", "article", "sku"}, {"product", "item", "article", "sku"}},
      {{"category", "type", "kind", "sort", "class"}, {"category", "type", "kind", "class"}},
      {{"town", "city", "place", "location"}, {"city", "town", "location", "place"}},
      {{"nation", "country"}, {"country", "nation"}},
      {{"area", "region", "territory", "zone"}, {"region", "area", "territory", "zone"}},
      {{"state", "status", "stage"}, {"status", "state", "stage"}},
      {{"mail", "email"}, {"email", "mail"}},
      {{"phone", "telephone", "mobile"}, {"phone", "telephone", "mobile"}},
      {{"pay", "wage", "salary", "earning", "earn"}, {"salary", "wage", "pay"}},
      {{"unit", "piece", "quantity", "qty"}, {"quantity", "qty", "unit", "piece", "count"}},
      {{"salesperson", "seller", "rep", "agent", "representative"},
       {"salesperson", "seller", "rep", "agent", "salesman"}},
      {{"department", "team", "division"}, {"department", "team", "division", "dept"}},
      {{"channel", "source"}, {"channel", "source"}},
  };
  return all;
}

bool contains(const Names& names, std::string_view word) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

bool has_word(const Column& column, std::string_view wanted) {
  const auto words = name_words(column.name);
  return std::any_of(words.begin(), words.end(),
                     [wanted](const std::string& word) { return singular(word) == wanted; });
}

/// A column of such a name whose numbers are texts because some cells are none.
const Column* find_spoilt(const Table& table, std::initializer_list<std::string_view> words) {
  for (const Column& column : table.columns) {
    const auto is_named = [&column](std::string_view word) { return has_word(column, word); };
    if (reads_as_number(column) && std::any_of(words.begin(), words.end(), is_named)) {
      return &column;
    }
  }
  return nullptr;
}

bool is_single_day(std::string_view word) {
  static const WordSet days = {"monday",     "mondays",   "tuesday",   "tuesdays", "wednesday",
                               "wednesdays", "thursday",  "thursdays", "friday",   "fridays",
                               "saturday",   "saturdays", "sunday",    "sundays"};
  return days.count(word) > 0;
}

}  // namespace

bool is_filler(std::string_view word) {
  return fillers().contains(word);
}

bool is_keyword(std::string_view word) {
  return keywords().contains(word) || superlative_of(word) || aggregate_of(word);
}

std::optional<Aggregate> aggregate_of(std::string_view word) {
  static const std::unordered_map<std::string_view, Aggregate> all = {
      {"total", Aggregate::sum},        {"sum", Aggregate::sum},
      {"totals", Aggregate::sum},       {"average", Aggregate::average},
      {"mean", Aggregate::average},     {"avg", Aggregate::average},
      {"averages", Aggregate::average}, {"count", Aggregate::count},
      {"typical", Aggregate::average},  {"counts", Aggregate::count},
  };
  const auto found = all.find(word);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

bool is_row_noun(std::string_view stem) {
  static const WordSet nouns = {"row",         "record", "entry",       "line",    "item",
                                "observation", "case",   "transaction", "data",    "datapoint",
                                "sample",      "rows",   "object",      "element", "event"};
  return nouns.contains(stem);
}

const Column* find_number_named(const Table& table, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    for (const Column& column : table.columns) {
      if (is_measure(column) && has_word(column, word)) return &column;
    }
  }
  return nullptr;
}

const Column* default_measure(const Table& table) {
  const Column* money = find_number_named(
      table, {"total", "revenue", "sale", "amount", "turnover", "income", "value", "gross", "net"});
  if (money != nullptr && is_additive(*money)) return money;
  const Column* only = nullptr;
  int found = 0;
  for (const Column& column : table.columns) {
    if (!is_measure(column)) continue;
    if (is_money(column) && is_additive(column)) return &column;
    only = &column;
    ++found;
  }
  return found == 1 ? only : nullptr;
}

const Column* find_price(const Table& table) {
  if (const Column* price = find_number_named(table, {"price", "cost", "fee", "rate"})) {
    return price;
  }
  return find_spoilt(table, {"price", "cost"}) == nullptr ? default_measure(table) : nullptr;
}

const Column* find_time(const Table& table) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [](const Column& column) { return column.is_time(); });
  return found == table.columns.end() ? nullptr : &*found;
}

std::vector<const Column*> columns_called(std::string_view stem, const Table& table) {
  static const Names money = {"revenue", "sale",   "turnover", "income",   "money",
                              "earning", "amount", "value",    "spending", "volume",
                              "proceed", "earned", "earn"};
  static const Names price = {"price", "cost"};
  static const Names date = {"date", "day", "when"};
  std::vector<const Column*> out;
  const auto add = [&out](const Column* column) {
    if (column != nullptr && std::find(out.begin(), out.end(), column) == out.end()) {
      out.push_back(column);
    }
  };
  if (contains(money, stem)) {
    const Column* measure = default_measure(table);
    const Column* spoilt =
        find_spoilt(table, {"total", "revenue", "sale", "amount", "turnover", "income"});
    const bool is_money_lost = spoilt != nullptr && measure != nullptr && !is_money(*measure);
    add(is_money_lost ? spoilt : measure);
  }
  if (contains(price, stem)) add(find_price(table));
  if (contains(date, stem)) add(find_time(table));
  for (const Synonym& synonym : synonyms()) {
    if (!contains(synonym.said, stem)) continue;
    for (const std::string_view name : synonym.named) {
      for (const Column& column : table.columns) {
        if (has_word(column, name)) add(&column);
      }
    }
  }
  return out;
}

std::optional<Superlative> superlative_of(std::string_view word) {
  using Of = Superlative::Of;
  static const std::unordered_map<std::string_view, Superlative> all = {
      {"highest", {true, Of::any}},    {"largest", {true, Of::any}},
      {"biggest", {true, Of::any}},    {"greatest", {true, Of::any}},
      {"maximum", {true, Of::any}},    {"max", {true, Of::any}},
      {"best", {true, Of::any}},       {"lowest", {false, Of::any}},
      {"smallest", {false, Of::any}},  {"minimum", {false, Of::any}},
      {"min", {false, Of::any}},       {"worst", {false, Of::any}},
      {"most", {true, Of::count}},     {"least", {false, Of::count}},
      {"fewest", {false, Of::count}},  {"cheapest", {false, Of::price}},
      {"priciest", {true, Of::price}}, {"costliest", {true, Of::price}},
      {"dearest", {true, Of::price}},  {"oldest", {true, Of::age}},
      {"youngest", {false, Of::age}},  {"newest", {true, Of::time}},
      {"latest", {true, Of::time}},    {"earliest", {false, Of::time}},
      {"longest", {true, Of::size}},   {"shortest", {false, Of::size}},
      {"heaviest", {true, Of::size}},  {"lightest", {false, Of::size}},
      {"tallest", {true, Of::size}},
  };
  const auto found = all.find(word);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

std::string_view beyond_reason(std::string_view word) {
  if (is_single_day(word)) return "questions about single weekdays";
  static const std::unordered_map<std::string_view, std::string_view> all = {
      {"median", "a median"},
      {"percentile", "percentiles"},
      {"percentiles", "percentiles"},
      {"quartile", "quartiles"},
      {"quartiles", "quartiles"},
      {"mode", "a mode"},
      {"deviation", "a standard deviation"},
      {"stdev", "a standard deviation"},
      {"stddev", "a standard deviation"},
      {"variance", "a variance"},
      {"correlation", "a correlation"},
      {"correlate", "a correlation"},
      {"correlated", "a correlation"},
      {"correlates", "a correlation"},
      {"regression", "a regression"},
      {"forecast", "a forecast"},
      {"predict", "a prediction"},
      {"prediction", "a prediction"},
      {"expect", "a prediction"},
      {"why", "the reasons behind the data"},
      {"because", "the reasons behind the data"},
      {"explain", "the reasons behind the data"},
      {"outlier", "outliers"},
      {"outliers", "outliers"},
      {"anomaly", "outliers"},
      {"anomalies", "outliers"},
      {"cumulative", "running totals"},
      {"running", "running totals"},
      {"moving", "moving averages"},
      {"rolling", "moving averages"},
      {"growth", "growth rates"},
      {"grew", "growth rates"},
      {"growing", "growth rates"},
      {"compare", "comparisons of two questions"},
      {"compared", "comparisons of two questions"},
      {"versus", "comparisons of two questions"},
      {"vs", "comparisons of two questions"},
      {"join", "questions over several tables at once"},
      {"joined", "questions over several tables at once"},
      {"cluster", "clusters"},
      {"clusters", "clusters"},
      {"delete", "changes to the data"},
      {"update", "changes to the data"},
      {"insert", "changes to the data"},
      {"remove", "changes to the data"},
      {"today", "questions about today (the file has no clock)"},
      {"yesterday", "questions about yesterday (the file has no clock)"},
      {"tomorrow", "a prediction"},
  };
  const auto found = all.find(word);
  return found == all.end() ? std::string_view() : found->second;
}

}  // namespace parley::providers::demo
