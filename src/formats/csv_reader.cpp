#include "formats/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::formats {

namespace {

constexpr size_t sample_bytes = 64 * 1024;
constexpr size_t sample_records_max = 20;

// On an exact tie the rarer character inside cells wins: decimal commas beat few semicolons.
constexpr std::array candidates = {'\t', ';', '|', ','};

bool is_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f';
}

/// Delimiters per record of `sample`, outside quotes; blank records left out.
std::vector<size_t> count_delimiters(std::string_view sample, char delimiter, bool is_whole) {
  std::vector<size_t> counts;
  size_t count = 0;
  bool in_quotes = false;
  bool at_cell_start = true;
  bool is_empty = true;
  for (const char byte : sample) {
    if (counts.size() == sample_records_max) return counts;
    if (in_quotes) {
      in_quotes = byte != '"';
      continue;
    }
    if (byte == '\n' || byte == '\r') {
      if (!is_empty) counts.push_back(count);
      count = 0;
      at_cell_start = is_empty = true;
    } else if (byte == delimiter) {
      ++count;
      at_cell_start = true;
      is_empty = is_empty && is_space(byte);
    } else if (!is_space(byte)) {
      // A doubled quote closes and opens again, which leaves the state as it should be.
      in_quotes = byte == '"' && at_cell_start;
      at_cell_start = in_quotes;
      is_empty = false;
    }
  }
  if (is_whole && !is_empty && !in_quotes) counts.push_back(count);
  return counts;
}

/// "sep=;" as Excel writes it in front of the header: its delimiter, or 0.
char declared_delimiter(std::string_view sample) {
  if (sample.size() < 6 || sample.substr(0, 4) != "sep=") return 0;
  const bool is_line = sample[5] == '\n' || sample[5] == '\r';
  const bool is_known =
      std::find(candidates.begin(), candidates.end(), sample[4]) != candidates.end();
  return is_line && is_known ? sample[4] : '\0';
}

}  // namespace

char detect_delimiter(std::string_view sample, bool is_whole) {
  char best = ',';
  double best_share = 0;
  size_t best_count = 0;
  for (const char candidate : candidates) {
    const std::vector<size_t> counts = count_delimiters(sample, candidate, is_whole);
    if (counts.empty() || counts.front() == 0) continue;
    const auto alike = std::count(counts.begin(), counts.end(), counts.front());
    const double share = static_cast<double>(alike) / static_cast<double>(counts.size());
    if (share > best_share || (share == best_share && counts.front() > best_count)) {
      best = candidate;
      best_share = share;
      best_count = counts.front();
    }
  }
  return best;
}

CsvReader::CsvReader(CsvLimits limits, OnRow on_row)
    : limits_(limits), on_row_(std::move(on_row)) {}

Result<void> CsvReader::push(std::string_view piece) {
  if (delimiter_ != 0) return parse(piece);
  sample_.append(piece);
  if (sample_.size() < sample_bytes) return {};
  choose_delimiter(false);
  const std::string text = std::move(sample_);
  sample_.clear();
  return parse(text);
}

Result<void> CsvReader::finish() {
  if (delimiter_ == 0) {
    choose_delimiter(true);
    TRY(parse(sample_));
  }
  if (state_ == State::quoted) {
    return failure(quote_line_, "a quote is opened here and never closed");
  }
  if (state_ == State::cell_start && ends_.empty()) return {};
  TRY(end_cell());
  return end_row();
}

void CsvReader::choose_delimiter(bool is_whole) {
  delimiter_ = declared_delimiter(sample_);
  if (delimiter_ != 0) {
    sample_.erase(0, 5);
  } else {
    delimiter_ = detect_delimiter(sample_, is_whole);
  }
}

Result<void> CsvReader::parse(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (state_ == State::cell_start) {
      at = start_cell(text, at);
    } else if (state_ == State::quoted) {
      ASSIGN_OR_RETURN(at, take_quoted(text, at));
    } else if (state_ == State::quote_seen && text[at] == '"') {
      TRY(append("\""));
      state_ = State::quoted;
      ++at;
    } else {
      if (state_ == State::quote_seen) trim_floor_ = row_.size();
      state_ = State::plain;
      ASSIGN_OR_RETURN(at, take_plain(text, at));
    }
  }
  return {};
}

size_t CsvReader::start_cell(std::string_view text, size_t at) {
  if (after_return_ && text[at] == '\n') {
    after_return_ = false;
    return at + 1;
  }
  after_return_ = false;
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at == text.size()) return at;
  if (text[at] != '"') {
    state_ = State::plain;
    return at;
  }
  state_ = State::quoted;
  was_quoted_ = true;
  quote_line_ = line_;
  return at + 1;
}

Result<size_t> CsvReader::take_plain(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && text[end] != delimiter_ && text[end] != '\n' && text[end] != '\r') {
    ++end;
  }
  TRY(append(text.substr(at, end - at)));
  if (end == text.size()) return end;
  TRY(end_cell());
  if (text[end] != delimiter_) {
    TRY(end_row());
    after_return_ = text[end] == '\r';
    ++line_;
  }
  return end + 1;
}

Result<size_t> CsvReader::take_quoted(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && text[end] != '"') count_line(text[end++]);
  TRY(append(text.substr(at, end - at)));
  if (end == text.size()) return end;
  after_return_ = false;
  state_ = State::quote_seen;
  return end + 1;
}

void CsvReader::count_line(char byte) {
  if (byte == '\r' || (byte == '\n' && !after_return_)) ++line_;
  after_return_ = byte == '\r';
}

Result<void> CsvReader::append(std::string_view run) {
  if (row_.size() - cell_begin_ + run.size() > limits_.cell_bytes_max) {
    if (state_ == State::quoted) {
      return failure(quote_line_, fmt::format("the quoted cell that begins here is longer than {} "
                                              "bytes; is its closing quote missing?",
                                              limits_.cell_bytes_max));
    }
    return failure(line_, fmt::format("a cell is longer than {} bytes", limits_.cell_bytes_max));
  }
  if (row_.size() + run.size() > limits_.row_bytes_max) {
    return failure(line_, fmt::format("a row is longer than {} bytes", limits_.row_bytes_max));
  }
  row_.append(run);
  return {};
}

Result<void> CsvReader::end_cell() {
  if (state_ == State::quote_seen) trim_floor_ = row_.size();
  const size_t floor = std::max(cell_begin_, trim_floor_);
  while (row_.size() > floor && is_space(row_.back())) row_.pop_back();
  if (ends_.size() == limits_.columns_max) {
    return failure(line_, fmt::format("more than {} columns: leave some out", limits_.columns_max));
  }
  ends_.push_back(row_.size());
  row_.push_back('\0');
  cell_begin_ = row_.size();
  trim_floor_ = 0;
  state_ = State::cell_start;
  return {};
}

Result<void> CsvReader::end_row() {
  const bool is_blank_line = ends_.size() == 1 && ends_.front() == 0 && !was_quoted_;
  if (!is_blank_line) {
    if (rows_++ > limits_.rows_max) {
      return failure(line_, fmt::format("more than {} rows", limits_.rows_max));
    }
    on_row_(CsvRow(row_, ends_));
  }
  row_.clear();
  ends_.clear();
  cell_begin_ = 0;
  was_quoted_ = false;
  return {};
}

bool CsvReader::is_blank(char byte) const {
  return is_space(byte) && byte != delimiter_;
}

tl::unexpected<Error> CsvReader::failure(int64_t line, std::string_view what) const {
  return fail(ErrorCode::invalid, fmt::format("line {}: {}", line, what));
}

}  // namespace parley::formats
