// Figures: numbers, names and values as people read them, in Markdown. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "providers/demo/intent.h"

namespace parley::providers::demo {

/// "1,234,567", "1,234.5", "0.0123"; `decimals_min` for money: "1,234.50".
std::string grouped_number(double number, int decimals_min = 0);

/// A cell of a result: numbers with separators and the unit of `column` ("$1,234.50", "12.5%",
/// "3 kg"), texts escaped and cut, null as "(none)". `column` may be null; a `count` has no unit.
std::string shown(const nlohmann::json& value, const Column* column, bool is_count = false);

/// Without effect as Markdown, on one line, at most 80 characters.
std::string escaped(std::string_view text);

/// "total amount"; `label` as it is if it says `what` already: "total", "Total amount".
std::string with_word(std::string_view what, const std::string& label);

/// "total amount", "number of rows", "average unit price". Escaped.
std::string name_of(const Measure& measure);
std::string name_of(const Group& group);

/// " where city is Bern and amount is over 100", or empty. Escaped.
std::string name_of(const std::vector<Condition>& conditions);

}  // namespace parley::providers::demo
