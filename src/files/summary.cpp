#include "files/summary.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "files/json_summary.h"
#include "formats/csv_columns.h"
#include "formats/value_types.h"

namespace parley::files {

namespace {

constexpr size_t sample_rows = 3;
constexpr size_t sample_cell_characters = 1'000;

std::string cut(std::string_view text, size_t characters_max) {
  const std::string_view kept = first_characters(text, characters_max);
  return std::string(kept) + (kept.size() < text.size() ? "…" : "");
}

/// Collects a table's summary row by row.
class CsvSummary {
 public:
  explicit CsvSummary(size_t columns_max) : columns_max_(columns_max) {}

  void see(const formats::CsvRow& row) {
    if (!has_header_) {
      has_header_ = true;
      columns_ = formats::CsvColumns(row, columns_max_);
      types_.resize(row.size());
      return;
    }
    ++rows_;
    if (row.size() < types_.size()) ++short_rows_;
    if (row.size() > types_.size()) ++long_rows_;
    for (size_t column = 0; column < std::min(row.size(), types_.size()); ++column) {
      types_[column].see_text(row.cell(column));
    }
    if (sample_.size() < sample_rows) sample_.push_back(object_of(row));
  }

  bool has_header() const { return has_header_; }

  OrderedJson documented() const {
    OrderedJson types = OrderedJson::object();
    for (size_t column = 0; column < types_.size(); ++column) {
      types[columns_.names()[column]] = types_[column].name();
    }
    return {{"columnCount", columns_.names().size()},
            {"rowCount", rows_},
            {"columns", columns_.names()},
            {"sampleData", sample_},
            {"columnTypes", std::move(types)}};
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    if (short_rows_ > 0) {
      notes.push_back(fmt::format("{} rows have fewer cells than the header", short_rows_));
    }
    if (long_rows_ > 0) {
      notes.push_back(fmt::format("{} rows have more cells than the header", long_rows_));
    }
    return notes;
  }

 private:
  OrderedJson object_of(const formats::CsvRow& row) const {
    OrderedJson object = OrderedJson::object();
    for (size_t column = 0; column < row.size(); ++column) {
      object[columns_.name_of(column)] = cut(row.cell(column), sample_cell_characters);
    }
    return object;
  }

  size_t columns_max_;
  bool has_header_ = false;
  formats::CsvColumns columns_;
  std::vector<formats::TypeGuess> types_;
  OrderedJson sample_ = OrderedJson::array();
  int64_t rows_ = 0;
  int64_t short_rows_ = 0;
  int64_t long_rows_ = 0;
};

/// True if all of the text is one JSON array or object, or JSON Lines of them.
Result<bool> is_json(formats::ByteSource& source, const formats::TextFormat& format,
                     const formats::JsonLimits& limits) {
  formats::TextReader reader(source, format, formats::TextReader::Faults::keep);
  ASSIGN_OR_RETURN(const std::string_view start, reader.next());
  const std::string_view text = trim(start);
  if (text.empty() || (text.front() != '{' && text.front() != '[')) return false;
  formats::TextReader again(source, format, formats::TextReader::Faults::keep);
  return formats::read_json(again, limits, [](const formats::JsonToken&) {}).has_value();
}

void note_faults(std::vector<std::string>& notes, const formats::TextFormat& format) {
  if (!format.has_faults) return;
  notes.emplace_back("some broken characters were replaced by U+FFFD");
}

Result<Summary> summarise_csv(formats::ByteSource& source, const formats::ReadLimits& limits) {
  ASSIGN_OR_RETURN(formats::TextReader reader, formats::open_text(source, FileType::csv));
  ASSIGN_OR_RETURN(const bool lies, is_json(source, reader.format(), limits.json));
  if (lies) return fail(ErrorCode::invalid, "the content is JSON, not CSV");
  source.rewind();
  CsvSummary summary(limits.csv.columns_max);
  formats::CsvReader csv(limits.csv, [&summary](const formats::CsvRow& row) { summary.see(row); });
  TRY(formats::read_csv(reader, csv));
  if (!summary.has_header()) return fail(ErrorCode::invalid, "CSV file is empty");
  std::vector<std::string> notes = summary.notes();
  note_faults(notes, reader.format());
  OrderedJson details = {{"encoding", name_of(reader.format().encoding)},
                         {"delimiter", std::string(1, csv.delimiter())},
                         {"notes", notes}};
  return Summary{summary.documented(), std::move(details)};
}

Result<Summary> summarise_json(formats::ByteSource& source, const formats::ReadLimits& limits) {
  ASSIGN_OR_RETURN(formats::TextReader first_pass, formats::open_text(source, FileType::json));
  // The layout is known only at the end: an array may turn out to be the first of many lines.
  ASSIGN_OR_RETURN(const formats::JsonLayout layout,
                   formats::read_json(first_pass, limits.json, [](const formats::JsonToken&) {}));
  formats::TextReader reader(source, first_pass.format(), formats::TextReader::Faults::keep);
  JsonSummary summary(layout);
  TRY(formats::read_json(reader, limits.json,
                         [&summary](const formats::JsonToken& token) { summary.see(token); }));
  OrderedJson details = {{"encoding", name_of(reader.format().encoding)},
                         {"layout", name_of(layout)},
                         {"sample", summary.sample()},
                         {"notes", OrderedJson::array()}};
  return Summary{summary.documented(), std::move(details)};
}

}  // namespace

formats::ReadLimits limits_of(const Options& options) {
  formats::ReadLimits limits;
  limits.csv.rows_max = options.rows_max;
  limits.csv.columns_max = options.columns_max;
  limits.csv.cell_bytes_max = options.cell_bytes_max;
  limits.csv.row_bytes_max = 4 * options.cell_bytes_max;
  limits.json.depth_max = options.json_depth_max;
  limits.json.nodes_max = options.json_nodes_max;
  limits.json.token_bytes_max = options.cell_bytes_max;
  return limits;
}

Result<Summary> summarise(formats::ByteSource& source, FileType type,
                          const formats::ReadLimits& limits) {
  return type == FileType::csv ? summarise_csv(source, limits) : summarise_json(source, limits);
}

}  // namespace parley::files
