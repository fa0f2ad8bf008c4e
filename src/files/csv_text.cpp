#include "files/csv_text.h"

#include "formats/csv_text.h"

namespace parley::files {

namespace {

void append_cell(std::string& out, const Json& cell) {
  if (cell.is_string()) {
    formats::append_csv_text(out, cell.get_ref<const std::string&>());
  } else if (!cell.is_null()) {
    out += dump(cell);
  }
}

}  // namespace

std::string to_csv(const datasets::QueryResult& result) {
  std::string out;
  for (size_t column = 0; column < result.columns.size(); ++column) {
    if (column > 0) out.push_back(',');
    formats::append_csv_text(out, result.columns[column].name);
  }
  out += "\r\n";
  for (const Json& row : result.rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      if (column > 0) out.push_back(',');
      append_cell(out, row[column]);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace parley::files
