// TypeGuess: the type of a column or key, from its first 100 values that are not empty.
//
// Tested in this order, each against all of them: number, boolean (true/false/1/0/yes/no), date
// (YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, the first two also with HH:MM:SS), string. No value: empty.
// Threads: one per object.
#pragma once

#include <string_view>

namespace parley::formats {

class TypeGuess {
 public:
  /// A cell, or a JSON string.
  void see_text(std::string_view text);
  /// A JSON number, as written.
  void see_number(std::string_view text);
  /// true or false of JSON: never a number.
  void see_boolean();
  /// An array or object of JSON: a string, as far as this list of types goes.
  void see_container();

  /// "empty", "number", "boolean", "date" or "string".
  std::string_view name() const;

 private:
  bool wants_more() const { return seen_ < 100; }

  int seen_ = 0;
  bool may_be_number_ = true;
  bool may_be_boolean_ = true;
  bool may_be_date_ = true;
};

}  // namespace parley::formats
