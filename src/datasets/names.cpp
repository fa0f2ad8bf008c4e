#include "datasets/names.h"

#include <sqlite3.h>
#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "base/text.h"
#include "formats/case_fold.h"

namespace parley::datasets {

namespace {

constexpr size_t table_name_characters_max = 60;
constexpr size_t shown_cell_characters_max = 40;

bool is_break_or_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
         point == 0xFEFF;
}

/// Letters and digits; beyond ASCII all but spaces, signs and punctuation of the common blocks.
bool is_name_character(char32_t point) {
  if (point < 0x80) return (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
  const bool is_sign = point < 0xC0 || point == 0xD7 || point == 0xF7;
  const bool is_punctuation =
      (point >= 0x2000 && point < 0x2C00) || (point >= 0x3000 && point < 0x3040) || point >= 0xE000;
  return !is_sign && !is_punctuation;
}

template <class Visit>
void each_point(std::string_view text, Visit visit) {
  const std::string valid = to_valid_utf8(text);
  for (auto at = valid.begin(); at != valid.end();) {
    visit(static_cast<char32_t>(utf8::next(at, valid.end())));
  }
}

std::string on_one_line(std::string_view text) {
  std::string line;
  each_point(without_invisible_characters(text), [&line](char32_t point) {
    const char32_t shown = is_break_or_control(point) ? U' ' : point;
    if (shown == ' ' && (line.empty() || line.back() == ' ')) return;
    utf8::append(shown, std::back_inserter(line));
  });
  return std::string(trim(first_characters(line, name_characters_max)));
}

/// `wanted`, or with the first number from 2 that makes `is_taken` false.
template <class IsTaken>
std::string unique_name(const std::string& wanted, size_t characters_max, IsTaken is_taken) {
  if (!is_taken(wanted)) return wanted;
  for (int number = 2;; ++number) {
    const std::string suffix = "_" + std::to_string(number);
    std::string name(first_characters(wanted, characters_max - suffix.size()));
    name += suffix;
    if (!is_taken(name)) return name;
  }
}

std::string snake_case(std::string_view text) {
  std::string name;
  each_point(formats::to_lower(text), [&name](char32_t point) {
    if (is_name_character(point)) {
      utf8::append(point, std::back_inserter(name));
    } else if (!name.empty() && name.back() != '_') {
      name.push_back('_');
    }
  });
  name = first_characters(name, table_name_characters_max);
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

std::string usable_table_name(std::string name, const std::vector<std::string>& taken) {
  if (name.empty()) name = "data";
  if (name.front() >= '0' && name.front() <= '9') name = "t_" + name;
  if (name.starts_with("sqlite_")) name = "t_" + name;
  if (sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) != 0) name += "_data";
  name = first_characters(name, table_name_characters_max);
  return unique_name(name, table_name_characters_max, [&taken](const std::string& wanted) {
    return std::any_of(taken.begin(), taken.end(), [&wanted](const std::string& other) {
      return formats::to_lower(other) == wanted;
    });
  });
}

std::string_view without_folders(std::string_view file_name) {
  return file_name.substr(file_name.find_last_of("/\\") + 1);
}

}  // namespace

std::vector<std::string> column_names(const std::vector<std::string>& titles) {
  std::unordered_set<std::string> taken;
  std::vector<std::string> names;
  for (const std::string& title : titles) {
    std::string wanted = on_one_line(title);
    if (wanted.empty()) wanted = "column_" + std::to_string(names.size() + 1);
    names.push_back(unique_name(wanted, name_characters_max, [&taken](const std::string& name) {
      return taken.count(formats::to_lower(name)) != 0;
    }));
    taken.insert(formats::to_lower(names.back()));
  }
  return names;
}

std::string table_name(std::string_view file_name, const std::vector<std::string>& taken) {
  std::string_view stem = without_folders(file_name);
  const size_t dot = stem.find_last_of('.');
  if (dot != std::string_view::npos) stem = stem.substr(0, dot);
  return usable_table_name(snake_case(stem), taken);
}

std::string child_table_name(std::string_view table, std::string_view key,
                             const std::vector<std::string>& taken) {
  return usable_table_name(snake_case(std::string(table) + "_" + std::string(key)), taken);
}

std::string shown_cell(std::string_view cell) {
  const std::string_view start = first_characters(cell, shown_cell_characters_max);
  return "\"" + on_one_line(start) + (start.size() < cell.size() ? "…\"" : "\"");
}

std::string table_title(std::string_view file_name) {
  return on_one_line(without_folders(file_name));
}

}  // namespace parley::datasets
