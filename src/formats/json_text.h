// JSON text from tokens, without a document in memory. Pure, except that a writer keeps its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/json_reader.h"

namespace parley::formats {

/// Appends `text` with its letters in lower case and all beyond ASCII as \uXXXX, without quotes
/// and without escaping: how a search text is compared with search_form output.
std::string search_needle(std::string_view text);

/// A JSON number as Python prints it: "1.50" → "1.5", "1e20" → "1e+20", integers unchanged.
std::string python_number(const JsonToken& token);

/// Writes one value, token by token, to the end of a string.
class JsonTextWriter {
 public:
  enum class Form {
    compact,  ///< {"a":1}
    search,   ///< document 004's: as Python's json.dumps, {"a": 1}, ASCII only, in lower case
  };

  JsonTextWriter(Form form, std::string& out) : form_(form), out_(out) {}

  void write(const JsonToken& token);

  /// Ready for another value.
  void restart() {
    has_members_.clear();
    after_key_ = false;
  }

 private:
  void separate();

  Form form_;
  std::string& out_;
  std::vector<bool> has_members_;  ///< one per open container
  bool after_key_ = false;
};

}  // namespace parley::formats
