// Backups: whole although the server writes, and no byte of one changes unseen.
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/backup/backup.h"
#include "tests/api/app_fixture.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using app::Manifest;
using testing::ElementsAre;
using testing::HasSubstr;

class BackupTest : public AppFixture {
 protected:
  struct Said {
    std::string session_id;
    std::string text;
  };

  app::Places places(const std::string& prefix = "") const {
    return {directory_.path(prefix + "data/parley.db"), directory_.path(prefix + "data"),
            directory_.path(prefix + "media")};
  }

  /// A session with a message and an upload.
  Said say_something(int number) {
    const auto created = call("POST", "/api/sessions/create", Json::object());
    const std::string id = created.body.value("sessionId", "");
    const std::string text = "message " + std::to_string(number);
    EXPECT_EQ(say(id, text).status, 200);
    const auto uploaded =
        fetch(port(), "POST", "/api/files/upload", {{"Content-Type", upload_form_type}},
              upload_form(id, "city,n\nBerlin," + std::to_string(number) + "\n"));
    EXPECT_TRUE(uploaded && uploaded->status == 200);
    return {id, text};
  }

  void expect_stored(const Said& said) {
    const Json messages = history(said.session_id);
    ASSERT_FALSE(messages.empty()) << said.text;
    EXPECT_EQ(messages[0]["content"], said.text);
    const auto sql =
        call("POST", "/api/files/sql/" + said.session_id, {{"sql", "SELECT city FROM data"}});
    EXPECT_EQ(sql.status, 200) << sql.raw.body;
  }

  Manifest back_up() {
    const auto made = app::make_backup(places(), backup_, clock_);
    EXPECT_TRUE(made) << made.error().message << made.error().detail;
    return made.value_or(Manifest{});
  }

  std::string fault() {
    const auto verified = app::verify_backup(backup_);
    return verified ? "" : verified.error().message;
  }

  /// Starts on what was restored.
  void start_restored() {
    start({{"DATA_DIR", directory_.path("new/data")}, {"MEDIA_DIR", directory_.path("new/media")}});
  }

  const std::string backup_ = directory_.path("backup");
};

void flip(const std::string& path, int64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(at).put(byte);
}

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) out.push_back(entry.path().string());
  }
  return out;
}

TEST_F(BackupTest, WhatWasAcknowledgedBeforeItIsInItAlthoughTheServerWrites) {
  start();
  std::vector<Said> before;
  for (int number = 0; number < 3; ++number) before.push_back(say_something(number));
  std::atomic<bool> running = true;
  std::atomic<int> written = 0;
  std::vector<std::thread> writers;
  for (int writer = 1; writer <= 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; running; ++i, ++written) say_something(1'000 * writer + i);
    });
  }
  while (written < 3) std::this_thread::yield();
  const int written_before = written;
  const Manifest manifest = back_up();
  while (written <= written_before) std::this_thread::yield();
  running = false;
  for (auto& thread : writers) thread.join();
  EXPECT_THAT(manifest.missing, testing::IsEmpty());
  stop();
  const auto restored = app::restore_backup(backup_, places("new/"));
  ASSERT_TRUE(restored) << restored.error().message;
  start_restored();
  for (const Said& said : before) expect_stored(said);
}

TEST_F(BackupTest, VisitorsAndKeysOfBeforeAreKnownAfterARestore) {
  start({{"VISITOR_TOKEN_REQUIRED", "true"}});
  const std::string id = create_session();
  back_up();
  stop();
  ASSERT_TRUE(app::restore_backup(backup_, places("new/")));
  start({{"VISITOR_TOKEN_REQUIRED", "true"},
         {"DATA_DIR", directory_.path("new/data")},
         {"MEDIA_DIR", directory_.path("new/media")}});
  const Headers owner = {{"Authorization", "Bearer " + token_}};
  EXPECT_EQ(call("GET", "/api/sessions/" + id, nullptr, owner).status, 200);
}

