#include "providers/demo/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "providers/demo/figures.h"
#include "providers/demo/query.h"

namespace parley::providers::demo {

namespace {

using Shape = Intent::Shape;

constexpr size_t values_named_max = 5;

struct Result {
  std::vector<std::string> columns;
  std::vector<Json> rows;  ///< arrays, as long as `columns`
  int64_t row_count = 0;
  bool is_truncated = false;
};

std::optional<Result> read_result(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return std::nullopt;
  const Json* columns = find_member(*json, "columns");
  const Json* rows = find_member(*json, "rows");
  if (columns == nullptr || rows == nullptr || !columns->is_array() || !rows->is_array()) {
    return std::nullopt;
  }
  Result result;
  for (const Json& one : *columns) {
    result.columns.push_back(one.is_string() ? one.get<std::string>()
                                             : find_string(one, "name").value_or(""));
  }
  for (const Json& row : *rows) {
    if (row.is_array() && row.size() == result.columns.size()) result.rows.push_back(row);
  }
  result.row_count = find_integer(*json, "rowCount").value_or(int64_t(result.rows.size()));
  const Json* truncated =
      json->is_object() && json->contains("truncated") ? &(*json)["truncated"] : nullptr;
  result.is_truncated = truncated != nullptr && truncated->is_boolean() && truncated->get<bool>();
  return result;
}

std::string title_of(const Intent& intent) {
  return fmt::format("**{}**", escaped(intent.table->title));
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string rows_word(int64_t count) {
  return fmt::format("{} {}", grouped_number(static_cast<double>(count)),
                     count == 1 ? "row" : "rows");
}

bool is_count(const Measure& measure) {
  return measure.aggregate == Aggregate::count || measure.aggregate == Aggregate::count_distinct;
}

std::string shown_figure(const Json& value, const Measure& measure) {
  return shown(value, measure.column, is_count(measure));
}

std::string shown_group(const Json& value, const Group& group) {
  if (group.bucket != Bucket::none && value.is_string()) return escaped(value.get<std::string>());
  return shown(value, group.column);
}

std::optional<double> number_of(const Json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::string none_found(const Intent& intent) {
  return fmt::format("{} has no row{}.", title_of(intent), name_of(intent.conditions));
}

// --- Figures ------------------------------------------------------------------------------------

std::string word_count_of(const Intent& intent, const Measure& measure, const Json& value) {
  const std::string where = name_of(intent.conditions);
  const double count = number_of(value).value_or(0);
  if (measure.column != nullptr) {
    return fmt::format("{} has **{}** different {} of {}{}", title_of(intent),
                       grouped_number(count), count == 1 ? "value" : "values",
                       escaped(label_of(*measure.column)), where);
  }
  return fmt::format("{} has **{}** {}{}", title_of(intent), grouped_number(count),
                     count == 1 ? "row" : "rows", where);
}

std::string word_figures(const Intent& intent, const Result& result) {
  if (result.rows.empty() || result.rows[0].size() < intent.measures.size()) {
    return none_found(intent);
  }
  const Json& row = result.rows[0];
  const bool is_nothing =
      std::all_of(row.begin(), row.end(), [](const Json& v) { return v.is_null(); });
  if (is_nothing) return fmt::format("There is nothing to calculate: {}", none_found(intent));
  if (intent.measures.size() == 1 && is_count(intent.measures[0])) {
    return word_count_of(intent, intent.measures[0], row[0]) + ".";
  }
  std::vector<std::string> parts;
  for (size_t i = 0; i < intent.measures.size(); ++i) {
    const Measure& one = intent.measures[i];
    parts.push_back(fmt::format("the {} is **{}**", name_of(one), shown_figure(row[i], one)));
  }
  return fmt::format("In {}{}, {}.", title_of(intent), name_of(intent.conditions),
                     fmt::join(parts, ", "));
}

// --- Groups -------------------------------------------------------------------------------------

std::string group_names(const Intent& intent, const Json& row) {
  std::string out;
  for (size_t i = 0; i < intent.groups.size(); ++i) {
    out += (i > 0 ? ", " : "") + shown_group(row[i], intent.groups[i]);
  }
  return out;
}

/// With one digit after the point: "12.5%", "under 0.1%".
std::string percent(double share) {
  const double tenths = std::round(1000 * share);
  return tenths == 0 ? "under 0.1%" : fmt::format("{}%", grouped_number(tenths / 10));
}

/// ", $45.00 (12%) more than South ($78.00)": how far the first is from the second.
std::string margin(const Intent& intent, const Result& result) {
  if (result.rows.size() < 2) return "";
  const Measure& measure = intent.measures[0];
  const size_t at = intent.groups.size();
  const auto first = number_of(result.rows[0][at]);
  const auto second = number_of(result.rows[1][at]);
  if (!first || !second) return "";
  const std::string other = fmt::format("{} ({})", group_names(intent, result.rows[1]),
                                        shown_figure(result.rows[1][at], measure));
  const double gap = std::fabs(*first - *second);
  if (gap < 1e-9) return fmt::format(", as much as {}", other);
  const std::string share = *second > 0 ? fmt::format(" ({})", percent(gap / *second)) : "";
  const Json gap_value = gap;
  return fmt::format(", {}{} {} than {}", shown_figure(gap_value, measure), share,
                     *first > *second ? "more" : "less", other);
}

std::string shares_text(const Intent& intent, const Json& row) {
  return intent.wants_share && row.size() > intent.groups.size() + intent.measures.size()
             ? fmt::format(" ({}% of all)", shown(row.back(), nullptr))
             : std::string();
}

bool is_series(const Intent& intent) {
  return std::any_of(intent.groups.begin(), intent.groups.end(),
                     [](const Group& one) { return one.bucket != Bucket::none; });
}

bool is_by_weekday(const Intent& intent) {
  return intent.groups.front().bucket == Bucket::weekday;
}

std::string word_series(const Intent& intent, const Result& result) {
  const size_t at = intent.groups.size();
  const auto less = [at](const Json& a, const Json& b) {
    return number_of(a[at]).value_or(0) < number_of(b[at]).value_or(0);
  };
  const auto& rows = result.rows;
  const auto [lowest, highest] = std::minmax_element(rows.begin(), rows.end(), less);
  const Measure& measure = intent.measures[0];
  const bool has_days = std::any_of(
      intent.groups.begin(), intent.groups.end(),
      [](const Group& one) { return one.bucket == Bucket::day || one.bucket == Bucket::weekday; });
  std::string out = fmt::format(
      " It was highest {0} **{1}** with **{2}** and lowest {0} **{3}** with **{4}**.",
      has_days ? "on" : "in", group_names(intent, *highest), shown_figure((*highest)[at], measure),
      group_names(intent, *lowest), shown_figure((*lowest)[at], measure));
  if (rows.size() < 3 || intent.groups.size() > 1 || is_by_weekday(intent)) return out;
  return out +
         fmt::format(" It went from {} in {} to {} in {}.", shown_figure(rows.front()[at], measure),
                     group_names(intent, rows.front()), shown_figure(rows.back()[at], measure),
                     group_names(intent, rows.back()));
}

std::string word_groups(const Intent& intent, const Result& result) {
  if (result.rows.empty()) return none_found(intent);
  const size_t at = intent.groups.size();
  if (result.rows[0].size() <= at) return none_found(intent);
  std::vector<std::string> by;
  for (const Group& group : intent.groups) by.push_back(name_of(group));
  const Measure& measure = intent.measures[0];
  const std::string where = name_of(intent.conditions);
  const Json& first = result.rows[0];
  if (intent.is_ranked && intent.order == nullptr) {
    const std::string_view end = intent.is_ascending ? "lowest" : "highest";
    return fmt::format("**{}** has the {}{}: **{}**{}{}.", group_names(intent, first),
                       with_word(end, name_of(measure)), where, shown_figure(first[at], measure),
                       shares_text(intent, first),
                       intent.is_ascending && intent.wants_share ? "" : margin(intent, result));
  }
  std::string out = sentence(fmt::format(
      "{} by {}{}: {} {}.", name_of(measure), fmt::join(by, " and "), where,
      grouped_number(double(result.rows.size())), result.rows.size() == 1 ? "group" : "groups"));
  if (is_series(intent) && result.rows.size() > 1) return out + word_series(intent, result);
  return out;
}

// --- Rows ---------------------------------------------------------------------------------------

std::string word_rows(const Intent& intent, const Result& result) {
  if (result.rows.empty()) return none_found(intent);
  const std::string where = name_of(intent.conditions);
  const int64_t limit = intent.rows_max > 0 ? intent.rows_max : listed_rows_max;
  const bool is_cut = result.is_truncated || (intent.rows_max == 0 && result.row_count >= limit);
  const std::string how =
      intent.order == nullptr
          ? std::string()
          : fmt::format(", the {} {} first", intent.is_ascending ? "lowest" : "highest",
                        escaped(label_of(*intent.order)));
  if (is_cut) {
    return fmt::format("These are the first {} of {}{}{}; there may be more.",
                       rows_word(result.row_count), title_of(intent), where, how);
  }
  const bool is_sample = intent.rows_max > 0;
  return fmt::format("{} {} of {}{}{}.",
                     is_sample ? "Here are" : (result.row_count == 1 ? "There is" : "There are"),
                     fmt::format("**{}**", rows_word(result.row_count)), title_of(intent), where,
                     how);
}

/// ": **Tea**" for "which product has the highest price", or empty.
std::string owners_of(const Intent& intent, const Result& result) {
  const auto at = intent.about == nullptr
                      ? result.columns.end()
                      : std::find(result.columns.begin(), result.columns.end(), intent.about->name);
  if (at == result.columns.end()) return "";
  std::vector<std::string> names;
  for (const Json& row : result.rows) {
    const std::string name =
        fmt::format("**{}**", shown(row[size_t(at - result.columns.begin())], intent.about));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.size() > values_named_max) return "";
  return fmt::format(": {}", fmt::join(names, ", "));
}

std::string word_extreme(const Intent& intent, const Result& result) {
  if (result.rows.empty()) return none_found(intent);
  const auto at = std::find(result.columns.begin(), result.columns.end(), intent.order->name);
  if (at == result.columns.end()) return none_found(intent);
  const Json& value = result.rows[0][static_cast<size_t>(at - result.columns.begin())];
  const bool is_time = intent.order->is_time();
  const std::string_view end = is_time ? (intent.is_ascending ? "earliest" : "latest")
                                       : (intent.is_ascending ? "lowest" : "highest");
  const std::string ties =
      result.row_count == 1
          ? ""
          : fmt::format(", in {}{}", result.row_count < listed_rows_max ? "" : "at least ",
                        rows_word(result.row_count));
  return fmt::format("The {} in {}{} is **{}**{}{}.",
                     with_word(end, escaped(label_of(*intent.order))), title_of(intent),
                     name_of(intent.conditions), shown(value, intent.order), ties,
                     owners_of(intent, result));
}

std::string word_values(const Intent& intent, const Result& result) {
  if (result.rows.empty()) return none_found(intent);
  std::vector<std::string> names;
  for (const Json& row : result.rows) {
    if (names.size() < values_named_max) names.push_back(shown(row[0], intent.about));
  }
  const bool is_cut = result.is_truncated || result.row_count >= listed_rows_max;
  const auto more = static_cast<int64_t>(result.rows.size() - names.size());
  const std::string rest = more > 0 ? fmt::format(" and {} more", more) : std::string();
  return fmt::format("There are {}**{}** different {} of {}{}: {}{}.", is_cut ? "at least " : "",
                     result.row_count, result.row_count == 1 ? "value" : "values",
                     escaped(label_of(*intent.about)), name_of(intent.conditions),
                     fmt::join(names, ", "), rest);
}

std::string word_range(const Intent& intent, const Result& result) {
  if (result.rows.empty() || result.rows[0].size() < 2) return none_found(intent);
  return fmt::format("{} runs from **{}** to **{}**{}.", sentence(escaped(label_of(*intent.about))),
                     shown(result.rows[0][0], intent.about), shown(result.rows[0][1], intent.about),
                     name_of(intent.conditions));
}

std::string word_part(const Intent& intent, const Result& result) {
  if (result.rows.empty() || result.rows[0].size() < 3 || result.rows[0][2].is_null()) {
    return none_found(intent);
  }
  const Json& row = result.rows[0];
  const bool is_rows = intent.measures.empty();
  const Column* column = is_rows ? nullptr : intent.measures.front().column;
  const std::string what = is_rows ? "all rows" : "the " + escaped(label_of(*column));
  return fmt::format("Rows{} make up **{}%** of {}{}: {} of {}.", name_of({*intent.part}),
                     shown(row[2], nullptr), what, name_of(intent.conditions),
                     shown(row[0], column), shown(row[1], column));
}

std::string remarks_of(const Intent& intent) {
  std::string out;
  for (const std::string& one : intent.remarks) out += "\n\n*" + one + "*";
  return out;
}

std::string main_sentence(const Intent& intent, const Result& result) {
  switch (intent.shape) {
    case Shape::groups:
      return word_groups(intent, result);
    case Shape::rows:
      return word_rows(intent, result);
    case Shape::extreme:
      return word_extreme(intent, result);
    case Shape::values:
      return word_values(intent, result);
    case Shape::range:
      return word_range(intent, result);
    case Shape::part:
      return word_part(intent, result);
    default:
      return word_figures(intent, result);
  }
}

}  // namespace

std::string word_result(const Intent& intent, std::string_view text) {
  const auto result = read_result(text);
  if (!result) return "The query ran, but I could not read its result.\n";
  return main_sentence(intent, *result) + remarks_of(intent) + "\n";
}

std::string word_query_error(std::string_view error) {
  return fmt::format("The query for that question failed, so I have no answer: {}\n",
                     escaped(error));
}

}  // namespace parley::providers::demo
