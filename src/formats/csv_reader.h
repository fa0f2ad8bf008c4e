// CsvReader: a streaming parser for delimiter-separated text (RFC 4180), fed piece by piece.
//
// Beyond the RFC: CR, LF and CRLF end a row; the delimiter is found out (comma, semicolon, tab,
// bar, or Excel's "sep=" line); white space around cells is dropped, inside quotes it stays; blank
// lines are skipped; a quote inside an unquoted cell is an ordinary character.
// Threads: one per object. Memory: the row in progress, at most row_bytes_max, plus 64 KiB.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::formats {

struct CsvLimits {
  int64_t rows_max = 200'000;  ///< without the header
  size_t columns_max = 512;
  size_t cell_bytes_max = 1024 * 1024;
  size_t row_bytes_max = 4 * 1024 * 1024;
};

/// One row; valid inside the callback only.
class CsvRow {
 public:
  CsvRow(std::string_view joined, const std::vector<size_t>& ends) : joined_(joined), ends_(ends) {}

  size_t size() const { return ends_.size(); }
  std::string_view cell(size_t column) const {
    const size_t begin = column == 0 ? 0 : ends_[column - 1] + 1;
    return joined_.substr(begin, ends_[column] - begin);
  }

  /// All cells with a NUL after each: one text to search, with no match across two cells.
  std::string_view joined() const { return joined_; }

 private:
  std::string_view joined_;
  const std::vector<size_t>& ends_;
};

/// The delimiter that fits the first lines of `sample` best; a comma if none does.
/// `is_whole`: the sample is the whole file, so that its last line counts too.
char detect_delimiter(std::string_view sample, bool is_whole);

class CsvReader {
 public:
  using OnRow = std::function<void(const CsvRow&)>;

  CsvReader(CsvLimits limits, OnRow on_row);

  /// Takes the next piece of UTF-8 text, cut anywhere. Rows are reported as they are complete.
  /// Errors: invalid, "line 7: …": over a limit. After an error the reader is spent.
  Result<void> push(std::string_view piece);

  /// The end of the text. Errors: as push(), and a quote that was never closed.
  Result<void> finish();

  /// Known once the first row is reported.
  char delimiter() const { return delimiter_; }

 private:
  enum class State { cell_start, plain, quoted, quote_seen };

  void choose_delimiter(bool is_whole);
  Result<void> parse(std::string_view text);
  size_t start_cell(std::string_view text, size_t at);
  Result<size_t> take_plain(std::string_view text, size_t at);
  Result<size_t> take_quoted(std::string_view text, size_t at);
  void count_line(char byte);
  Result<void> append(std::string_view run);
  Result<void> end_cell();
  Result<void> end_row();
  bool is_blank(char byte) const;
  tl::unexpected<Error> failure(int64_t line, std::string_view what) const;

  CsvLimits limits_;
  OnRow on_row_;
  char delimiter_ = 0;  ///< 0: not known yet
  std::string sample_;  ///< text seen before the delimiter is known
  State state_ = State::cell_start;
  std::string row_;
  std::vector<size_t> ends_;
  size_t cell_begin_ = 0;
  size_t trim_floor_ = 0;  ///< quoted text below this offset is not trimmed
  bool was_quoted_ = false;
  bool after_return_ = false;  ///< the last byte was CR: an LF belongs to it
  int64_t rows_ = 0;
  int64_t line_ = 1;
  int64_t quote_line_ = 0;
};

}  // namespace parley::formats
