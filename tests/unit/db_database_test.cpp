#include "db/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <latch>
#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_database.h"

namespace parley::db {
namespace {

using testing::HasSubstr;

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 0777;
}

TEST(DatabaseTest, AReaderSeesAWriteThatReturned) {
  TempDatabase database;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(database.insert("note " + std::to_string(i)));
    ASSERT_EQ(database.count(), i + 1);
  }
}

TEST(DatabaseTest, ValuesComeBackAsTheyWent) {
  TempDatabase database;
  const std::string text("caf\xC3\xA9 \0 \xF0\x9F\x98\x80", 12);
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    reader.query("SELECT $1, $2, $3, $4, $2", {text, int64_t{-9'007'199'254'740'993}, 0.1, nullptr},
                 [&](const Row& row) {
                   EXPECT_EQ(row.text(0), text);
                   EXPECT_EQ(row.integer(1), -9'007'199'254'740'993);
                   EXPECT_EQ(row.real(2), 0.1);
                   EXPECT_TRUE(row.is_null(3));
                   EXPECT_EQ(row.optional_text(3), std::nullopt);
                   EXPECT_EQ(row.optional_integer(3), std::nullopt);
                   EXPECT_EQ(row.optional_integer(4), -9'007'199'254'740'993);
                 });
    return true;
  });
  EXPECT_TRUE(read);
}

TEST(DatabaseTest, ParametersAreBoundByTheirNumberNotTheirOrder) {
  TempDatabase database;
  auto read = database->read<std::string>([](const Reader& reader) -> Result<std::string> {
    return *reader.first("SELECT $2 || $1 || $10 || $3",
                         {"a", "b", "c", "", "", "", "", "", "", "j"},
                         [](const Row& row) { return row.text(0); });
  });
  // $4 to $9 are not named: SQL and values disagree, which is our own fault, not the caller's.
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::internal);
  read = database->read<std::string>([](const Reader& reader) -> Result<std::string> {
    return *reader.first("SELECT $2 || $1 || $3", {"a", "b", "c"},
                         [](const Row& row) { return row.text(0); });
  });
  EXPECT_EQ(read.value(), "bac");
}

TEST(DatabaseTest, AQueryInsideItsOwnCallbackHasItsOwnStatement) {
  TempDatabase database;
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(database.insert(text));
  std::string seen;
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    const std::string sql = "SELECT text FROM notes ORDER BY id";
    reader.query(sql, {}, [&](const Row& outer) {
      reader.query(sql, {}, [&](const Row& inner) { seen += outer.text(0) + inner.text(0) + " "; });
    });
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(seen, "aa ab ac ba bb bc ca cb cc ");
}

TEST(DatabaseTest, AnErrorUndoesTheWrite) {
  TempDatabase database;
  auto refused = database->write<bool>(system_scope, [](const Tx& tx) -> Result<bool> {
    tx.execute("INSERT INTO notes (text) VALUES ('half')", {});
    return fail(ErrorCode::unprocessable, "changed my mind");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unprocessable);
  EXPECT_EQ(refused.error().message, "changed my mind");
  EXPECT_EQ(database.count(), 0);
}

TEST(DatabaseTest, AnExceptionUndoesTheWriteAndIsInternal) {
  TempDatabase database;
  auto thrown = database->write<bool>(system_scope, [](const Tx& tx) -> Result<bool> {
    tx.execute("INSERT INTO notes (text) VALUES ('half')", {});
    throw std::runtime_error("boom");
  });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::internal);
  EXPECT_EQ(thrown.error().detail, "boom");
  EXPECT_EQ(database.count(), 0);
  EXPECT_TRUE(database.insert("next"));
}

TEST(DatabaseTest, AConstraintIsAConflictAndLeaksNothing) {
  TempDatabase database;
  ASSERT_TRUE(database.insert("once"));
  const auto twice = database.insert("once");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::conflict);
  EXPECT_EQ(twice.error().message.find("notes"), std::string::npos);
  EXPECT_THAT(twice.error().detail, HasSubstr("UNIQUE"));
}

TEST(DatabaseTest, BadSqlIsInternal) {
  TempDatabase database;
  auto read = database->read<bool>([](const Reader& reader) -> Result<bool> {
    reader.query("SELEKT 1", {}, [](const Row&) {});
    return true;
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::internal);
}

TEST(DatabaseTest, AReadCannotWrite) {
  TempDatabase database;
  auto read = database->read<bool>([](const Reader& reader) -> Result<bool> {
    reader.query("INSERT INTO notes (text) VALUES ('sneaky') RETURNING id", {}, [](const Row&) {});
    return true;
  });
  EXPECT_FALSE(read);
  EXPECT_EQ(database.count(), 0);
}

TEST(DatabaseTest, AWriteInsideAWriteIsRefusedInsteadOfHanging) {
  TempDatabase database;
  Result<int64_t> inner = 0;
  auto outer = database->write<bool>(system_scope, [&](const Tx&) -> Result<bool> {
    inner = database.insert("inner");
    return true;
  });
  EXPECT_TRUE(outer);
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().code, ErrorCode::internal);
}

