// ColumnsNote: one sentence for what happened in several columns, however many there are.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::datasets {

class ColumnsNote {
 public:
  /// `count` times in the column `name`; nothing if 0.
  void add(std::string_view name, int64_t count);

  /// Appends `sentence` with its {count} and {columns} filled in, unless nothing happened.
  void write(std::vector<std::string>& notes, std::string_view sentence) const;

 private:
  int64_t count_ = 0;
  size_t columns_ = 0;
  std::string names_;  ///< of the first columns
};

/// Appends `sentence` with its {count} filled in, unless `count` is 0.
void write_note(std::vector<std::string>& notes, std::string_view sentence, int64_t count);

}  // namespace parley::datasets
