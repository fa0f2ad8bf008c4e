// CellKinds: how many cells of a column are numbers or days, whatever the others are, so that a
// column that stays text can say why.
//
// Threads: one. Memory: four short texts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::datasets {

class CellKinds {
 public:
  /// A cell that goes together with all before it.
  void add_number(std::string_view cell) { numbers_.add(cell); }
  void add_moment(std::string_view cell) { moments_.add(cell); }

  /// Any other, without white space around it.
  void add(std::string_view cell);

  /// So many words came first that nothing more need be added.
  bool are_words() const;

  /// "text because of "TBD"; 2 of 3 cells are numbers"; empty unless half of them are.
  std::string why_text() const;

 private:
  struct Kind {
    int64_t cells = 0;
    std::string first = {};
    std::string clash = {};  ///< the first that did not go together with those before it

    void add(std::string_view cell);
    void add_clash(std::string_view cell);
  };

  Kind numbers_;
  Kind moments_;
  Kind others_;
};

}  // namespace parley::datasets
