#include "tests/tidy/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <utility>

namespace parley::tidy {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Walks over C++ text once, blanking comments and literals.
class Scanner {
 public:
  explicit Scanner(Source& source) : source_(source), text_(source.text), code_(source.code) {}

  void run() {
    while (at_ < text_.size()) {
      if (text_.substr(at_, 2) == "//") {
        blank_to(std::min(text_.find('\n', at_), text_.size()));
      } else if (text_.substr(at_, 2) == "/*") {
        blank_to(after("*/", at_ + 2));
      } else if (text_[at_] == '"') {
        read_literal();
      } else if (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))) {
        skip_character();
      } else {
        keep();
      }
    }
  }

 private:
  size_t after(std::string_view end, size_t from) const {
    const size_t found = text_.find(end, from);
    return found == std::string_view::npos ? text_.size() : found + end.size();
  }

  void keep() {
    if (std::isspace(static_cast<unsigned char>(text_[at_])) == 0) follows_literal_ = false;
    code_ += text_[at_++];
  }

  void blank_to(size_t end) {
    for (; at_ < end; ++at_) code_ += text_[at_] == '\n' ? '\n' : ' ';
  }

  size_t end_of_quoted(char quote) const {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2U : 1U;
    }
    return std::min(end, text_.size());
  }

  void skip_character() {
    const size_t end = end_of_quoted('\'');
    blank_to(std::min(end + 1, text_.size()));
    follows_literal_ = false;
  }

  void read_literal() {
    const int line = line_of(text_, at_);
    std::string_view value;
    size_t end = 0;
    if (at_ > 0 && text_[at_ - 1] == 'R') {
      const size_t open = std::min(text_.find('(', at_), text_.size() - 1);
      const std::string close = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
      end = after(close, open);
      value = text_.substr(open + 1, end - close.size() - open - 1);
    } else {
      end = end_of_quoted('"');
      value = text_.substr(at_ + 1, end - at_ - 1);
      end = std::min(end + 1, text_.size());
    }
    if (follows_literal_) {
      source_.literals.back().text += value;
    } else {
      source_.literals.push_back({line, std::string(value)});
    }
    code_ += '"';
    ++at_;
    blank_to(end);
    code_.back() = '"';
    follows_literal_ = true;
  }

  Source& source_;
  std::string_view text_;
  std::string& code_;
  size_t at_ = 0;
  bool follows_literal_ = false;
};

std::vector<Include> find_includes(std::string_view text) {
  std::vector<Include> found;
  int number = 0;
  for (std::string_view line : split_lines(text)) {
    ++number;
    constexpr std::string_view directive = "#include ";
    if (!line.starts_with(directive) || line.size() < directive.size() + 2) continue;
    line.remove_prefix(directive.size());
    const bool angled = line.front() == '<';
    const size_t end = line.find(angled ? '>' : '"', 1);
    if (end == std::string_view::npos) continue;
    found.push_back({number, std::string(line.substr(1, end - 1)), angled});
  }
  return found;
}

bool is_left_out(const std::filesystem::path& folder) {
  constexpr std::array<std::string_view, 6> names = {".git", "build",        "data",
                                                     "dist", "node_modules", "out"};
  return std::find(names.begin(), names.end(), folder.filename().string()) != names.end();
}

}  // namespace

bool Source::is_header() const {
  return path.ends_with(".h");
}
bool Source::is_cpp() const {
  return is_header() || path.ends_with(".cpp");
}

bool Source::is_under(std::string_view folder) const {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

std::string_view Source::stem() const {
  std::string_view name = path;
  name.remove_prefix(name.find_last_of('/') + 1);
  return name.substr(0, name.find('.'));
}

Source parse_source(std::string path, std::string text) {
  Source source;
  source.path = std::move(path);
  source.text = std::move(text);
  if (source.is_cpp()) {
    source.includes = find_includes(source.text);
    Scanner(source).run();
  } else {
    source.code = source.text;
  }
  return source;
}

std::vector<Source> load_tree(const std::filesystem::path& root) {
  std::vector<Source> sources;
  std::filesystem::recursive_directory_iterator entry(root);
  for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && is_left_out(entry->path())) entry.disable_recursion_pending();
    if (!entry->is_regular_file()) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find('\0') != std::string::npos) continue;
    auto path = entry->path().lexically_relative(root).generic_string();
    sources.push_back(parse_source(std::move(path), std::move(text)));
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

int line_of(std::string_view text, size_t offset) {
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace parley::tidy
