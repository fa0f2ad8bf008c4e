#include "files/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "files/summary.h"
#include "formats/case_fold.h"
#include "formats/csv_columns.h"
#include "formats/json_text.h"

namespace parley::files {

namespace {

constexpr size_t feed_bytes = 8 * 1024;

/// The matches so far, as the inside of a JSON array.
class Matches {
 public:
  void add(std::string_view json) {
    ++total_;
    if (total_ > search_results_max) return;
    if (list_.size() + json.size() > results_bytes_max) {
      is_truncated_ = true;
      return;
    }
    if (!list_.empty()) list_.push_back(',');
    list_.append(json);
  }
  void add_oversized() {
    if (++total_ <= search_results_max) is_truncated_ = true;
  }

  bool wants_more() const { return total_ < search_results_max; }

  std::string json(std::string_view list_name, std::string_view rest) const {
    return fmt::format("{{\"{}\":[{}],\"totalMatches\":{}{}{}}}", list_name, list_, total_, rest,
                       is_truncated_ ? ",\"truncated\":true" : "");
  }

 private:
  std::string list_;
  int64_t total_ = 0;
  bool is_truncated_ = false;
};

std::string row_json(const formats::CsvRow& row, const formats::CsvColumns& columns) {
  std::string out = "{";
  for (size_t column = 0; column < row.size(); ++column) {
    if (column > 0) out.push_back(',');
    append_json_string(out, columns.name_of(column));
    out.push_back(':');
    append_json_string(out, row.cell(column));
  }
  return out + "}";
}

std::string columns_json(const formats::CsvColumns& columns) {
  std::string out;
  for (const std::string& name : columns.names()) {
    if (!out.empty()) out.push_back(',');
    append_json_string(out, name);
  }
  return ",\"searchedColumns\":[" + out + "]";
}

/// Searches the items of a JSON file, token by token.
class ItemSearch {
 public:
  ItemSearch(formats::JsonLayout layout, std::string_view text)
      : depth_(formats::item_depth(layout)),
        matcher_(formats::search_needle(text)),
        search_writer_(formats::JsonTextWriter::Form::search, search_text_),
        item_writer_(formats::JsonTextWriter::Form::compact, item_) {}
  ItemSearch(const ItemSearch&) = delete;

  void see(const formats::JsonToken& token) {
    if (token.depth < depth_) return;
    if (!matcher_.found()) {
      search_writer_.write(token);
      if (search_text_.size() > feed_bytes) flush();
    }
    if (matches_.wants_more() && item_.size() <= results_bytes_max) item_writer_.write(token);
    if (token.depth == depth_ && formats::ends_value(token)) end_item();
  }

  std::string json() const { return matches_.json("matchingItems", ""); }

 private:
  void flush() {
    matcher_.feed(search_text_);
    search_text_.clear();
  }
  void end_item() {
    flush();
    if (matcher_.found() && item_.size() > results_bytes_max) {
      matches_.add_oversized();
    } else if (matcher_.found()) {
      matches_.add(item_);
    }
    matcher_.restart();
    search_writer_.restart();
    item_writer_.restart();
    item_.clear();
  }

  size_t depth_;
  Matches matches_;
  SubstringMatcher matcher_;
  std::string search_text_;
  std::string item_;
  formats::JsonTextWriter search_writer_;
  formats::JsonTextWriter item_writer_;
};

}  // namespace

void SubstringMatcher::feed(std::string_view piece) {
  if (found_) return;
  tail_.append(piece);
  found_ = tail_.find(needle_) != std::string::npos;
  if (tail_.size() >= needle_.size()) tail_.erase(0, tail_.size() - needle_.size() + 1);
}

void SubstringMatcher::restart() {
  tail_.clear();
  found_ = false;
}

Result<std::string> search_csv(formats::TextReader& reader, const formats::CsvLimits& limits,
                               std::string_view text) {
  const std::string needle = formats::to_lower(text);
  // Cells are joined by NULs, so a text with a NUL would match across them; no cell has one.
  const bool may_match = needle.find('\0') == std::string::npos;
  Matches matches;
  formats::CsvColumns columns;
  formats::CsvReader csv(limits, [&](const formats::CsvRow& row) {
    if (columns.names().empty()) {
      columns = formats::CsvColumns(row, limits.columns_max);
    } else if (may_match && formats::to_lower(row.joined()).find(needle) != std::string::npos) {
      matches.add(matches.wants_more() ? row_json(row, columns) : "");
    }
  });
  TRY(formats::read_csv(reader, csv));
  return matches.json("matchingRows", columns_json(columns));
}

Result<std::string> search_json(formats::TextReader& reader, const formats::JsonLimits& limits,
                                formats::JsonLayout layout, std::string_view text) {
  ItemSearch search(layout, text);
  TRY(formats::read_json(reader, limits,
                         [&search](const formats::JsonToken& token) { search.see(token); }));
  return search.json();
}

}  // namespace parley::files
