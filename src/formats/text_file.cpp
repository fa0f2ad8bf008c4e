#include "formats/text_file.h"

namespace parley::formats {

std::string_view name_of(FileType type) {
  return type == FileType::csv ? "csv" : "json";
}

Result<TextReader> open_text(ByteSource& source, FileType type) {
  if (source.size_bytes() == 0) {
    return fail(ErrorCode::invalid,
                type == FileType::csv ? "CSV file is empty" : "JSON file is empty");
  }
  ASSIGN_OR_RETURN(TextFormat format, detect_text(source));
  if (type == FileType::csv) return TextReader(source, format, TextReader::Faults::replace);
  if (format.encoding == Encoding::windows_1252) format.encoding = Encoding::utf_8;
  return TextReader(source, format, TextReader::Faults::keep);
}

Result<void> read_csv(TextReader& reader, CsvReader& csv) {
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view piece, reader.next());
    if (piece.empty()) return csv.finish();
    TRY(csv.push(piece));
  }
}

}  // namespace parley::formats
