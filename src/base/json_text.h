// JSON as text (RFC 8259), written without a value in between. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// The letter of the two-character escape of `point`; 0 if it has none.
char json_short_escape(char32_t point);

/// Appends `text` as a JSON string; UTF-8 stays as it is, invalid bytes become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// As append_json_string(), of what is known to be UTF-8.
void append_json_string_of_utf8(std::string& out, std::string_view text);

/// Appends one object to a text, member by member. dump() writes members in key order; what is to
/// look the same adds them in that order. Keys are literals of plain characters.
class JsonObjectText {
 public:
  /// `out` must outlive it.
  explicit JsonObjectText(std::string& out) : out_(out) { out_ += '{'; }

  JsonObjectText& add(std::string_view key, std::string_view text);
  JsonObjectText& add(std::string_view key, int64_t number);
  /// `json` is the text of any value.
  JsonObjectText& add_json(std::string_view key, std::string_view json);
  /// The caller appends the value to `out`.
  void begin(std::string_view key);

  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace parley
