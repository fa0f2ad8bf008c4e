// Words: a question cut into words, numbers, dates and signs, and the forms in which names are
// compared. Pure functions; letters outside ASCII are kept as they are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::providers::demo {

struct Word {
  enum class Kind { word, quoted, number, date, sign };
  Kind kind = Kind::word;
  std::string text;    ///< as written, quotes and punctuation left out
  std::string normal;  ///< lower case, without "_" and "."; of numbers the bare digits
  std::string stem;    ///< `normal` in the singular
  bool is_capital = false;
  bool ends_clause = false;  ///< a comma or semicolon follows
  double number = 0;         ///< of numbers: "1,000", "2.5k", "$10", "15%"
};

inline constexpr size_t question_words_max = 80;

/// At most question_words_max; a longer question loses its end, see `is_too_long`.
std::vector<Word> split_words(std::string_view question);
bool is_too_long(std::string_view question);

/// "cities" → "city", "boxes" → "box", "prices" → "price", "status" → "status".
std::string singular(std::string_view lower);

/// The words of a name, lower case: "unitPrice", "unit_price", "Unit price" → unit, price.
std::vector<std::string> name_words(std::string_view name);

/// `name` as one lower-case word of letters and digits only, for comparing: "unitprice".
std::string joined(std::string_view name);
/// The same of the singular forms of its words.
std::string joined_stems(std::string_view name);

/// How a number is written in SQL: "100", "2.5".
std::string number_text(double number);

}  // namespace parley::providers::demo
