// Group commit, checkpoints, a full disk, and many threads at once.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "db/sqlite/connection.h"
#include "tests/fakes/temp_database.h"

namespace parley::db {
namespace {

/// Holds the writer thread inside a job, so that the next jobs become one group.
class HeldWriter {
 public:
  explicit HeldWriter(TempDatabase& database) {
    std::latch started(1);
    thread_ = std::jthread([&] {
      auto held = database->write<bool>(system_scope, [&](const Tx&) -> Result<bool> {
        started.count_down();
        release_.wait();
        return true;
      });
      EXPECT_TRUE(held);
    });
    started.wait();
  }
  void release() { release_.count_down(); }

 private:
  std::latch release_{1};
  std::jthread thread_;
};

void wait_until_queued(TempDatabase& database, int64_t count) {
  while (database->stats().write_queue < count) std::this_thread::yield();
}

TEST(WriterTest, WaitingWritesShareOneCommit) {
  TempDatabase database;
  const DatabaseStats before = database->stats();
  HeldWriter held(database);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(database.insert(std::to_string(i))); });
  }
  wait_until_queued(database, 20);
  held.release();
  threads.clear();
  const DatabaseStats after = database->stats();
  EXPECT_EQ(after.writes_total - before.writes_total, 21);
  EXPECT_EQ(after.commits_total - before.commits_total, 2);
  EXPECT_EQ(database.count(), 20);
}

TEST(WriterTest, AFailingJobDoesNotHurtItsGroup) {
  TempDatabase database;
  HeldWriter held(database);
  std::vector<std::jthread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      auto written = database->write<bool>(system_scope, [i](const Tx& tx) -> Result<bool> {
        tx.execute("INSERT INTO notes (text) VALUES ($1)", {std::to_string(i)});
        if (i % 3 == 0) return fail(ErrorCode::invalid, "no");
        if (i % 3 == 1) tx.execute("INSERT INTO notes (text) VALUES ($1)", {std::to_string(i)});
        return true;
      });
      if (!written) ++failed;
    });
  }
  wait_until_queued(database, 12);
  held.release();
  threads.clear();
  EXPECT_EQ(failed, 8);
  EXPECT_EQ(database.count(), 4);
}

TEST(WriterTest, UnderLoadCommitsAreFewerThanWritesAndNothingIsLost) {
  TempDatabase database;
  constexpr int threads_count = 16;
  constexpr int writes_each = 100;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < threads_count; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < writes_each; ++i) {
          ASSERT_TRUE(database.insert(std::to_string(t) + "/" + std::to_string(i)));
        }
      });
    }
  }
  EXPECT_EQ(database.count(), threads_count * writes_each);
  const DatabaseStats stats = database->stats();
  EXPECT_GE(stats.writes_total, threads_count * writes_each);
  EXPECT_LT(stats.commits_total, stats.writes_total / 2);
}

TEST(WriterTest, IdsAreGivenOnceUnderConcurrency) {
  TempDatabase database;
  std::vector<std::vector<int64_t>> ids(8);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < ids.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          ids[t].push_back(database.insert(std::to_string(t) + "." + std::to_string(i)).value());
        }
      });
    }
  }
  std::set<int64_t> all;
  for (const auto& mine : ids) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 400U);
}

TEST(WriterTest, CloseFinishesWhatIsQueued) {
  TempDatabase database;
  std::atomic<int> acknowledged = 0;
  {
    HeldWriter held(database);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        if (database.insert(std::to_string(i))) ++acknowledged;
      });
    }
    wait_until_queued(database, 8);
    std::jthread closing([&] { database->close(); });
    held.release();
  }
  EXPECT_EQ(acknowledged, 8);
  database.reopen();
  EXPECT_EQ(database.count(), 8);
}

