// JsonExcerpt: one JSON value as text of bounded length that stays JSON: a list or object that is
// too long loses its last members, whole ones.
//
// Threads: one. Memory: bytes_max and one token.
#pragma once

#include <cstdint>
#include <string>

#include "formats/json_reader.h"
#include "formats/json_text.h"

namespace parley::datasets {

class JsonExcerpt {
 public:
  /// `bytes_max`: ≥ 2. `depth`: of the value's first token.
  JsonExcerpt(size_t bytes_max, size_t depth) : bytes_max_(bytes_max), depth_(depth) {}
  JsonExcerpt(const JsonExcerpt&) = delete;
  JsonExcerpt& operator=(const JsonExcerpt&) = delete;

  /// The value's tokens, one after the other. True for the last one.
  bool take(const formats::JsonToken& token);

  /// Longer than bytes_max if the value is a single string or number that is.
  const std::string& text() const { return text_; }
  int64_t left_out() const { return left_out_; }  ///< members

 private:
  size_t bytes_max_;
  size_t depth_;
  std::string text_;
  formats::JsonTextWriter writer_{formats::JsonTextWriter::Form::compact, text_};
  size_t whole_bytes_ = 1;  ///< of the bracket and the members that fit
  bool is_full_ = false;
  int64_t left_out_ = 0;
};

}  // namespace parley::datasets
