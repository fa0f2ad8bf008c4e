// The directory of uploads: only plain names reach it, and drafts go unless they are kept.
#include <gtest/gtest.h>

#include <filesystem>

#include "files/media.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::files {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

TEST(Media, TakesOnlyPlainTenantsAndIds) {
  const TempDir directory;
  const Media media(directory.path("media"));
  const std::string id = "11111111-1111-4111-8111-111111111111";
  for (const std::string& tenant : {""s, "."s, ".."s, "a/b"s, "../x"s, "a\0b"s, "a b"s}) {
    EXPECT_FALSE(media.create(ScopeForTests::visitor(tenant), id, Media::Kind::bytes)) << tenant;
  }
  const Scope scope = ScopeForTests::visitor();
  for (const std::string& bad : {""s, ".."s, "../default/x"s, id + "/"s, id + "\0"s, "/" + id}) {
    EXPECT_FALSE(media.create(scope, bad, Media::Kind::bytes)) << bad;
    EXPECT_FALSE(media.open(scope, bad)) << bad;
  }
  // A link in the place of a file, or of the tenant's directory, is not followed.
  ASSERT_TRUE(media.create(scope, id, Media::Kind::bytes));
  fs::create_symlink("/etc/passwd", fs::path(directory.path("media")) / "default" / id);
  EXPECT_FALSE(media.open(scope, id));
  EXPECT_FALSE(media.create(scope, id, Media::Kind::bytes));
  fs::create_directory(directory.path("elsewhere"));
  fs::create_symlink(directory.path("elsewhere"), fs::path(directory.path("media")) / "linked");
  EXPECT_FALSE(media.create(ScopeForTests::visitor("linked"), id, Media::Kind::bytes));
}

TEST(Media, DropsDraftsThatAreNotKept) {
  const TempDir directory;
  const Media media(directory.path("media"));
  const Scope scope = ScopeForTests::visitor();
  const std::string id = "11111111-1111-4111-8111-111111111111";
  {
    auto draft = media.create(scope, id, Media::Kind::bytes);
    ASSERT_TRUE(draft);
    ASSERT_TRUE(draft->append("x"));
    ASSERT_TRUE(draft->sync());
  }
  EXPECT_EQ(media.open(scope, id).error().code, ErrorCode::not_found);
  {
    auto draft = media.create(scope, id, Media::Kind::bytes);
    ASSERT_TRUE(draft);
    draft->keep();
  }
  EXPECT_TRUE(media.open(scope, id));
}

}  // namespace
}  // namespace parley::files
