#include "tests/fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "datasets/import.h"
#include "datasets/worker_protocol.h"
#include "formats/text_file.h"
#include "tests/fakes/jwt_signer.h"
#include "tests/fakes/temp_dir.h"

namespace parley::fuzz {

namespace {

void demand(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

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

/// A header, a line break, a payload: signed as they stand. Their form alone decides.
void jwt(std::string_view bytes) {
  const crypto::JwtKeys keys{JwtTestKeys::secret, JwtTestKeys::ed25519_public};
  demand(!crypto::verify_jwt(bytes, keys), "nobody guesses a signature");
  const auto decoded = from_base64url(bytes);
  demand(!decoded || to_base64url(*decoded) == bytes, "bytes have one text");
  const std::string_view header = bytes.substr(0, bytes.find('\n'));
  const std::string_view payload = bytes.substr(std::min(header.size() + 1, bytes.size()));
  const auto claims = crypto::verify_jwt(jwt_hs256(payload, JwtTestKeys::secret, header), keys);
  if (!claims) return;
  const auto said = parse_json(header);
  demand(said && find_string(*said, "alg") == "HS256", "what is taken says how it is signed");
  demand(claims->is_object() && *parse_json(payload) == *claims, "claims are what was signed");
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {{"csv", &csv},
                                          {"json", &json},
                                          {"encoding", &encoding},
                                          {"import_csv", &import_csv},
                                          {"import_json", &import_json},
                                          {"worker_request", &worker_request},
                                          {"worker_answer", &worker_answer},
                                          {"jwt", &jwt}};
  return all;
}

}  // namespace parley::fuzz
