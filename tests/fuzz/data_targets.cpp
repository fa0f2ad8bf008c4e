// Uploads on their way to tables, and the SQL that reads those.
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "datasets/import.h"
#include "datasets/opened.h"
#include "datasets/statement.h"
#include "datasets/worker_protocol.h"
#include "formats/text_file.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

std::string cells_of(const formats::CsvRow& row) {
  return std::to_string(row.size()) + ":" + std::string(row.joined()) + "\n";
}

/// All rows, or "refused", with the text given in pieces of `piece_bytes`.
std::string read_rows(std::string_view text, size_t piece_bytes) {
  std::string rows;
  formats::CsvReader reader({}, [&rows](const formats::CsvRow& row) { rows += cells_of(row); });
  for (size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!reader.push(text.substr(at, piece_bytes))) return "refused";
  }
  return reader.finish() ? rows : "refused";
}

void csv(std::string_view bytes) {
  const std::string text = without_invisible_characters(bytes);  // the reader takes UTF-8
  demand(read_rows(text, text.size() + 1) == read_rows(text, 3), "pieces do not change the rows");
}

void json(std::string_view bytes) {
  formats::ByteSource source = formats::ByteSource::of_memory(bytes);
  auto reader = formats::open_text(source, formats::FileType::json);
  if (!reader) return;
  const auto layout = formats::read_json(*reader, {}, [](const formats::JsonToken&) {});
  if (!layout || *layout == formats::JsonLayout::lines) return;
  if (reader->format().encoding != formats::Encoding::utf_8) return;
  bytes.remove_prefix(reader->format().mark_bytes);
  demand(nlohmann::json::accept(bytes), "what is taken is JSON");
}

void encoding(std::string_view bytes) {
  formats::ByteSource source = formats::ByteSource::of_memory(bytes);
  auto reader = formats::open_text(source, formats::FileType::csv);
  if (!reader) return;
  std::string text;
  while (true) {
    const auto piece = reader->next();
    if (!piece || piece->empty()) break;
    text += *piece;
  }
  demand(text.size() <= 3 * bytes.size() + 3, "text grows by three at most");
}

void import(std::string_view bytes, formats::FileType type) {
  static const TempDir directory;
  const std::string path = directory.path("tables");
  std::filesystem::remove(path);
  std::ofstream(path).close();
  formats::ByteSource source = formats::ByteSource::of_memory(bytes);
  datasets::ImportOptions options;
  options.file_name = "input";
  const auto dataset = datasets::import_file(source, type, options, path, {});
  if (!dataset) return;
  demand(!dataset->tables.empty(), "a dataset has a table");
  const auto again = datasets::from_json(to_json(*dataset));
  demand(again && to_json(*again) == to_json(*dataset), "a description is read back whole");
}

void import_csv(std::string_view bytes) {
  import(bytes, formats::FileType::csv);
}

void import_json(std::string_view bytes) {
  import(bytes, formats::FileType::json);
}

void worker_request(std::string_view bytes) {
  const auto query = datasets::decode_request(bytes);
  if (!query) return;
  const std::string text = datasets::encode_request(*query);
  const auto again = datasets::decode_request(text);
  demand(again && datasets::encode_request(*again) == text, "a request is read back whole");
}

void worker_answer(std::string_view bytes) {
  datasets::QueryLimits limits;
  limits.rows_max = 10;
  const auto result = datasets::decode_answer(bytes, limits);
  if (!result) return;
  demand(result->rows.size() <= 10, "no more rows than were asked for");
  for (const Json& row : result->rows) {
    demand(row.is_array() && row.size() == result->columns.size(), "rows have every column");
  }
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A small file that statements may read, made once.
class Table {
 public:
  Table() : path_(directory_.path("table")) {
    constexpr std::string_view text =
        "region,month,amount\nnorth,2026-01-05,12.50\nsouth,2026-02-06,7\nnorth,2026-03-07,-3\n";
    std::ofstream(path_).close();
    formats::ByteSource source = formats::ByteSource::of_memory(text);
    datasets::ImportOptions options;
    options.file_name = "sales.csv";
    const auto made = datasets::import_file(source, formats::FileType::csv, options, path_, {});
    demand(made.has_value(), "the table is made");
    content_ = content_of(path_);
  }

  const std::string& path() const { return path_; }
  bool is_untouched() const { return content_of(path_) == content_; }

 private:
  TempDir directory_;
  std::string path_;
  std::string content_;
};

/// A statement as a model or a visitor writes it, run without the sandbox around it.
void sql(std::string_view bytes) {
  static const Table table;
  datasets::Query query;
  query.paths = {table.path()};
  query.sql = std::string(bytes.substr(0, datasets::sql_bytes_max));
  query.limits.deadline_ms = 100;
  query.limits.rows_max = 50;
  auto opened = datasets::open_datasets(query.paths);
  demand(opened.has_value(), "the table opens");
  const auto answer =
      datasets::decode_answer(datasets::run_statement(*opened, query), query.limits);
  demand(sqlite3_total_changes(opened->connection.get()) == 0, "nothing is written");
  demand(table.is_untouched(), "the file stays as it is");
  demand(answer || !answer.error().message.empty(), "a refusal says why");
}

}  // namespace

std::vector<Target> data_targets() {
  return {{"csv", &csv},
          {"json", &json},
          {"encoding", &encoding},
          {"import_csv", &import_csv},
          {"import_json", &import_json},
          {"worker_request", &worker_request},
          {"worker_answer", &worker_answer},
          {"sql", &sql}};
}

}  // namespace parley::fuzz
