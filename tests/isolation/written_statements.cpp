#include "tests/isolation/written_statements.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/isolation/statements.h"

namespace parley::isolation {

namespace {

namespace fs = std::filesystem;

/// The literal that begins at `at`; moves `at` behind it.
std::string literal_at(const std::string& source, size_t& at) {
  const char quote = source[at];
  std::string text;
  for (++at; at < source.size() && source[at] != quote; ++at) {
    if (source[at] == '\\') ++at;
    text += source[at];
  }
  ++at;
  return text;
}

/// Behind the comment or raw string that begins at `at`; `at` itself if none does.
size_t skipped(const std::string& source, size_t at) {
  const auto behind = [&](const char* end) {
    const size_t found = source.find(end, at + 2);
    return found == std::string::npos ? source.size() : found + std::string_view(end).size();
  };
  if (source.compare(at, 2, "//") == 0) return behind("\n");
  if (source.compare(at, 2, "/*") == 0) return behind("*/");
  if (source.compare(at, 3, "R\"(") == 0) return behind(")\"");
  return at;
}

bool is_space(char byte) {
  return byte == ' ' || byte == '\n' || byte == '\t';
}

bool is_in_number(const std::string& source, size_t at) {
  return at > 0 && std::isalnum(static_cast<unsigned char>(source[at - 1])) != 0;
}

}  // namespace

std::vector<std::string> strings_of(const std::string& source) {
  std::vector<std::string> out;
  bool goes_on = false;  // nothing but space since the last literal
  for (size_t at = 0; at < source.size();) {
    if (const size_t next = skipped(source, at); next != at) {
      at = next;
    } else if (source[at] == '"') {
      std::string text = literal_at(source, at);
      goes_on ? out.back() += text : out.emplace_back(std::move(text));
      goes_on = true;
    } else if (source[at] == '\'' && !is_in_number(source, at)) {
      literal_at(source, at);
      goes_on = false;
    } else {
      goes_on = goes_on && is_space(source[at]);
      ++at;
    }
  }
  return out;
}

std::vector<WrittenStatement> written_statements(const std::string& directory) {
  std::vector<WrittenStatement> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".h") continue;
    std::ifstream in(entry.path());
    const std::string source((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
    for (const std::string& text : strings_of(source)) {
      if (mutants_of(text).empty()) continue;
      out.push_back({fs::relative(entry.path(), directory).string(), text});
    }
  }
  return out;
}

std::string not_run(const std::vector<WrittenStatement>& written,
                    const std::set<std::string>& ran) {
  std::string out;
  for (const WrittenStatement& one : written) {
    const bool did_run = std::any_of(ran.begin(), ran.end(), [&](const std::string& statement) {
      return statement.find(one.text) != std::string::npos;
    });
    if (!did_run) out += one.file + ": " + one.text + "\n";
  }
  return out;
}

}  // namespace parley::isolation
