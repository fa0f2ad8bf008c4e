// The answers that need no query: what a file is, what is known of a column, and why not.
#include <fmt/format.h>

#include <algorithm>

#include "providers/demo/figures.h"
#include "providers/demo/wording.h"

#include "base/json.h"

namespace parley::providers::demo {

namespace {

constexpr size_t columns_shown_max = 20;
constexpr size_t values_shown_max = 3;

std::string_view type_name(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "whole numbers";
    case ColumnType::real:
      return "numbers";
    case ColumnType::boolean:
      return "yes or no";
    case ColumnType::date:
      return "dates";
    case ColumnType::timestamp:
      return "dates with times";
    case ColumnType::text:
      return "text";
  }
  return "text";
}

std::string bound(const Column& column, const std::string& text) {
  if (!column.is_number()) return escaped(text);
  const auto number = parse_json(text);
  return number && number->is_number() ? shown(*number, &column) : escaped(text);
}

std::string facts_of(const Column& column) {
  std::string out(type_name(column.type));
  const bool has_range = column.is_number() || column.is_time();
  if (has_range && !column.min.empty()) {
    out += fmt::format(" from {} to {}", bound(column, column.min), bound(column, column.max));
  }
  if (column.mean && is_measure(column)) {
    out += fmt::format(", on average {}", shown(Json(*column.mean), &column));
  }
  if (!has_range && column.type != ColumnType::boolean && column.distinct > 0) {
    out += fmt::format(", {} different", grouped_number(static_cast<double>(column.distinct)));
    std::vector<std::string> values;
    for (const KnownValue& one : column.known) {
      if (values.size() < values_shown_max) values.push_back(escaped(one.text));
    }
    if (!values.empty()) out += fmt::format(": {}", fmt::join(values, ", "));
    if (column.distinct > int64_t(values.size())) out += " …";
  }
  if (column.nulls > 0) {
    out += fmt::format(" ({} missing)", grouped_number(static_cast<double>(column.nulls)));
  }
  return out;
}

std::string try_asking(const Table& table) {
  const auto examples = example_questions(table);
  return fmt::format("- *{}*\n- *{}*\n", escaped(examples[0]), escaped(examples[1]));
}

std::string overview_of(const Table& table) {
  std::string out =
      fmt::format("**{}** has **{}** rows and {} {}:\n\n", escaped(table.title),
                  grouped_number(static_cast<double>(table.rows)), table.columns.size(),
                  table.columns.size() == 1 ? "column" : "columns");
  for (size_t i = 0; i < std::min(table.columns.size(), columns_shown_max); ++i) {
    out += fmt::format("- **{}**: {}\n", escaped(label_of(table.columns[i])),
                       facts_of(table.columns[i]));
  }
  if (table.columns.size() > columns_shown_max) {
    out += fmt::format("- … and {} more\n", table.columns.size() - columns_shown_max);
  }
  for (const std::string& note : table.notes) out += fmt::format("\n{}\n", escaped(note));
  return out;
}

std::string gaps_of(const Table& table) {
  std::string list;
  for (const Column& column : table.columns) {
    if (column.nulls == 0) continue;
    list += fmt::format("- **{}**: {} of {} rows\n", escaped(label_of(column)),
                        grouped_number(static_cast<double>(column.nulls)),
                        grouped_number(static_cast<double>(table.rows)));
  }
  if (list.empty()) {
    return fmt::format("No value is missing in **{}**.\n", escaped(table.title));
  }
  return fmt::format("These columns of **{}** have missing values:\n\n{}", escaped(table.title),
                     list);
}

}  // namespace

std::string word_known(const Intent& intent, const std::vector<Table>& tables) {
  if (intent.shape == Intent::Shape::gaps) return gaps_of(*intent.table);
  if (intent.shape == Intent::Shape::facts) {
    return fmt::format("**{}** in {}: {}.\n", escaped(label_of(*intent.about)),
                       escaped(intent.table->title), facts_of(*intent.about));
  }
  std::string out;
  for (const Table& table : tables) out += overview_of(table) + "\n";
  return out + "You could ask:\n\n" + try_asking(*intent.table);
}

std::string word_trouble(const Reading& reading) {
  const Table& table = *reading.table;
  std::string why = reading.trouble;
  if (!reading.unknown.empty()) {
    std::vector<std::string> words;
    for (const std::string& word : reading.unknown) {
      if (words.size() < values_shown_max) words.push_back(fmt::format("*{}*", escaped(word)));
    }
    why = fmt::format("I do not know what {} means for **{}**, and I will not guess.",
                      fmt::join(words, ", "), escaped(table.title));
  }
  return fmt::format(
      "{}\n\nI can count, add up, average, rank, group, filter and follow over time the columns of "
      "**{}**. For example:\n\n{}",
      why, escaped(table.title), try_asking(table));
}

}  // namespace parley::providers::demo
