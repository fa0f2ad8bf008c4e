// Reads what a question says about dates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "providers/demo/draft.h"

namespace parley::providers::demo {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string text_of(sys_days day) {
  const year_month_day date = day;
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

int number_of(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<sys_days> day_of(int year, int month, int day) {
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

std::optional<sys_days> day_of(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  return day_of(number_of(text.substr(0, 4)), number_of(text.substr(5, 2)),
                number_of(text.substr(8, 2)));
}

/// A stretch of time, or months of any year.
struct Period {
  std::optional<sys_days> begin = {};
  std::optional<sys_days> end = {};  ///< the day after
  int month_first = 0;               ///< 1 to 12: of any year
  int month_count = 1;
  std::string said = {};
  size_t word_count = 0;
  int year = 0;  ///< that is said of months; 0: none
};

Period months_of(int year, int first, int count, std::string said, size_t words) {
  Period period{{}, {}, first, count, std::move(said), words, year};
  if (year == 0) return period;
  const auto begin = day_of(year, first, 1);
  period.begin = begin;
  period.end = sys_days(year_month_day(*begin) + months(count));
  period.month_first = 0;
  period.said += fmt::format("{}{}", period.said.empty() ? "" : " ", year);
  return period;
}

/// "January" of "January and February 2026".
Period with_year(const Period& period, int year) {
  if (period.month_first == 0 || year == 0) return period;
  return months_of(year, period.month_first, period.month_count, period.said, period.word_count);
}

int month_at(const Draft& draft, size_t at) {
  const std::string_view word = draft.word(at);
  if (at >= draft.words.size() || draft.words[at].kind != Word::Kind::word) return 0;
  if (word == "may" && !draft.words[at].is_capital) return 0;
  if (word == "sept") return 9;
  for (size_t i = 0; i < month_names.size(); ++i) {
    std::string name(month_names[i]);
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    if (word == name || (word.size() == 3 && name.starts_with(word)))
      return static_cast<int>(i) + 1;
  }
  return 0;
}

int year_at(const Draft& draft, size_t at) {
  if (!draft.is_number(at) || draft.words[at].text.size() != 4) return 0;
  const double value = draft.words[at].number;
  return value >= 1800 && value < 2200 ? static_cast<int>(value) : 0;
}

/// "5", "5th"; 0 if it is none.
int day_at(const Draft& draft, size_t at) {
  if (at >= draft.words.size()) return 0;
  const std::string_view text = draft.words[at].normal;
  const bool has_digit = !text.empty() && text[0] >= '0' && text[0] <= '9' && text.size() <= 4;
  if (!has_digit || draft.words[at].text.size() > 4) return 0;
  const int value = number_of(text);
  const std::string_view tail = text.substr(value > 9 ? 2 : 1);
  const bool is_plain =
      tail.empty() || tail == "st" || tail == "nd" || tail == "rd" || tail == "th";
  return is_plain && value >= 1 && value <= 31 ? value : 0;
}

Period whole_day(std::optional<sys_days> day, size_t words) {
  if (!day) return {};
  return {*day, *day + days(1), 0, 1, text_of(*day), words};
}

Period named_month_at(const Draft& draft, size_t at) {
  const int before = day_at(draft, at);
  const size_t of = before != 0 ? draft.skip(at + 1, {"of"}) : at;
  const int month = month_at(draft, of);
  if (month == 0) return {};
  size_t next = of + 1;
  const int after = before == 0 && year_at(draft, next) == 0 ? day_at(draft, next) : 0;
  if (after != 0) ++next;
  next =
      year_at(draft, draft.skip(next, {"of", "in"})) != 0 ? draft.skip(next, {"of", "in"}) : next;
  const int year = year_at(draft, next);
  if (year != 0) ++next;
  const int day = before + after;
  if (day != 0) return year == 0 ? Period{} : whole_day(day_of(year, month, day), next - at);
  return months_of(year, month, 1, std::string(month_names[static_cast<size_t>(month) - 1]),
                   next - at);
}

Period quarter_at(const Draft& draft, size_t at) {
  constexpr std::array<std::string_view, 4> short_names = {"q1", "q2", "q3", "q4"};
  constexpr std::array<std::string_view, 4> ordinals = {"first", "second", "third", "fourth"};
  for (size_t i = 0; i < short_names.size(); ++i) {
    const bool is_long = draft.word(at) == ordinals[i] && draft.word(at + 1) == "quarter";
    if (draft.word(at) != short_names[i] && !is_long) continue;
    const size_t next = draft.skip(at + (is_long ? 2 : 1), {"of", "in"});
    const int year = year_at(draft, next);
    const size_t count = year != 0 ? next + 1 - at : (is_long ? 2U : 1U);
    return months_of(year, static_cast<int>(i) * 3 + 1, 3, fmt::format("Q{}", i + 1), count);
  }
  return {};
}

Period period_at(const Draft& draft, size_t at) {
  if (at >= draft.words.size() || draft.is_used(at)) return {};
  const Word& word = draft.words[at];
  if (word.kind == Word::Kind::date && word.normal.size() == 10) {
    return whole_day(day_of(word.normal), 1);
  }
  if (word.kind == Word::Kind::date) {
    const int month = number_of(std::string_view(word.normal).substr(5));
    if (month < 1 || month > 12) return {};
    return months_of(number_of(std::string_view(word.normal).substr(0, 4)), month, 1,
                     std::string(month_names[static_cast<size_t>(month) - 1]), 1);
  }
  if (Period period = quarter_at(draft, at); period.word_count != 0) return period;
  if (Period period = named_month_at(draft, at); period.word_count != 0) return period;
  if (const int year = year_at(draft, at); year != 0) return months_of(year, 1, 12, "", 1);
  return {};
}

/// The column that the dates are of: one named in the question, else the first; null if none.
const Column* time_column(const Draft& draft) {
  for (const Mention& one : draft.mentions) {
    for (const auto& candidate : one.candidates) {
      if (!one.is_value && candidate.column->is_time()) return candidate.column;
    }
  }
  return find_time(draft.table);
}

const Column* calendar_column(const Draft& draft, std::string_view name) {
  for (const Column& column : draft.table.columns) {
    const auto words = name_words(column.name);
    if (column.type == ColumnType::integer && !words.empty() && words.back() == name) {
      return &column;
    }
  }
  return nullptr;
}

/// The one year in which the column has these months; 0 if there are more or none.
int only_year(const Column& column, int month_first, int month_count) {
  int found = 0;
  int count = 0;
  const int last = number_of(std::string_view(column.max).substr(0, 4));
  for (int year = number_of(std::string_view(column.min).substr(0, 4)); year <= last; ++year) {
    const std::string begin = fmt::format("{:04}-{:02}", year, month_first);
    const std::string end = fmt::format("{:04}-{:02}", year, month_first + month_count - 1);
    if (end < column.min.substr(0, 7) || begin > column.max.substr(0, 7)) continue;
    found = year;
    ++count;
  }
  return count == 1 ? found : 0;
}

bool have_nothing_in_common(const Condition& left, const Condition& right) {
  const auto& a = left.values;
  const auto& b = right.values;
  if (left.test != Condition::Test::within) {
    return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) == a.end();
  }
  for (size_t i = 0; i < a.size(); i += 2) {
    const bool is_bounded = !a[i].empty() && !a[i + 1].empty() && !b[0].empty() && !b[1].empty();
    if (!is_bounded || (a[i] < b[1] && b[0] < a[i + 1])) return false;
  }
  return true;
}

/// "In January and February": no date is in both, so either will do.
void add_condition(Draft& draft, Condition condition) {
  for (Condition& one : draft.intent.conditions) {
    const bool is_alike = one.columns == condition.columns && one.test == condition.test;
    if (!is_alike || !have_nothing_in_common(one, condition)) continue;
    one.values.insert(one.values.end(), condition.values.begin(), condition.values.end());
    if (!condition.said.empty()) one.said += " or " + condition.said;
    return;
  }
  draft.intent.conditions.push_back(std::move(condition));
}

void add_period(Draft& draft, const Period& period, std::string_view how) {
  const Column* column = time_column(draft);
  if (column == nullptr) {
    const bool is_year = period.begin && period.month_first == 0 && period.said.size() == 4;
    const Column* numbers = calendar_column(draft, is_year ? "year" : "month");
    const bool fits = numbers != nullptr && how == "in" && (is_year || period.month_first != 0);
    if (!fits) return draft.fail("The question speaks of dates, and I see no column of dates.");
    Condition condition{{numbers}, Condition::Test::equal, {}, {}};
    if (is_year) condition.values.push_back(period.said);
    for (int i = 0; !is_year && i < period.month_count; ++i) {
      condition.values.push_back(fmt::format("{}", period.month_first + i));
    }
    return add_condition(draft, std::move(condition));
  }
  Condition condition{{column}, Condition::Test::within, {"", ""}, {}};
  Period span = period;
  if (span.month_first != 0 && how == "in") {
    condition.test = Condition::Test::months;
    condition.values.clear();
    for (int i = 0; i < span.month_count; ++i) {
      condition.values.push_back(fmt::format("{:02}", span.month_first + i));
    }
    const int year = only_year(*column, span.month_first, span.month_count);
    condition.said = year != 0 ? fmt::format("in {} {}", span.said, year)
                               : fmt::format("in {} of any year", span.said);
  } else if (span.month_first != 0) {
    const int year = number_of(std::string_view(column->max).substr(0, 4));
    if (year == 0) return draft.fail("I cannot tell which year is meant.");
    span = months_of(year, span.month_first, span.month_count, span.said, span.word_count);
  }
  if (condition.test == Condition::Test::within) {
    if (how == "in" || how == "since") condition.values[0] = text_of(*span.begin);
    if (how == "after") condition.values[0] = text_of(*span.end);
    if (how == "in" || how == "until") condition.values[1] = text_of(*span.end);
    if (how == "before") condition.values[1] = text_of(*span.begin);
    const bool is_day = how == "in" && *span.end - *span.begin == days(1);
    condition.said = fmt::format("{} {}", is_day ? "on" : how, span.said);
  }
  add_condition(draft, std::move(condition));
}

/// "from X to Y", "between X and Y", "X to Y".
bool read_span(Draft& draft, size_t at) {
  const size_t lead = draft.match(at, {"between", "from"});
  const size_t first = draft.skip(at + lead, {"the"});
  Period begin = period_at(draft, first);
  if (begin.word_count == 0) return false;
  const size_t link = first + begin.word_count;
  if (!draft.is(link, {"to", "and", "until", "through", "till", "-"})) return false;
  if (draft.is(link, {"and"}) && draft.word(at) != "between") return false;
  Period end = period_at(draft, link + 1);
  if (end.word_count == 0) return false;
  begin = with_year(begin, end.year);
  end = with_year(end, begin.year);
  const bool is_backwards = begin.begin && end.begin && *end.begin < *begin.begin;
  if (is_backwards || (end.month_first != 0 && begin.month_first > end.month_first)) {
    draft.fail("I cannot tell which years are meant: the end comes before the beginning.");
  }
  add_period(draft, begin, "since");
  add_period(draft, end, "until");
  draft.use(at, link + 1 + end.word_count);
  return true;
}

/// "last month", "the past 30 days": counted back from the newest date in the data, and said so.
bool read_relative(Draft& draft, size_t at) {
  if (!draft.is(at, {"last", "past", "previous", "this", "latest", "recent", "current"})) {
    return false;
  }
  const bool has_count = draft.is_number(at + 1);
  const size_t unit_at = at + (has_count ? 2 : 1);
  if (!draft.is(unit_at,
                {"day", "days", "week", "weeks", "month", "months", "quarter", "year", "years"})) {
    return false;
  }
  const Column* column = time_column(draft);
  const auto newest = column == nullptr ? std::nullopt : day_of(column->max);
  if (!newest) {
    draft.fail("The question speaks of dates, and I see no column of dates.");
    return true;
  }
  const int count =
      has_count ? static_cast<int>(std::clamp(draft.words[at + 1].number, 1.0, 9e4)) : 1;
  const year_month_day date = *newest;
  const std::string unit = singular(draft.word(unit_at));
  const auto first_day = [&](int back, int month) {
    const auto start = year_month_day{date.year(), std::chrono::month(static_cast<unsigned>(month)),
                                      std::chrono::day(1)};
    return sys_days(start - months(back));
  };
  const int month = static_cast<int>(static_cast<unsigned>(date.month()));
  sys_days begin = *newest - days((unit == "week" ? 7 : 1) * count - 1);
  if (unit == "month") begin = first_day(count - 1, month);
  if (unit == "quarter") begin = first_day((count - 1) * 3, (month - 1) / 3 * 3 + 1);
  if (unit == "year") begin = first_day((count - 1) * 12, 1);
  const std::string said = fmt::format("from {} to {}", text_of(begin), text_of(*newest));
  draft.intent.conditions.push_back(
      {{column}, Condition::Test::within, {text_of(begin), text_of(*newest + days(1))}, said});
  draft.intent.remarks.push_back(fmt::format(
      "The file has no clock: I counted back from its newest date, {}.", text_of(*newest)));
  draft.use(at, unit_at + 1);
  return true;
}

/// "January, February and March 2026": adds them all, and tells where they end.
size_t add_listed(Draft& draft, const Period& first, size_t end) {
  std::vector<Period> all = {first};
  for (;;) {
    const bool is_linked = draft.is(end, {"and", "or"}) || draft.words[end - 1].ends_clause;
    const size_t next =
        draft.skip(end, {"and", "or", "in", "on", "during", "of", "the", "month", "year"});
    const Period more = is_linked ? period_at(draft, next) : Period{};
    if (more.word_count == 0) break;
    all.push_back(more);
    end = next + more.word_count;
  }
  for (size_t i = all.size() - 1; i > 0; --i) all[i - 1] = with_year(all[i - 1], all[i].year);
  for (size_t i = 1; i < all.size(); ++i) all[i] = with_year(all[i], all[i - 1].year);
  for (const Period& one : all) add_period(draft, one, "in");
  return end;
}

bool is_number_column_before(const Draft& draft, size_t at) {
  size_t end = at;
  while (end > 0 && draft.is(end - 1, {"is", "of", "=", "was", "equals"})) --end;
  const Mention* mention = draft.mention_before(end);
  return mention != nullptr && !mention->is_value && mention->best()->is_number();
}

}  // namespace

void read_periods(Draft& draft) {
  for (size_t at = 0; at < draft.words.size() && draft.trouble.empty(); ++at) {
    if (draft.is_used(at) || read_span(draft, at) || read_relative(draft, at)) continue;
    const bool is_plain_number = draft.is_number(at);
    const size_t lead = draft.match(at, {"not before", "starting from",
                                         "starting",   "up to",
                                         "later than", "earlier than",
                                         "prior to",   "since",
                                         "after",      "before",
                                         "until",      "till",
                                         "through",    "from",
                                         "during",     "for",
                                         "of",         "in",
                                         "on",         "the year",
                                         "year",       ">=",
                                         "<=",         ">",
                                         "<",          "=",
                                         "is"});
    size_t target = at + lead;
    target = draft.skip(target, {"the", "year", "month", "of"});
    const Period period = period_at(draft, target);
    if (period.word_count == 0 || (is_plain_number && year_at(draft, at) != 0)) continue;
    const bool is_loose = lead == 0 || draft.is(at, {"of", "is", "=", ">", "<", ">=", "<="});
    if (is_loose && draft.is_number(target) && is_number_column_before(draft, at)) continue;
    std::string_view how = "in";
    if (draft.match(at, {"since", "not before", "starting from", "starting", ">="}) != 0) {
      how = "since";
    }
    if (draft.match(at, {"after", "later than", ">"}) != 0) how = "after";
    if (draft.match(at, {"before", "earlier than", "prior to", "<"}) != 0) how = "before";
    if (draft.match(at, {"until", "till", "up to", "through", "<="}) != 0) how = "until";
    if (lead == 0 && draft.words[at].kind == Word::Kind::number && day_at(draft, at) == 0) continue;
    size_t end = target + period.word_count;
    if (how == "in") {
      end = add_listed(draft, period, end);
    } else {
      add_period(draft, period, how);
    }
    draft.use(at, end);
  }
}

}  // namespace parley::providers::demo
