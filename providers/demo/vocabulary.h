// Vocabulary: the English words that a question about data is made of. Pure look-ups, lower case.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "providers/demo/schema.h"

namespace parley::providers::demo {

enum class Aggregate { count, count_distinct, sum, average, minimum, maximum };

/// Words that carry no condition: articles, auxiliaries, "show me", "in the data", "sold".
bool is_filler(std::string_view word);

/// Words with a part in the grammar of questions: "total", "by", "over", "top". They name no column
/// unless it is called exactly so.
bool is_keyword(std::string_view word);

/// "total" → sum, "mean" → average, "lowest" → no aggregate: that is a superlative.
std::optional<Aggregate> aggregate_of(std::string_view word);

/// "rows", "records", "entries": what any table consists of.
bool is_row_noun(std::string_view stem);

/// Columns that people call `stem` by another name, best first: "revenue" → the amount, "when" →
/// the date, "client" → the customer.
std::vector<const Column*> columns_called(std::string_view stem, const Table& table);

/// The column of money or, failing that, the only measure; null if there is no telling.
const Column* default_measure(const Table& table);
const Column* find_price(const Table& table);
const Column* find_time(const Table& table);
/// The first number column that has one of `words` in its name.
const Column* find_number_named(const Table& table, std::initializer_list<std::string_view> words);

/// A superlative: which end of which column.
struct Superlative {
  enum class Of { any, price, time, age, count, size };
  bool is_highest = true;
  Of of = Of::any;
};
std::optional<Superlative> superlative_of(std::string_view word);

/// What a question asks that no simple query answers; the reason, or empty.
std::string_view beyond_reason(std::string_view word);

}  // namespace parley::providers::demo
