// The layout of the tree as data: who may include whom, where each library lives, how long
// things may be, and the named exceptions. src/README.md explains the reasons.
#pragma once

#include <string_view>
#include <vector>

namespace parley::tidy {

enum class Layer {
  platform,    ///< base, db, net, …
  providers,   ///< AI providers: base and the outbound client only
  standalone,  ///< a feature that knows no other feature
  combining,   ///< a feature that uses the contracts of named others
  composition  ///< app and main: may include everything
};

struct Folder {
  std::string_view name;
  Layer layer;
  /// platform: folders. combining: features whose contract `x/x.h` it uses. Else unused.
  std::vector<std::string_view> may_include = {};
  /// Headers that combining features may use besides the contract.
  std::vector<std::string_view> further_contracts = {};
};

/// Every folder under src/, and providers/. One that is not listed is an error.
const std::vector<Folder>& folders();

/// The include prefix of a library and a place (file or folder) that may use it: the only one,
/// unless another entry has the same prefix.
struct LibraryHome {
  std::string_view include_prefix;
  std::string_view home;
};
const std::vector<LibraryHome>& library_homes();

constexpr int source_lines_max = 400;
constexpr int header_lines_max = 200;
constexpr int line_columns_max = 100;

/// A finding that is accepted. The list may only shrink: one that matches nothing is an error.
struct Exception {
  std::string_view path;
  std::string_view rule;  ///< as Finding::rule
  std::string_view text;  ///< part of Finding::text
  std::string_view reason;
};
const std::vector<Exception>& exceptions();

}  // namespace parley::tidy