TEST(DatabaseTest, AReadSeesOneMomentOnly) {
  TempDatabase database;
  ASSERT_TRUE(database.insert("before"));
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    const auto count = [&] {
      return *reader.first("SELECT count(*) FROM notes", {},
                           [](const Row& row) { return row.integer(0); });
    };
    EXPECT_EQ(count(), 1);
    EXPECT_TRUE(database.insert("meanwhile"));
    EXPECT_EQ(count(), 1);
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(database.count(), 2);
}

TEST(DatabaseTest, TimeIsFixedInsideAWrite) {
  TempDir directory;
  FakeClock clock;
  auto database = Database::open({.path = directory.path("parley.db")}, clock);
  ASSERT_TRUE(database);
  auto written = (*database)->write<bool>(system_scope, [&](const Tx& tx) -> Result<bool> {
    const int64_t first = tx.now_ms();
    EXPECT_EQ(first, clock.now_ms());
    clock.advance_ms(100);
    EXPECT_EQ(tx.now_ms(), first);
    return true;
  });
  EXPECT_TRUE(written);
}

TEST(DatabaseTest, FilesAreForTheirOwnerOnly) {
  TempDir directory;
  const std::string path = directory.path("new/folder/parley.db");
  SystemClock clock;
  auto database = Database::open({.path = path}, clock);
  ASSERT_TRUE(database) << database.error().detail;
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    EXPECT_EQ(mode_of(path + suffix), 0600U) << suffix;
  }
  EXPECT_EQ(mode_of(directory.path("new/folder")), 0700U);
}

TEST(DatabaseTest, AnOpenFileOfEarlierDaysIsClosedToOthers) {
  TempDatabase database;
  ASSERT_EQ(chmod(database.path().c_str(), 0644), 0);
  database.reopen();
  EXPECT_EQ(mode_of(database.path()), 0600U);
}

TEST(DatabaseTest, ASecondServerIsRefused) {
  TempDatabase database;
  SystemClock clock;
  const auto second = Database::open({.path = database.path()}, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  database->close();
  EXPECT_TRUE(Database::open({.path = database.path()}, clock));
}

TEST(DatabaseTest, WhatIsNoDatabaseIsRefusedAndKept) {
  TempDir directory;
  const std::string path = directory.path("letter.txt");
  std::ofstream(path) << std::string(5'000, 'x');
  SystemClock clock;
  const auto opened = Database::open({.path = path}, clock);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), std::string(5'000, 'x'));
}

TEST(DatabaseTest, AfterCloseCallsAreUnavailableAndTheWalIsGone) {
  TempDatabase database;
  ASSERT_TRUE(database.insert("kept"));
  EXPECT_GT(database->stats().wal_bytes, 0);
  database->close();
  database->close();
  EXPECT_EQ(database->stats().wal_bytes, 0);
  EXPECT_EQ(database.insert("late").error().code, ErrorCode::unavailable);
  auto read = database->read<bool>([](const Reader&) -> Result<bool> { return true; });
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
  database.reopen();
  EXPECT_EQ(database.count(), 1);
}

TEST(DatabaseTest, AFullWriteQueueIsUnavailable) {
  TempDatabase database({.write_queue_max = 1});
  std::latch started(1);
  std::latch release(1);
  std::jthread blocker([&] {
    auto blocked = database->write<bool>(system_scope, [&](const Tx&) -> Result<bool> {
      started.count_down();
      release.wait();
      return true;
    });
    EXPECT_TRUE(blocked);
  });
  started.wait();
  std::jthread waiting([&] { EXPECT_TRUE(database.insert("waits")); });
  while (database->stats().write_queue == 0) std::this_thread::yield();
  const auto third = database.insert("too many");
  release.count_down();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::unavailable);
}

TEST(DatabaseTest, WithoutAFreeReaderAReadIsUnavailable) {
  TempDatabase database({.readers = 1, .busy_timeout_ms = 20});
  auto outer = database->read<bool>([&](const Reader&) -> Result<bool> {
    auto inner = database->read<bool>([](const Reader&) -> Result<bool> { return true; });
    EXPECT_EQ(inner.error().code, ErrorCode::unavailable);
    return true;
  });
  EXPECT_TRUE(outer);
}

TEST(DatabaseTest, AReadThatTakesTooLongIsInterrupted) {
  TempDatabase database({.readers = 1, .read_ms_max = 30});
  const auto endless = [](const Reader& reader) -> Result<bool> {
    reader.query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        {}, [](const Row&) {});
    return true;
  };
  EXPECT_EQ(database->read<bool>(endless).error().code, ErrorCode::unavailable);
  EXPECT_EQ(database.count(), 0) << "the reader is fit for use again";
}

}  // namespace
}  // namespace parley::db
