// The rules on the real tree: no finding but the named exceptions, and no exception left over.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#include "tests/tidy/layout.h"
#include "tests/tidy/rules.h"

namespace parley::tidy {
namespace {

/// The tree that the working directory lies in.
std::filesystem::path find_root() {
  std::filesystem::path folder = std::filesystem::current_path();
  while (!exists(folder / "CMakePresets.json") && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

const Sources& tree() {
  static const Sources all = load_tree(find_root());
  return all;
}

const Findings& tree_findings() {
  static const Findings all = check_all(tree());
  return all;
}

bool excuses(const Exception& exception, const Finding& finding) {
  return exception.path == finding.path && exception.rule == finding.rule &&
         finding.text.find(exception.text) != std::string::npos;
}

TEST(Tree, KeepsEveryRule) {
  for (const Finding& finding : tree_findings()) {
    const bool excused =
        std::any_of(exceptions().begin(), exceptions().end(),
                    [&](const Exception& exception) { return excuses(exception, finding); });
    EXPECT_TRUE(excused) << finding.path << ":" << finding.line << ": [" << finding.rule << "] "
                         << finding.text;
  }
}

TEST(Tree, NeedsEveryException) {
  for (const Exception& exception : exceptions()) {
    EXPECT_FALSE(exception.reason.empty()) << exception.path;
    EXPECT_TRUE(std::any_of(tree_findings().begin(), tree_findings().end(),
                            [&](const Finding& finding) { return excuses(exception, finding); }))
        << exception.path << " no longer breaks the rule " << exception.rule;
  }
}

TEST(Tree, HasItsParts) {
  for (const std::string_view folder : {"src/base", "src/db", "src/http", "providers", "tests"}) {
    EXPECT_TRUE(std::any_of(tree().begin(), tree().end(),
                            [&](const Source& source) { return source.is_under(folder); }))
        << folder << " was not read";
  }
}

TEST(Tree, DescribesEveryProof) {
  const std::filesystem::path folder = find_root() / "tests/prove";
  std::ifstream file(folder / "README.md");
  const std::string readme((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(readme.empty());
  for (const auto& entry : std::filesystem::directory_iterator(folder / "parts")) {
    const std::string name = entry.path().stem();
    EXPECT_NE(readme.find("\n| `" + name + "` |"), std::string::npos)
        << name << " has no row in tests/prove/README.md";
  }
}

}  // namespace
}  // namespace parley::tidy