TEST_F(BackupTest, AFlippedByteAnywhereIsFound) {
  start();
  say_something(1);
  back_up();
  ASSERT_EQ(fault(), "");
  constexpr int64_t places_max = 80;  // of one file
  int64_t flipped = 0;
  for (const std::string& path : files_in(backup_)) {
    const auto size = static_cast<int64_t>(fs::file_size(path));
    const int64_t step = std::max<int64_t>(1, size / places_max);
    for (int64_t at = 0; at < size; at += step, ++flipped) {
      flip(path, at);
      EXPECT_NE(fault(), "") << path << " " << at;
      flip(path, at);
    }
    flip(path, size - 1);
    EXPECT_NE(fault(), "") << path << " last";
    flip(path, size - 1);
  }
  EXPECT_EQ(fault(), "") << "all put back";
  EXPECT_GT(flipped, 200);
}

TEST_F(BackupTest, ShortLongAndMissingFilesAreFound) {
  start();
  say_something(1);
  back_up();
  for (const std::string& path : files_in(backup_)) {
    const auto size = fs::file_size(path);
    fs::copy_file(path, path + ".kept");
    fs::resize_file(path, size - 1);
    EXPECT_NE(fault(), "") << path;
    fs::resize_file(path, size + 1);
    EXPECT_NE(fault(), "") << path;
    fs::remove(path);
    EXPECT_NE(fault(), "") << path;
    fs::rename(path + ".kept", path);
  }
  EXPECT_EQ(fault(), "");
}

TEST_F(BackupTest, ADamagedBackupIsNotRestored) {
  start();
  say_something(1);
  back_up();
  stop();
  flip(backup_ + "/parley.db", 5'000);
  const auto refused = app::restore_backup(backup_, places("new/"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("\"parley.db\" has changed"));
  EXPECT_FALSE(fs::exists(directory_.path("new")));
}

TEST_F(BackupTest, DataThatIsThereIsNeverOverwritten) {
  start();
  say_something(1);
  back_up();
  const auto beside_server = app::restore_backup(backup_, places());
  ASSERT_FALSE(beside_server);
  EXPECT_EQ(beside_server.error().code, ErrorCode::conflict);
  stop();
  EXPECT_EQ(app::restore_backup(backup_, places()).error().code, ErrorCode::conflict);
  fs::remove(directory_.path("data/parley.db"));
  EXPECT_EQ(app::restore_backup(backup_, places()).error().code, ErrorCode::conflict)
      << "uploads are data, too";
  const auto again = app::make_backup(places(), backup_, clock_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict) << "a backup is not written over another";
}

/// SQLite would replay it into the restored database.
TEST_F(BackupTest, ALogThatAnotherDatabaseLeftIsNotReplayed) {
  start();
  back_up();
  stop();
  fs::create_directories(directory_.path("new/data"));
  std::ofstream(directory_.path("new/data/parley.db-wal")) << "left";
  const auto refused = app::restore_backup(backup_, places("new/"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("parley.db-wal"));
}

TEST_F(BackupTest, AnUploadThatIsGoneFromTheDiskIsNamed) {
  start();
  say_something(1);
  const std::vector<std::string> uploads = files_in(directory_.path("media"));
  std::string gone;
  for (const std::string& path : uploads) {
    if (!path.ends_with(".tables")) gone = path;
  }
  fs::remove(gone);
  const Manifest manifest = back_up();
  EXPECT_THAT(manifest.missing,
              ElementsAre("media/" + gone.substr(directory_.path("media/").size())));
}

TEST_F(BackupTest, EverythingIsItsOwnersOnly) {
  start();
  say_something(1);
  back_up();
  stop();
  ASSERT_TRUE(app::restore_backup(backup_, places("new/")));
  for (const std::string& directory : {backup_, directory_.path("new")}) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      struct stat status = {};
      ASSERT_EQ(::lstat(entry.path().c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777, entry.is_directory() ? 0700U : 0600U) << entry.path();
    }
  }
}

TEST_F(BackupTest, APathThatLeadsElsewhereIsNoBackups) {
  for (const char* path : {"../parley.db", "/etc/passwd", "media/../x", "media//x",
                           "media/00000000-0000-4000-8000-000000000001/../../x", "parley.db-wal",
                           "operator.key", "media/a/b", ""}) {
    EXPECT_FALSE(app::is_backup_path(path)) << path;
  }
  EXPECT_TRUE(app::is_backup_path("parley.db"));
  EXPECT_TRUE(
      app::is_backup_path("media/00000000-0000-4000-8000-000000000001/"
                          "00000000-0000-4000-8000-000000000002.tables"));
}

}  // namespace
}  // namespace parley
