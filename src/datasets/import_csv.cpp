#include "datasets/import_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "datasets/first_line.h"
#include "datasets/names.h"
#include "datasets/notes.h"
#include "datasets/table_writer.h"
#include "datasets/type_finder.h"

namespace parley::datasets {

namespace {

using formats::CsvReader;
using formats::CsvRow;
using formats::TextReader;

/// The first pass: the header, if there is one, and how each column is to be read.
class CsvShape {
 public:
  void see(const CsvRow& row) {
    if (!has_first_line_) {
      has_first_line_ = true;
      first_line_cells_ = row.size();
      for (size_t column = 0; column < row.size(); ++column) titles_.emplace_back(row.cell(column));
      finders_.resize(row.size());
      return;
    }
    if (row.size() < first_line_cells_) ++short_rows_;
    if (row.size() > first_line_cells_) ++long_rows_;
    if (row.size() > finders_.size()) finders_.resize(row.size());
    for (size_t column = 0; column < row.size(); ++column) finders_[column].see(row.cell(column));
  }

  /// To be called after the last row: settles what the first line is.
  void finish() {
    first_line_ = judge_first_line(titles_, finders_);
    if (has_names()) return;
    for (size_t column = 0; column < titles_.size(); ++column)
      finders_[column].see(titles_[column]);
    titles_.clear();
  }

  bool is_empty() const { return !has_first_line_; }
  bool has_names() const { return first_line_ != FirstLine::data; }

  /// Cells beyond the header have columns without a title.
  std::vector<ColumnPlan> columns(char delimiter) const {
    const StyleHint hint = style_hint(delimiter);
    std::vector<ColumnPlan> columns;
    for (size_t column = 0; column < finders_.size(); ++column) {
      columns.push_back({column < titles_.size() ? titles_[column] : std::string(),
                         finders_[column].reading(hint)});
    }
    return columns;
  }

  void write_notes(std::vector<std::string>& notes) const {
    const std::string_view first = has_names() ? "header" : "first line";
    if (first_line_ == FirstLine::data) {
      notes.emplace_back("The first line looks like data, so the columns are numbered.");
    } else if (first_line_ == FirstLine::may_be_data) {
      notes.emplace_back("The first line was taken for the columns' names, but may be data.");
    }
    write_note(
        notes,
        fmt::format("Rows with fewer cells than the {}, filled up with NULL: {{count}}.", first),
        short_rows_);
    write_note(notes,
               fmt::format("Rows with more cells than the {}: {{count}}. Those cells have columns.",
                           first),
               long_rows_);
  }

 private:
  /// One column with a decimal comma tells for all; spreadsheets write semicolons where they
  /// write decimal commas.
  StyleHint style_hint(char delimiter) const {
    bool any_point = false;
    for (const TypeFinder& finder : finders_) {
      const auto style = finder.proven_style();
      if (style == NumberStyle::comma) return {NumberStyle::comma, true};
      any_point = any_point || style == NumberStyle::point;
    }
    if (any_point || delimiter != ';') return {NumberStyle::point, any_point};
    return {NumberStyle::comma, false};
  }

  bool has_first_line_ = false;
  size_t first_line_cells_ = 0;
  FirstLine first_line_ = FirstLine::names;
  std::vector<std::string> titles_;
  std::vector<TypeFinder> finders_;
  int64_t short_rows_ = 0;
  int64_t long_rows_ = 0;
};

/// The second pass: every row but the names into the table.
class CsvRows {
 public:
  CsvRows(TableWriter& writer, bool has_names) : writer_(writer), is_past_names_(!has_names) {}

  void take(const CsvRow& row) {
    if (!std::exchange(is_past_names_, true) || error_) return;
    for (size_t column = 0; column < writer_.columns(); ++column) {
      writer_.set(column, column < row.size() ? row.cell(column) : std::string_view());
    }
    if (auto inserted = writer_.insert(); !inserted) error_ = std::move(inserted).error();
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  TableWriter& writer_;
  bool is_past_names_;
  std::optional<Error> error_;
};

Result<void> read_all(TextReader& text, CsvReader& csv, Progress& progress) {
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view piece, text.next());
    if (piece.empty()) break;
    TRY(csv.push(piece));
    progress.update();
  }
  TRY(csv.finish());
  progress.end_pass();
  return {};
}

void note_encoding(const formats::TextFormat& format, std::vector<std::string>& notes) {
  if (format.has_faults) notes.emplace_back("Broken characters were replaced by \uFFFD.");
  if (format.encoding == formats::Encoding::windows_1252) {
    notes.emplace_back("The text was read as Windows-1252.");
  }
}

}  // namespace

Result<Dataset> import_csv(formats::ByteSource& source, const formats::TextFormat& format,
                           const ImportOptions& options, Database& database, Progress& progress) {
  formats::CsvLimits limits = options.limits.csv;
  limits.columns_max = std::min(limits.columns_max, table_columns_max);
  CsvShape shape;
  CsvReader first(limits, [&shape](const CsvRow& row) { shape.see(row); });
  TextReader text(source, format, TextReader::Faults::replace);
  TRY(read_all(text, first, progress));
  if (shape.is_empty()) return fail(ErrorCode::invalid, "CSV file is empty");
  shape.finish();

  std::vector<ColumnPlan> columns = shape.columns(first.delimiter());
  const size_t count = columns.size();
  ASSIGN_OR_RETURN(TableWriter writer,
                   TableWriter::create(database, table_name(options.file_name, options.taken_names),
                                       table_title(options.file_name), std::move(columns), count,
                                       options.cell_bytes_max));
  CsvRows rows(writer, shape.has_names());
  CsvReader second(limits, [&rows](const CsvRow& row) { rows.take(row); });
  TextReader again(source, format, TextReader::Faults::replace);
  TRY(read_all(again, second, progress));
  if (rows.error()) return fail(*rows.error());

  Dataset dataset;
  dataset.tables.push_back(writer.describe());
  shape.write_notes(dataset.tables.front().notes);
  note_encoding(format, dataset.tables.front().notes);
  return dataset;
}

}  // namespace parley::datasets
