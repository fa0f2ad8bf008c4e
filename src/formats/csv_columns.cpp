#include "formats/csv_columns.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/text.h"

namespace parley::formats {

namespace {

std::string unique_name(std::string wanted, const std::unordered_set<std::string>& taken) {
  if (taken.count(wanted) == 0) return wanted;
  for (int number = 2;; ++number) {
    std::string name = fmt::format("{}_{}", wanted, number);
    if (taken.count(name) == 0) return name;
  }
}

}  // namespace

CsvColumns::CsvColumns(const CsvRow& header, size_t columns_max) {
  std::unordered_set<std::string> taken;
  for (size_t column = 0; column < columns_max; ++column) {
    std::string wanted;
    if (column < header.size()) {
      wanted = first_characters(header.cell(column), column_name_characters_max);
    }
    if (wanted.empty()) wanted = fmt::format("column_{}", column + 1);
    std::string name = unique_name(std::move(wanted), taken);
    taken.insert(name);
    (column < header.size() ? names_ : surplus_).push_back(std::move(name));
  }
}

const std::string& CsvColumns::name_of(size_t column) const {
  return column < names_.size() ? names_[column] : surplus_[column - names_.size()];
}

}  // namespace parley::formats
