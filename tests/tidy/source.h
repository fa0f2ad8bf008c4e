// Source: one file of the tree, taken apart just enough to check rules on it.
//
// Not a parser: comments, literals and includes are told from code, nothing more.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace parley::tidy {

/// A string literal; neighbours that the compiler would join ("a" "b") are one.
struct Literal {
  int line = 0;
  std::string text;
};

struct Include {
  int line = 0;
  std::string target;   ///< as written between the quotes or brackets
  bool angled = false;  ///< <target>
};

struct Source {
  std::string path;  ///< from the root of the tree, with '/'
  std::string text;
  std::string code;  ///< `text` with comments and the insides of literals blanked; same lines
  std::vector<Literal> literals;
  std::vector<Include> includes;

  bool is_cpp() const;     ///< a C++ source or header
  bool is_header() const;  ///< a C++ header
  bool is_under(std::string_view folder) const;
  std::string_view stem() const;  ///< "store" of "src/files/store.cpp"
};

/// Takes a file apart. Literals and includes are found in C++ only.
Source parse_source(std::string path, std::string text);

/// Every text file of the tree at `root`, without what is built, installed or made at run time.
std::vector<Source> load_tree(const std::filesystem::path& root);

/// The 1-based line of byte `offset` of `text`.
int line_of(std::string_view text, size_t offset);

/// `text` cut at line ends.
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace parley::tidy
