// The rules of the house that no compiler checks, as functions from sources to findings.
//
// Each is pure and looks at the whole tree, so that a few lines of sample code can test it.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.h"

namespace parley::tidy {

struct Finding {
  std::string path;
  int line = 0;
  std::string rule;  ///< the name of the rule, as in tests/tidy/layout.cpp's exceptions
  std::string text;
};

using Sources = std::vector<Source>;
using Findings = std::vector<Finding>;

/// "include": an include against the table of layout.cpp, or of a folder that it does not list.
Findings check_includes(const Sources& sources);

/// "cycle": folders that include each other, directly or in a ring.
Findings check_cycles(const Sources& sources);

/// "library": a library's header outside its one home in src/ and providers/.
Findings check_libraries(const Sources& sources);

/// "getenv": the environment read in more than one file of src/ and providers/.
Findings check_environment(const Sources& sources);

/// "size": a file or line over its limit. (Functions: .clang-tidy, readability-function-size.)
Findings check_sizes(const Sources& sources);

/// "header": a header that does not begin with a comment that says what it is.
Findings check_headers(const Sources& sources);

/// "sql": a statement outside src/db and the features' store.*.
/// "tenant": one on a table that has a tenant_id, which it does not name.
Findings check_sql(const Sources& sources);

/// "markup": a sink in widget/ that turns text into HTML or code.
Findings check_widget(const Sources& sources);

/// "leftover": a note that something is still to be done.
Findings check_leftovers(const Sources& sources);

/// "sleep": a C++ test that waits for a time instead of a condition.
Findings check_sleeps(const Sources& sources);

/// "registry": a package registry's address in a lock file, a script or an image description.
Findings check_registries(const Sources& sources);

/// All of the above, in this order, exceptions included.
Findings check_all(const Sources& sources);

}  // namespace parley::tidy
