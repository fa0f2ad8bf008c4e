#include "datasets/notes.h"

#include <fmt/format.h>

#include "base/text.h"

namespace parley::datasets {

namespace {

constexpr size_t named_max = 5;
constexpr size_t noted_name_characters_max = 60;

}  // namespace

void ColumnsNote::add(std::string_view name, int64_t count) {
  if (count == 0) return;
  count_ += count;
  if (columns_++ >= named_max) return;
  if (!names_.empty()) names_ += ", ";
  names_ += fmt::format("\"{}\"", first_characters(name, noted_name_characters_max));
}

void ColumnsNote::write(std::vector<std::string>& notes, std::string_view sentence) const {
  if (count_ == 0) return;
  std::string names = names_;
  if (columns_ > named_max) names += fmt::format(" and {} more", columns_ - named_max);
  notes.push_back(
      fmt::format(fmt::runtime(sentence), fmt::arg("count", count_), fmt::arg("columns", names)));
}

void write_note(std::vector<std::string>& notes, std::string_view sentence, int64_t count) {
  if (count == 0) return;
  notes.push_back(fmt::format(fmt::runtime(sentence), fmt::arg("count", count)));
}

}  // namespace parley::datasets
