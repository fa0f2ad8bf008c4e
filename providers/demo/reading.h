// Reading: a question in plain English and the tables there are → what it wants, or why it cannot
// be answered. Pure and deterministic.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/demo/intent.h"

namespace parley::providers::demo {

struct Reading {
  const Table* table = nullptr;  ///< that the question is most likely about; never null
  std::optional<Intent> intent;
  std::string trouble;               ///< if there is no intent: why, as a sentence in Markdown
  std::vector<std::string> unknown;  ///< words that mean nothing here; then `trouble` is empty
};

/// `tables` must not be empty and must outlive the reading.
Reading read_question(std::string_view question, const std::vector<Table>& tables);

/// Two questions that the columns of `table` can answer.
std::vector<std::string> example_questions(const Table& table);

/// A column's name for people: "unit_price" → "unit price". Not escaped.
std::string label_of(const Column& column);

}  // namespace parley::providers::demo
