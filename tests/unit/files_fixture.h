// FilesFixture: the files service over a real database and a real disk, and conversations to
// upload into.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conversations/conversations.h"
#include "files/files.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_database.h"

namespace parley::files {

class FilesFixture : public testing::Test {
 protected:
  FilesFixture() {
    EXPECT_TRUE(database_->write<bool>(scope_, [](const db::Tx& tx) -> Result<bool> {
      tx.execute("INSERT INTO tenants (id, name, created_at) VALUES ('default', '', 0)", {});
      return true;
    }));
    start({});
  }

  void start(Options options) {
    options.media_directory = media_path();
    service_ = std::make_unique<Service>(options, *database_, clock_, entropy_);
  }

  std::string media_path() const { return database_.directory().path("deep/media"); }

  std::string new_conversation() {
    const auto made = conversations_.create(scope_, Json::object());
    EXPECT_TRUE(made) << made.error().message;
    return made->conversation.id;
  }

  Result<StoredFile> upload(const std::string& id, std::string bytes, std::string name = "a.csv",
                            std::string content_type = "") {
    net::RequestBody body;
    body.size = static_cast<int64_t>(bytes.size());
    body.bytes = std::move(bytes);
    return service_->upload(scope_, id,
                            {std::move(name), std::move(content_type), &body, 0, body.size});
  }

  /// Paths of all uploads under the media directory; each has its tables beside it.
  std::vector<std::filesystem::path> disk_files() const {
    std::vector<std::filesystem::path> out;
    size_t entries = 0;
    if (!std::filesystem::exists(media_path())) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(media_path())) {
      if (entry.is_directory()) continue;
      if (entry.path().extension() != ".tables") out.push_back(entry.path());
      ++entries;
    }
    EXPECT_EQ(entries, 2 * out.size());
    return out;
  }

  std::optional<StoredFile> stored(const std::string& id) {
    const auto found = service_->list(scope_, id).value();
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

  TempDatabase database_;
  FakeClock clock_;
  FakeEntropy entropy_;
  Scope scope_ = ScopeForTests::visitor();
  conversations::Service conversations_{{}, *database_, clock_, entropy_};
  std::unique_ptr<Service> service_;
};

}  // namespace parley::files