TEST(WriterTest, TheWalIsCheckpointedWhileWriting) {
  TempDatabase database;
  // Some 20,000 pages of 4 KiB pass through; without checkpoints the WAL would hold 80 MB.
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(database.insert(std::to_string(i) + std::string(400'000, 'x')));
  }
  EXPECT_LT(database->stats().wal_bytes, 16 * 1024 * 1024);
}

TEST(WriterTest, ASlowReaderHoldsTheWalOnlyUntilItEnds) {
  TempDatabase database;
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    reader.query("SELECT count(*) FROM notes", {}, [](const Row&) {});
    for (int i = 0; i < 40; ++i) {
      EXPECT_TRUE(database.insert(std::to_string(i) + std::string(400'000, 'x')));
    }
    return true;
  });
  ASSERT_TRUE(read);
  const int64_t held = database->stats().wal_bytes;
  EXPECT_GT(held, 12 * 1024 * 1024);
  for (int i = 100; i < 180; ++i) {
    EXPECT_TRUE(database.insert(std::to_string(i) + std::string(400'000, 'x')));
  }
  EXPECT_LT(database->stats().wal_bytes, 2 * held);
  EXPECT_EQ(database.count(), 120);
}

TEST(WriterTest, TheLogIsEmptiedOnceNoReaderIsInTheWay) {
  TempDatabase database;
  ASSERT_TRUE(database.insert("secret"));
  const auto erase = [&](const char* text) {
    auto erased = database->write<bool>(system_scope, [&](const Tx& tx) -> Result<bool> {
      tx.empty_log();
      return tx.execute("DELETE FROM notes WHERE text = $1", {text}) == 1;
    });
    EXPECT_TRUE(erased.value_or(false));
  };
  const auto is_emptied = [&] {
    // What waits behind the erasing commit runs after its checkpoint.
    EXPECT_TRUE(
        database->write<bool>(system_scope, [](const Tx&) -> Result<bool> { return true; }));
    return database->stats().wal_bytes == 0;
  };
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    reader.query("SELECT count(*) FROM notes", {}, [](const Row&) {});
    erase("secret");
    EXPECT_FALSE(is_emptied()) << "the reader still sees the row";
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_TRUE(is_emptied() || is_emptied()) << "it was not forgotten";
  ASSERT_TRUE(database.insert("other"));
  erase("other");
  EXPECT_TRUE(is_emptied());
}

TEST(WriterTest, AFullStoreIsStorageFullAndReadsAndSmallWritesGoOn) {
  TempDatabase database({.size_bytes_max = 1024 * 1024});
  int64_t acknowledged = 0;
  Result<int64_t> last = 0;
  for (int i = 0; i < 1'000 && last; ++i) {
    last = database.insert(std::to_string(i) + std::string(20'000, 'x'));
    if (last) ++acknowledged;
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::storage_full);
  EXPECT_EQ(database.count(), acknowledged);
  auto removed = database->write<int64_t>(system_scope, [](const Tx& tx) -> Result<int64_t> {
    return tx.execute("DELETE FROM notes WHERE id % 2 = 0", {});
  });
  ASSERT_TRUE(removed) << removed.error().detail;
  EXPECT_TRUE(database.insert("room again"));
  EXPECT_EQ(database.count(), acknowledged - *removed + 1);
}

/// SQLite drops the whole transaction when a statement runs out of space; nobody in the group may
/// then believe that his rows were kept.
TEST(WriterTest, WhenTheStoreFillsInsideAGroupAnswersMatchTheRows) {
  TempDatabase database({.size_bytes_max = 1024 * 1024});
  std::atomic<int64_t> acknowledged = 0;
  std::atomic<int64_t> full = 0;
  HeldWriter held(database);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 48; ++i) {
    threads.emplace_back([&, i] {
      const size_t bytes = i % 4 == 0 ? 200'000 : 10;
      const auto written = database.insert(std::to_string(i) + std::string(bytes, 'x'));
      if (written) ++acknowledged;
      if (!written && written.error().code == ErrorCode::storage_full) ++full;
    });
  }
  wait_until_queued(database, 48);
  held.release();
  threads.clear();
  EXPECT_GT(full, 0);
  EXPECT_EQ(acknowledged + full, 48);
  EXPECT_EQ(database.count(), acknowledged);
  EXPECT_TRUE(database.insert("life goes on"));
}

/// 8 readers, writers, and a WAL that is checkpointed again and again.
TEST(WriterTest, StaysWholeUnderReadersWritersAndCheckpoints) {
  TempDatabase database({.readers = 8});
  std::atomic<bool> writing = true;
  std::atomic<int64_t> acknowledged = 0;
  {
    std::vector<std::jthread> readers;
    for (int r = 0; r < 8; ++r) {
      readers.emplace_back([&] {
        int64_t last = 0;
        while (writing) {
          const int64_t floor = acknowledged;
          const int64_t now = database.count();
          ASSERT_GE(now, last);
          ASSERT_GE(now, floor) << "an acknowledged row was not there";
          last = now;
        }
      });
    }
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < 60; ++i) {
          const std::string text = std::to_string(w) + "." + std::to_string(i);
          ASSERT_TRUE(database.insert(text + std::string(50'000, 'y')));
          ++acknowledged;
        }
      });
    }
    writers.clear();
    writing = false;
  }
  EXPECT_EQ(database.count(), 240);
  auto check = database->read<std::string>([](const Reader& reader) -> Result<std::string> {
    return *reader.first("PRAGMA integrity_check", {}, [](const Row& row) { return row.text(0); });
  });
  EXPECT_EQ(check.value(), "ok");
}

TEST(ConnectionTest, ManyDifferentStatementsDoNotGrowWithoutEnd) {
  TempDatabase database;
  sqlite::Connection connection(database.path(), sqlite::Role::reader, 100);
  for (int64_t i = 0; i < 2'000; ++i) {
    int64_t seen = -1;
    connection.run("SELECT " + std::to_string(i), {},
                   [&](const Row& row) { seen = row.integer(0); });
    ASSERT_EQ(seen, i);
  }
}

}  // namespace
}  // namespace parley::db
