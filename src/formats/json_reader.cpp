#include "formats/json_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace parley::formats {

namespace {

// The parser keeps all bytes since the last string or number for its messages; this bounds them.
constexpr size_t gap_bytes_max = 16 * 1024 * 1024;

constexpr std::string_view invalid_utf_8 = "invalid UTF-8";
constexpr std::string_view not_json = "not valid JSON";

bool is_white(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// The text as a sequence of bytes that knows where it is and stops at a limit.
class Cursor {
 public:
  Cursor(TextReader& reader, size_t token_bytes_max)
      : reader_(reader), token_bytes_max_(token_bytes_max) {}

  bool at_end() {
    if (error_ || over_limit_) return true;
    if (at_ < block_.size()) return false;
    auto next = reader_.next();
    if (!next) {
      error_ = std::move(next).error();
      return true;
    }
    block_ = *next;
    at_ = 0;
    return block_.empty();
  }
  /// at_end() as the parser asks it: remembers that it has seen the end.
  bool parser_at_end() {
    parser_saw_end_ = at_end();
    return parser_saw_end_;
  }
  char peek() const { return block_[at_]; }

  void advance() {
    last_ = block_[at_++];
    ++gap_bytes_;
    if (!is_white(last_)) ++token_bytes_;
    if (token_bytes_ > token_bytes_max_ || gap_bytes_ > gap_bytes_max) over_limit_ = true;
    if (last_ == '\n') {
      ++line_;
      character_ = 0;
    } else if ((static_cast<unsigned char>(last_) & 0xC0) != 0x80) {
      ++character_;
    }
  }

  void token_ends() { token_bytes_ = 0; }
  void value_ends() { gap_bytes_ = token_bytes_ = 0; }

  /// Skips white space; true if a line break was among it, or was read just before.
  bool skip_white() {
    bool has_break = last_ == '\n' || last_ == '\r';
    while (!at_end() && is_white(peek())) {
      advance();
      value_ends();
      has_break = has_break || last_ == '\n' || last_ == '\r';
    }
    return has_break;
  }

  std::string place() const { return fmt::format("line {}, character {}", line_, character_); }
  char last() const { return last_; }
  bool parser_saw_end() const { return parser_saw_end_; }
  bool is_over_limit() const { return over_limit_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  TextReader& reader_;
  size_t token_bytes_max_;
  std::string_view block_;
  size_t at_ = 0;
  char last_ = '\n';
  size_t token_bytes_ = 0;
  size_t gap_bytes_ = 0;
  bool over_limit_ = false;
  bool parser_saw_end_ = false;
  int64_t line_ = 1;
  int64_t character_ = 0;
  std::optional<Error> error_;
};

/// A Cursor in the shape of an input iterator, as the parser wants it.
struct CursorIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  Cursor* cursor = nullptr;  ///< null: the end

  char operator*() const { return cursor->peek(); }
  CursorIterator& operator++() {
    cursor->advance();
    return *this;
  }
  bool operator!=(const CursorIterator&) const { return !cursor->parser_at_end(); }
  bool operator==(const CursorIterator&) const { return cursor->parser_at_end(); }
};

std::string_view reason_of(std::string_view what) {
  if (what.find("surrogate") != std::string_view::npos) return "a lone surrogate";
  if (what.find("UTF-8") != std::string_view::npos) return invalid_utf_8;
  if (what.find("control character") != std::string_view::npos) {
    return "an unescaped control character";
  }
  if (what.find("out_of_range") != std::string_view::npos) return "a number out of range";
  return not_json;
}

/// Receives the parser's events, counts them and passes them on as tokens.
class Walker {
 public:
  Walker(Cursor& cursor, const JsonLimits& limits,
         const std::function<void(const JsonToken&)>& on_token)
      : cursor_(cursor), limits_(limits), on_token_(on_token) {}

  bool null() { return value(JsonKind::null, "null"); }
  bool boolean(bool is_true) { return value(JsonKind::boolean, is_true ? "true" : "false"); }
  bool number_integer(int64_t number) { return value(JsonKind::integer, fmt::to_string(number)); }
  bool number_unsigned(uint64_t number) { return value(JsonKind::integer, fmt::to_string(number)); }
  bool number_float(double, const std::string& digits) {
    // Integers beyond 64 bits arrive here too; their digits are kept.
    const bool is_integer = digits.find_first_of(".eE") == std::string::npos;
    return value(is_integer ? JsonKind::integer : JsonKind::real, digits);
  }
  bool string(std::string& text) { return value(JsonKind::string, text); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool key(std::string& text) {
    cursor_.value_ends();
    on_token_({JsonKind::key, text, depth_});
    return true;
  }
  bool start_object(std::size_t) { return enter(JsonKind::object_begin); }
  bool end_object() { return leave(JsonKind::object_end); }
  bool start_array(std::size_t) { return enter(JsonKind::array_begin); }
  bool end_array() { return leave(JsonKind::array_end); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& exception) {
    const std::string_view reason = reason_of(exception.what());
    refuse(reason);
    if (reason == invalid_utf_8) message_ += ": save the file as UTF-8";
    if (reason == not_json) message_ += hint();
    return false;
  }

  const std::string& message() const { return message_; }
  /// What may be wrong with a text that is not valid JSON and begins like no JSON of rows.
  std::string_view hint() const {
    const bool has_rows = nodes_ > 0 && (first_kind_ == JsonKind::array_begin ||
                                         first_kind_ == JsonKind::object_begin);
    return has_rows ? "" : "; a CSV file needs a name that ends in .csv";
  }
  JsonKind first_kind() const { return first_kind_; }
  bool ended_with_number() const { return ended_with_number_; }

 private:
  bool value(JsonKind kind, std::string_view text) {
    cursor_.value_ends();
    if (!count(kind)) return false;
    ended_with_number_ = kind == JsonKind::integer || kind == JsonKind::real;
    on_token_({kind, text, depth_});
    return true;
  }
  bool enter(JsonKind kind) {
    cursor_.token_ends();
    if (!count(kind)) return false;
    if (depth_ == limits_.depth_max) {
      refuse(fmt::format("nested deeper than {} levels", limits_.depth_max));
      return false;
    }
    on_token_({kind, {}, depth_++});
    return true;
  }
  bool leave(JsonKind kind) {
    cursor_.token_ends();
    ended_with_number_ = false;
    on_token_({kind, {}, --depth_});
    return true;
  }
  bool count(JsonKind kind) {
    if (nodes_ == 0) first_kind_ = kind;
    if (++nodes_ <= limits_.nodes_max) return true;
    refuse(fmt::format("more than {} values", limits_.nodes_max));
    return false;
  }
  void refuse(std::string_view reason) {
    message_ = fmt::format("{} at {}", reason, cursor_.place());
  }

  Cursor& cursor_;
  const JsonLimits& limits_;
  const std::function<void(const JsonToken&)>& on_token_;
  size_t depth_ = 0;
  int64_t nodes_ = 0;
  JsonKind first_kind_ = JsonKind::null;
  bool ended_with_number_ = false;
  std::string message_;
};

Result<void> read_value(Cursor& cursor, Walker& walker, size_t token_bytes_max) {
  // The parser would skip a byte order mark before any value; only a file's own may stand there.
  if (!cursor.at_end() && cursor.peek() == '\xEF') {
    cursor.advance();
    return fail(ErrorCode::invalid, "not valid JSON at " + cursor.place());
  }
  const bool whole = nlohmann::json::sax_parse(CursorIterator{&cursor}, CursorIterator{}, &walker,
                                               nlohmann::json::input_format_t::json, false);
  if (cursor.error()) return fail(*cursor.error());
  if (cursor.is_over_limit()) {
    return fail(ErrorCode::invalid,
                fmt::format("a value longer than {} bytes at {}", token_bytes_max, cursor.place()));
  }
  if (!whole) return fail(ErrorCode::invalid, walker.message());
  return {};
}

JsonLayout layout_of(JsonKind first) {
  if (first == JsonKind::array_begin) return JsonLayout::array;
  return first == JsonKind::object_begin ? JsonLayout::object : JsonLayout::scalar;
}

}  // namespace

std::string_view name_of(JsonLayout layout) {
  switch (layout) {
    case JsonLayout::array:
      return "array";
    case JsonLayout::object:
      return "object";
    case JsonLayout::scalar:
      return "scalar";
    case JsonLayout::lines:
      return "lines";
  }
  return "";
}

size_t item_depth(JsonLayout layout) {
  return layout == JsonLayout::array ? 1 : 0;
}

bool ends_value(const JsonToken& token) {
  return token.kind != JsonKind::object_begin && token.kind != JsonKind::array_begin &&
         token.kind != JsonKind::key;
}

Result<JsonLayout> read_json(TextReader& reader, const JsonLimits& limits,
                             const std::function<void(const JsonToken&)>& on_token) {
  Cursor cursor(reader, limits.token_bytes_max);
  Walker walker(cursor, limits, on_token);
  cursor.skip_white();
  if (cursor.at_end() && !cursor.error()) return fail(ErrorCode::invalid, "JSON file is empty");
  int64_t values = 0;
  while (values == 0 || !cursor.at_end()) {
    TRY(read_value(cursor, walker, limits.token_bytes_max));
    ++values;
    // The parser finds the end of a number by reading the byte after it, which must not be lost.
    const bool is_joined =
        walker.ended_with_number() && !cursor.parser_saw_end() && !is_white(cursor.last());
    const bool has_break = cursor.skip_white();
    if (is_joined || (!cursor.at_end() && !has_break)) {
      return fail(ErrorCode::invalid,
                  fmt::format("{} at {}{}", not_json, cursor.place(), walker.hint()));
    }
  }
  if (cursor.error()) return fail(*cursor.error());
  return values == 1 ? layout_of(walker.first_kind()) : JsonLayout::lines;
}

}  // namespace parley::formats
