// Written statements: the SQL texts of the product as its sources have them, so that one that no
// script ran is noticed.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace parley::isolation {

/// A string of the sources, adjacent literals joined: a whole statement, or the part of one.
struct WrittenStatement {
  std::string file;  ///< below src
  std::string text;
};

/// Those with a tenant predicate (see mutants_of()), of all files below `directory`.
std::vector<WrittenStatement> written_statements(const std::string& directory);

/// The strings of C++ source text, adjacent literals joined. Raw strings are left out.
std::vector<std::string> strings_of(const std::string& source);

/// Those of `written` that are no part of any in `ran`, one a line.
std::string not_run(const std::vector<WrittenStatement>& written, const std::set<std::string>& ran);

}  // namespace parley::isolation
