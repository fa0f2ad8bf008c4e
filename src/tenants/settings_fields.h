// Fields: how one member of a settings struct is read from JSON, checked and written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace parley::tenants {

/// What would have fitted ("true or false"); nullopt: it did.
using Misfit = std::optional<std::string>;
using TextCheck = bool (*)(std::string_view text);

template <class Section>
struct Field {
  std::string_view name;
  std::function<Misfit(Section&, const Json&)> read;
  std::function<Json(const Section&)> write;
  bool is_secret = false;
};

/// True if `text` has no control characters but line ends and tabs, and at most `characters_max`.
bool is_text(const std::string& text, size_t characters_max);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Null takes away what may be absent.
template <class Value>
bool take_away(Value& value, const Json& json) {
  if constexpr (is_optional<Value>) {
    if (json.is_null()) value.reset();
    return json.is_null();
  }
  return false;
}

template <class Value>
Json json_of(const Value& value) {
  if constexpr (is_optional<Value>) {
    return value ? Json(*value) : Json();
  } else {
    return value;
  }
}

/// A text that is empty or fits `check`; `wanted` describes it.
template <class Section, class Text>
Field<Section> text_field(std::string_view name, Text Section::*member, size_t characters_max,
                          const std::string& wanted = "a text", TextCheck check = nullptr) {
  const auto read = [=](Section& section, const Json& json) -> Misfit {
    if (take_away(section.*member, json)) return std::nullopt;
    const auto fits = [&](const std::string& text) {
      return is_text(text, characters_max) && (text.empty() || check == nullptr || check(text));
    };
    if (!json.is_string() || !fits(json.get<std::string>())) {
      return wanted + " of at most " + std::to_string(characters_max) + " characters";
    }
    section.*member = json.get<std::string>();
    return std::nullopt;
  };
  return {name, read, [=](const Section& section) { return json_of(section.*member); }};
}

template <class Section>
Field<Section> integer_field(std::string_view name, int64_t Section::*member, int64_t max) {
  const auto read = [=](Section& section, const Json& json) -> Misfit {
    const auto number = find_integer(Json{{"it", json}}, "it");
    if (!number || *number < 0 || *number > max) {
      return "a whole number from 0 to " + std::to_string(max);
    }
    section.*member = *number;
    return std::nullopt;
  };
  return {name, read, [=](const Section& section) { return Json(section.*member); }};
}

template <class Section, class Flag>
Field<Section> flag_field(std::string_view name, Flag Section::*member) {
  const auto read = [=](Section& section, const Json& json) -> Misfit {
    if (take_away(section.*member, json)) return std::nullopt;
    if (!json.is_boolean()) return "true or false";
    section.*member = json.get<bool>();
    return std::nullopt;
  };
  return {name, read, [=](const Section& section) { return json_of(section.*member); }};
}

template <class Section, class Choice>
Field<Section> choice_field(std::string_view name, Choice Section::*member,
                            std::vector<std::pair<Choice, std::string>> choices) {
  const auto read = [=](Section& section, const Json& json) -> Misfit {
    std::string names;
    for (const auto& [choice, text] : choices) {
      if (json == text) {
        section.*member = choice;
        return std::nullopt;
      }
      names += (names.empty() ? "" : ", ") + text;
    }
    return "one of " + names;
  };
  const auto write = [=](const Section& section) {
    for (const auto& [choice, text] : choices) {
      if (section.*member == choice) return Json(text);
    }
    return Json();
  };
  return {name, read, write};
}

/// At most `items_max` texts that fit `check`.
template <class Section>
Field<Section> list_field(std::string_view name,
                          std::optional<std::vector<std::string>> Section::*member,
                          size_t items_max, size_t characters_max, const std::string& wanted,
                          TextCheck check = nullptr) {
  const auto read = [=](Section& section, const Json& json) -> Misfit {
    if (take_away(section.*member, json)) return std::nullopt;
    const std::string misfit = "a list of at most " + std::to_string(items_max) + " " + wanted +
                               " of at most " + std::to_string(characters_max) + " characters";
    if (!json.is_array() || json.size() > items_max) return misfit;
    std::vector<std::string> items;
    for (const Json& item : json) {
      if (!item.is_string()) return misfit;
      items.push_back(item.get<std::string>());
      if (items.back().empty() || !is_text(items.back(), characters_max)) return misfit;
      if (check != nullptr && !check(items.back())) return misfit;
    }
    section.*member = std::move(items);
    return std::nullopt;
  };
  return {name, read, [=](const Section& section) { return json_of(section.*member); }};
}

}  // namespace parley::tenants
